/* admin.h -- inside common/kafka: a topic is checked, or created, before messages are sent to it. */
#ifndef KAFKA_ADMIN_H
#define KAFKA_ADMIN_H
#include "kafka/kafka.h"

/* Checks that TOPIC exists. If it does not and CREATE is not NULL ("partitions=6,replication=1,NAME=VALUE...", where
 * the rest are topic properties), creates it and waits until every broker knows it, at most 10 s. *LARGEST is set to
 * the topic's max.message.bytes, in bytes; 0 if we may not read it. Returns 0, or -1: EX_UNAVAILABLE (no broker within
 * 10 s, no such topic), EX_NOPERM, EX_USAGE (CREATE is wrong). */
int kafka_topic_prepare(const struct kafka_config *c, const char *topic, const char *create, uint64_t *largest,
	struct err *e) MUST_USE;
#endif
