/* kafka.h -- Apache Kafka through librdkafka: the one place that knows it. Above this line there are events,
 * positions and errors; rdkafka.h is included only by common/kafka/.
 *
 * Threads: librdkafka has its own; every call here is made from the program's one thread. */
#ifndef KAFKA_KAFKA_H
#define KAFKA_KAFKA_H
#include "base/buf.h"
#include "base/span.h"
#include <stdbool.h>
#include <stdint.h>

/* ---- configuration ---- */

/* Where and how to connect, gathered from (lowest first) the URI, SP_KAFKA_CONFIG (a file's name), -F FILE, -X
 * NAME=VALUE. Secrets (passwords, tokens, keys) are taken from files or the environment only: -X refuses them. */
struct kafka_config;

/* URI is "kafka://HOST[:PORT][,HOST...][/TOPIC[,TOPIC...]]". *OUT owned. -1: EX_USAGE. */
int kafka_config_new(const char *uri, struct kafka_config **out, struct err *e) MUST_USE;
void kafka_config_free(struct kafka_config *c);
/* Reads NAME=VALUE lines ('#' comments, blank lines) as kcat's -F does. -1: EX_NOINPUT, EX_CONFIG. */
int kafka_config_file(struct kafka_config *c, const char *path, struct err *e) MUST_USE;
/* -X NAME=VALUE. -1: EX_USAGE: unknown (nearest named), bad value, or a secret (and where it goes). */
int kafka_config_set(struct kafka_config *c, const char *pair, struct err *e) MUST_USE;
/* The topics of the URI, NULL-terminated; borrowed. */
char *const *kafka_config_topics(const struct kafka_config *c);
/* "host:9092,host2:9092", for messages. */
const char *kafka_config_brokers(const struct kafka_config *c);
/* Appends every property with its meaning (-X list). */
int kafka_config_list(struct buf *out);

/* A message at either end. Spans are borrowed until the next call on the handle. */
struct kafka_header {
	struct span name, value; /* value.p NULL: null */
};
struct kafka_message {
	struct span key, value; /* p NULL: null (a tombstone), as opposed to empty */
	const struct kafka_header *headers;
	size_t header_count;
	int64_t timestamp_ms; /* -1: none */
	const char *topic;
	int32_t partition; /* producing: -1 lets the partitioner choose */
	int64_t offset;
};
#endif
