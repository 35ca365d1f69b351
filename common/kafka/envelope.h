/* envelope.h -- a whole Kafka message as one event, and back, byte for byte (sp-stream(5) describes the form).
 *
 *   {"ts":"...","topic":"t","partition":0,"offset":7,"timestamp":1714560000000,"key":"k",
 *    "headers":[{"name":"h","value":"v"}],"value":"..."}
 *
 * Key, value and the headers' names and values are JSON strings; null stays null. Bytes that are not UTF-8, or contain
 * NUL, are written in base64 (RFC 4648) under key_base64, value_base64 or name_base64 instead. */
#ifndef KAFKA_ENVELOPE_H
#define KAFKA_ENVELOPE_H
#include "kafka/kafka.h"

/* Appends M as an event, without a newline. Its "ts" is the message's timestamp; without one "ts" is 1970-01-01 and
 * "timestamp" is null. Returns 0, or -1: OUT is full. */
int kafka_envelope_write(const struct kafka_message *m, struct buf *out) MUST_USE;

/* A reader of envelopes, used for many events; owns what the messages point to. */
struct kafka_envelope {
	struct buf bytes;             /* the decoded strings */
	struct kafka_header *headers; /* owned */
	size_t header_cap;
};
void kafka_envelope_init(struct kafka_envelope *v);
void kafka_envelope_release(struct kafka_envelope *v);
/* Reads EVENT into M. Topic and offset are ignored, and the partition too unless WITH_PARTITION: M's is then -1. M
 * points into V and is valid until the next call. Returns 0, or -1: EX_DATAERR (not JSON, a member is missing or has
 * the wrong type), EX_OSERR. */
int kafka_envelope_read(struct kafka_envelope *v, struct span event, bool with_partition, struct kafka_message *m,
	struct err *e) MUST_USE;
#endif
