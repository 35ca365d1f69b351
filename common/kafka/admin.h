/* admin.h -- inside common/kafka: topics before they are used. */
#ifndef KAFKA_ADMIN_H
#define KAFKA_ADMIN_H
#include "kafka/kafka.h"

/* Makes sure that TOPIC is there: asks for its metadata; when it is missing and CREATE is not NULL
 * ("partitions=6,replication=1,NAME=VALUE"), makes it and waits until every broker has heard of it. *LARGEST gets its
 * max.message.bytes, 0 when that may not be read. -1: EX_UNAVAILABLE (no broker within 10 s, no such topic),
 * EX_NOPERM, EX_USAGE (bad CREATE). */
int kafka_topic_ready(const struct kafka_config *c, const char *topic, const char *create, uint64_t *largest,
	struct err *e) MUST_USE;
#endif
