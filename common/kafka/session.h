/* session.h -- inside common/kafka: a librdkafka handle for questions to the cluster (metadata, offsets, topics).
 *
 * A consumer fetches on a handle of its own. A question on that handle would wait until the broker has answered the
 * fetch that was sent before the question. */
#ifndef KAFKA_SESSION_H
#define KAFKA_SESSION_H
#include "kafka/config_internal.h"

struct kafka_session {
	rd_kafka_t *rk; /* owned */
	const struct kafka_config *config;
	rd_kafka_resp_err_t code; /* the last error reported in the background, such as a refused password; 0: none */
	char why[512];            /* librdkafka's text for CODE */
};

/* Opens S with the properties of C, which is borrowed until S is closed. Does not wait for a connection. S must not
 * move while it is open. Returns 0, or -1 with E set: EX_USAGE (no broker is given), EX_CONFIG (a property is wrong),
 * EX_OSERR. After a failure S need not be closed. */
int kafka_session_open(struct kafka_session *s, const struct kafka_config *c, struct err *e) MUST_USE;
void kafka_session_close(struct kafka_session *s);
/* Asks for the metadata of TOPIC, or of all topics if TOPIC is NULL. Waits at most 10 s; after an authentication or TLS
 * error it does not wait longer. The caller must free *OUT with rd_kafka_metadata_destroy(). Returns 0, or -1 with E
 * set: EX_UNAVAILABLE, EX_NOPERM, EX_USAGE (TOPIC is not a valid name). If TOPIC does not exist, it returns 0, and the
 * topic in *OUT has an error code. */
int kafka_session_metadata(struct kafka_session *s, const char *topic, const struct rd_kafka_metadata **out,
	struct err *e) MUST_USE;
#endif
