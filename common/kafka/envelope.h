/* envelope.h -- a whole Kafka message as one event, and back, byte for byte.
 *
 *   {"ts":"...","topic":"t","partition":0,"offset":7,"timestamp":1714560000000,"key":"k",
 *    "headers":[{"name":"h","value":"v"}],"value":"..."}
 *
 * Key, value and header values are JSON strings of their text; null stays null; bytes that are not UTF-8 (or hold
 * NUL) go in base64 under key_base64, value_base64, name_base64. */
#ifndef KAFKA_ENVELOPE_H
#define KAFKA_ENVELOPE_H
#include "kafka/kafka.h"

/* Appends M as an event without newline; its time in front is the message's timestamp (the epoch if it has none:
 * then "timestamp" is null). -1: OUT is full. */
int envelope_write(const struct kafka_message *m, struct buf *out) MUST_USE;

/* What envelope_read() needs besides its result; reuse it for every event. */
struct envelope {
	struct buf bytes;             /* decoded strings */
	struct kafka_header *headers; /* owned */
	size_t header_cap;
};
void envelope_init(struct envelope *v);
void envelope_release(struct envelope *v);
/* Reads EVENT; topic and offset are not taken over, partition is when WITH_PARTITION. M's spans live in V until
 * the next call. -1: EX_DATAERR: what is missing or of the wrong type. */
int envelope_read(struct envelope *v, struct span event, bool with_partition, struct kafka_message *m,
	struct err *e) MUST_USE;
#endif
