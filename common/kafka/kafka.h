/* kafka.h -- Apache Kafka, through librdkafka: connections and messages.
 *
 * common/kafka is the only folder that knows librdkafka: rdkafka.h is included nowhere else. consumer.h reads topics,
 * producer.h writes one, envelope.h turns whole messages into events and back, cluster.h lists a cluster.
 *
 * Threads: librdkafka has its own. All functions here are called from one thread, and callbacks run on that thread. */
#ifndef KAFKA_KAFKA_H
#define KAFKA_KAFKA_H
#include "base/buf.h"
#include "base/span.h"
#include <stdbool.h>
#include <stdint.h>

/* ---- configuration ---- */

/* Where and how to connect. Later settings win, in this order: the file that the environment variable SP_KAFKA_CONFIG
 * names; the variables SP_KAFKA_SASL_PASSWORD and so on, for secrets; then -F FILE and -X NAME=VALUE in the order of
 * the calls. The brokers of the URI win over bootstrap.servers. Secrets (passwords, tokens, keys) are accepted from
 * files and the environment only: other users can see a command line. */
struct kafka_config;

/* Reads URI, "kafka://HOST[:PORT][,HOST...][/TOPIC[,TOPIC...]]", and the environment. *OUT is owned by the caller.
 * Returns 0, or -1: EX_USAGE (the URI), EX_NOINPUT or EX_CONFIG (the file of SP_KAFKA_CONFIG). */
int kafka_config_new(const char *uri, struct kafka_config **out, struct err *e) MUST_USE;
/* C may be NULL. */
void kafka_config_free(struct kafka_config *c);
/* Reads PATH: lines NAME=VALUE, blank lines, and comments after '#', as kcat -F does. Returns 0, or -1: EX_NOINPUT,
 * EX_NOPERM, EX_IOERR, EX_CONFIG (the message names the line). */
int kafka_config_file(struct kafka_config *c, const char *path, struct err *e) MUST_USE;
/* Sets PAIR, "NAME=VALUE", a property of librdkafka. Returns 0, or -1: EX_USAGE (an unknown name, with the nearest one;
 * a bad value; a secret, with the place where it belongs). */
int kafka_config_set(struct kafka_config *c, const char *pair, struct err *e) MUST_USE;
/* The topics of the URI, NULL-terminated; borrowed. */
char *const *kafka_config_topics(const struct kafka_config *c);
/* The brokers for messages to the user, "host:9092,host2:9092"; borrowed. Never NULL. */
const char *kafka_config_brokers(const struct kafka_config *c);
/* Appends every property of librdkafka with its meaning (-X list). Returns 0 or -1 (out of memory, OUT is full). */
int kafka_config_list(struct buf *out);

/* ---- messages ---- */

/* All spans are borrowed from the maker of the message; a span whose p is NULL is null, which Kafka distinguishes from
 * an empty value. */
struct kafka_header {
	struct span name, value; /* the name is never null */
};
struct kafka_message {
	struct span key, value; /* a null value is a tombstone */
	const struct kafka_header *headers;
	size_t header_count;
	int64_t timestamp_ms; /* ms since 1970; -1: none */
	const char *topic;    /* not used for sending */
	int32_t partition;    /* for sending, -1: the partitioner chooses */
	int64_t offset;       /* not used for sending */
};
#endif
