/* admin.h -- inside common/kafka: checks or creates a topic before messages are sent to it. */
#ifndef KAFKA_ADMIN_H
#define KAFKA_ADMIN_H
#include "kafka/kafka.h"

/* Checks that TOPIC exists. If it does not exist and CREATE is not NULL, creates it and waits at most 10 s until every
 * broker knows it. CREATE is "partitions=6,replication=1,NAME=VALUE...", where NAME is a property of topics. Sets
 * *LARGEST to the topic's max.message.bytes, or to 0 if it cannot be read, for instance because we have no right to
 * read it. Returns 0, or -1 with E set: EX_UNAVAILABLE (no broker answers within 10 s, or there is no such topic),
 * EX_NOPERM, EX_USAGE (CREATE or TOPIC is wrong), EX_CONFIG, EX_OSERR. */
int kafka_topic_prepare(const struct kafka_config *c, const char *topic, const char *create, uint64_t *largest,
	struct err *e) MUST_USE;
#endif
