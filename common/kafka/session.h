/* session.h -- inside common/kafka: a handle for questions. */
#ifndef KAFKA_SESSION_H
#define KAFKA_SESSION_H
#include "kafka/config.h"

struct kafka_session {
	rd_kafka_t *rk;
	const struct kafka_config *config;
	rd_kafka_resp_err_t code; /* what went wrong in the background: authentication, TLS */
	char why[512];
};

int kafka_session_open(struct kafka_session *s, const struct kafka_config *c, struct err *e) MUST_USE;
void kafka_session_close(struct kafka_session *s);
/* Metadata of TOPIC (NULL: of all), within 10 s; *OUT is to be destroyed. A refused password or certificate is known
 * at once. -1: EX_UNAVAILABLE, EX_NOPERM. */
int kafka_metadata(struct kafka_session *s, const char *topic, const struct rd_kafka_metadata **out,
	struct err *e) MUST_USE;
#endif
