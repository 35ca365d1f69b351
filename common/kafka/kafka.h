/* kafka.h -- Apache Kafka, through librdkafka: how to connect, and what a message is.
 *
 * No other folder uses librdkafka or includes rdkafka.h. consumer.h reads topics, producer.h writes to one topic,
 * envelope.h turns whole messages into events and back, and cluster.h lists a cluster. The URI is the operand of the
 * programs: kafka://HOST[:PORT][,HOST...][/TOPIC[,TOPIC...]].
 *
 * Threads: librdkafka has threads of its own. All functions of this folder must be called from one thread, and the
 * callbacks that a caller gives run on that thread. */
#ifndef KAFKA_KAFKA_H
#define KAFKA_KAFKA_H
#include "base/buf.h"
#include "base/span.h"
#include <stdbool.h>
#include <stdint.h>

/* ---- configuration ---- */

/* Where and how to connect. If a property is set several times, the last setting counts. The order is: the file that
 * the environment variable SP_KAFKA_CONFIG names; the variables SP_KAFKA_SASL_PASSWORD and so on, for secrets; then -F
 * FILE and -X NAME=VALUE in the order of the calls. Brokers in the URI override bootstrap.servers. Secrets (passwords,
 * tokens, keys) are accepted from files and the environment only, because other users can see a command line. */
struct kafka_config;

/* Reads URI and the environment into a new configuration *OUT, which the caller must free. Returns 0, or -1 with E set:
 * EX_USAGE (the URI is wrong), EX_OSERR. An error in the file that SP_KAFKA_CONFIG names gives EX_NOINPUT, EX_NOPERM,
 * EX_IOERR or EX_CONFIG. */
int kafka_config_new(const char *uri, struct kafka_config **out, struct err *e) MUST_USE;
/* Frees C, which may be NULL. */
void kafka_config_free(struct kafka_config *c);
/* Sets the properties in the file PATH, which has the form of kcat -F: lines NAME=VALUE, blank lines, and lines that
 * begin with '#'. Returns 0, or -1 with E set: EX_NOINPUT, EX_NOPERM, EX_IOERR, EX_CONFIG (the message names the
 * line). */
int kafka_config_file(struct kafka_config *c, const char *path, struct err *e) MUST_USE;
/* Sets a property of librdkafka from PAIR, "NAME=VALUE". Returns 0, or -1 with E set: EX_USAGE if the name is unknown
 * (the message has the nearest known one), the value is wrong, or the value is a secret (the message says where to put
 * it); EX_CONFIG if there are too many properties. */
int kafka_config_set(struct kafka_config *c, const char *pair, struct err *e) MUST_USE;
/* Returns the topics of the URI, ended by NULL; borrowed from C. */
char *const *kafka_config_topics(const struct kafka_config *c);
/* Returns the brokers as text for messages to the user, such as "host:9092,host2:9092"; borrowed from C, never NULL. */
const char *kafka_config_brokers(const struct kafka_config *c);
/* Appends every property of librdkafka with its meaning, for -X list. Returns 0, or -1 if memory is exhausted or OUT is
 * full. */
int kafka_config_list(struct buf *out);

/* ---- messages ---- */

/* All spans are borrowed from whoever made the message. Kafka distinguishes null from an empty text. A span whose p is
 * NULL is null. */
struct kafka_header {
	struct span name, value; /* the name is never null */
};
struct kafka_message {
	struct span key, value; /* a message whose value is null is called a tombstone */
	const struct kafka_header *headers;
	size_t header_count;
	int64_t timestamp_ms; /* ms since 1970; -1: none */
	const char *topic;    /* not used for sending */
	int32_t partition;    /* in a message to send, -1: the partitioner chooses */
	int64_t offset;       /* not used for sending */
};
#endif
