/* config_internal.h -- inside common/kafka: passes a configuration to librdkafka, and turns librdkafka's errors into
 * struct err. */
#ifndef KAFKA_CONFIG_INTERNAL_H
#define KAFKA_CONFIG_INTERNAL_H
#include "kafka/kafka.h"
#include <librdkafka/rdkafka.h>

/* ---- properties (config.c) ---- */

/* Returns a copy of C's properties, which the caller may change and must pass to rd_kafka_new() or destroy. Returns
 * NULL if memory is exhausted or librdkafka does not accept the brokers. */
rd_kafka_conf_t *kafka_config_copy(const struct kafka_config *c);
/* Returns true if the URI, a file or -X names brokers. */
bool kafka_config_has_brokers(const struct kafka_config *c);
/* Returns true if the user has set property NAME, under any of its names, in a file, by -X or in the environment. */
bool kafka_config_has(const struct kafka_config *c, const char *name);
/* Sets property NAME to VALUE in CONF, a copy of C's properties, unless the user has set it. Returns 0, or -1 with E
 * set: EX_SOFTWARE. */
int kafka_config_default(const struct kafka_config *c, rd_kafka_conf_t *conf, const char *name, const char *value,
	struct err *e) MUST_USE;

/* ---- the producer's properties (producer_config.c) ---- */

struct kafka_producer_options;
/* Sets the properties of a producer in CONF, a copy of C's properties, unless the user has set them. O gives the
 * time-out and the size of the queue. LARGEST becomes message.max.bytes, the limit for each message and each batch.
 * Returns 0, or -1 with E set. */
int kafka_producer_defaults(const struct kafka_config *c, const struct kafka_producer_options *o, rd_kafka_conf_t *conf,
	uint64_t largest, struct err *e) MUST_USE;

/* ---- errors (error.c) ---- */

/* Sets E for librdkafka's error CODE. The exit status is EX_NOPERM, EX_UNAVAILABLE, EX_DATAERR or EX_CONFIG. The
 * message names the brokers, then says DETAIL and, if we know it, what to do. If DETAIL is NULL or empty, the message
 * has librdkafka's text for CODE instead. Always returns -1. */
int kafka_error_set(struct err *e, const struct kafka_config *c, rd_kafka_resp_err_t code, const char *detail);
/* Sets E after rd_kafka_new() has failed with CONF for the reason WHY. If librdkafka could not use a certificate or key
 * file, the message names the file. Does not free CONF. Always returns -1. */
int kafka_error_set_new(struct err *e, const struct kafka_config *c, const rd_kafka_conf_t *conf, const char *why);
/* Returns true if CODE is an error that passes by itself. Such errors occur while a topic is new, a leader changes or a
 * broker restarts. */
bool kafka_error_is_transient(rd_kafka_resp_err_t code);
/* Makes the handles that are created from CONF note why a broker's certificate was refused. kafka_error_set() puts the
 * reason into its message. */
void kafka_error_watch_certificates(rd_kafka_conf_t *conf);
#endif
