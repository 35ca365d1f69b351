/* envelope.h -- writes a whole Kafka message as one event, an envelope, and reads it back. sp-stream(5) describes the
 * form:
 *
 *   {"ts":"...","topic":"t","partition":0,"offset":7,"timestamp":1714560000000,"key":"k",
 *    "headers":[{"name":"h","value":"v"}],"value":"..."}
 *
 * The key, the value, and the names and values of headers are JSON strings; null stays null. Bytes that are not UTF-8,
 * or contain NUL, are written in base64 (RFC 4648) instead, under the name key_base64, value_base64 or name_base64. */
#ifndef KAFKA_ENVELOPE_H
#define KAFKA_ENVELOPE_H
#include "kafka/kafka.h"

/* Appends M as an event, without a newline. "ts" and "timestamp" are the message's timestamp. If M has none, "ts" is
 * 1970-01-01T00:00:00.000Z and "timestamp" is null. Returns 0, or -1 if OUT is full. */
int kafka_envelope_write(const struct kafka_message *m, struct buf *out) MUST_USE;

/* A reader for any number of envelopes, one after the other. It owns the memory that a message points into. */
struct kafka_envelope {
	struct buf bytes;             /* the decoded strings of the current message */
	struct kafka_header *headers; /* owned */
	size_t header_cap;
};
void kafka_envelope_init(struct kafka_envelope *v);
void kafka_envelope_release(struct kafka_envelope *v);
/* Reads EVENT into M, which points into V and is valid until the next call. "topic" and "offset" are ignored. Without
 * WITH_PARTITION, "partition" is ignored as well, and M's partition is -1. Returns 0, or -1 with E set: EX_DATAERR
 * (EVENT is not JSON, "value" is missing, or a member has the wrong type), EX_OSERR. */
int kafka_envelope_read(struct kafka_envelope *v, struct span event, bool with_partition, struct kafka_message *m,
	struct err *e) MUST_USE;
#endif
