/* config.h -- inside common/kafka: what its other files need of a configuration, and librdkafka's errors as ours. */
#ifndef KAFKA_CONFIG_H
#define KAFKA_CONFIG_H
#include "kafka/kafka.h"
#include <librdkafka/rdkafka.h>

/* ---- properties (config.c) ---- */

/* Returns a copy of C's properties, owned by the caller, to be changed and passed to rd_kafka_new(). NULL: out of
 * memory. */
rd_kafka_conf_t *kafka_config_copy(const struct kafka_config *c);
/* Returns true if the URI, a file or -X says where the brokers are. */
bool kafka_config_has_brokers(const struct kafka_config *c);
/* Returns true if the user has set property NAME, under any of its names, in a file or by -X. */
bool kafka_config_has(const struct kafka_config *c, const char *name);
/* Sets property NAME of CONF, a copy of C's, unless the user has set it. Returns 0, or -1: EX_SOFTWARE. */
int kafka_config_default(const struct kafka_config *c, rd_kafka_conf_t *conf, const char *name, const char *value,
	struct err *e) MUST_USE;

/* ---- errors (error.c) ---- */

/* Sets E for librdkafka's error CODE: its exit status (EX_NOPERM, EX_UNAVAILABLE, EX_DATAERR, EX_CONFIG) and a message
 * with the brokers, DETAIL (NULL or empty: librdkafka's text for CODE) and what to do, where that is known. Always
 * returns -1. */
int kafka_error_set(struct err *e, const struct kafka_config *c, rd_kafka_resp_err_t code, const char *detail);
/* Sets E after rd_kafka_new() has failed on CONF with the reason WHY; if a file is at fault, the message names it. CONF
 * stays with the caller. Always returns -1. */
int kafka_error_set_new(struct err *e, const struct kafka_config *c, const rd_kafka_conf_t *conf, const char *why);
/* Returns true if CODE is a state that passes by itself: a new topic, a leader that changes, an unreachable broker. */
bool kafka_error_is_transient(rd_kafka_resp_err_t code);
/* Makes handles created from CONF note why a certificate was refused, for kafka_error_set(). */
void kafka_error_watch_certificates(rd_kafka_conf_t *conf);
#endif
