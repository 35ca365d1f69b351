/* session.h -- inside common/kafka: a librdkafka handle for questions to the cluster (metadata, offsets, topics).
 *
 * Not the handle that fetches: a question on that one waits until the broker has answered the fetch before it. */
#ifndef KAFKA_SESSION_H
#define KAFKA_SESSION_H
#include "kafka/config.h"

struct kafka_session {
	rd_kafka_t *rk; /* owned */
	const struct kafka_config *config;
	rd_kafka_resp_err_t code; /* the last error reported in the background, such as a refused password; 0: none */
	char why[512];            /* its reason */
};

/* Opens S with the properties of C, which is borrowed until S is closed. Does not wait for a connection. Returns 0, or
 * -1: EX_USAGE (no broker is given), EX_CONFIG (a property is wrong); S needs no closing then. */
int kafka_session_open(struct kafka_session *s, const struct kafka_config *c, struct err *e) MUST_USE;
void kafka_session_close(struct kafka_session *s);
/* Asks for the metadata of TOPIC (NULL: of all topics) and waits at most 10 s; an authentication or TLS error ends the
 * wait at once. *OUT is freed by the caller with rd_kafka_metadata_destroy(). Returns 0, or -1: EX_UNAVAILABLE,
 * EX_NOPERM, EX_USAGE (TOPIC is not a valid name). A missing topic is not an error: *OUT says so. */
int kafka_session_metadata(struct kafka_session *s, const char *topic, const struct rd_kafka_metadata **out,
	struct err *e) MUST_USE;
#endif
