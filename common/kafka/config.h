/* config.h -- inside common/kafka: what the other files of this folder need of a configuration. */
#ifndef KAFKA_CONFIG_H
#define KAFKA_CONFIG_H
#include "kafka/kafka.h"
#include <librdkafka/rdkafka.h>

/* A copy of the properties, to be changed and given to rd_kafka_new(). NULL: out of memory. */
rd_kafka_conf_t *kafka_config_copy(const struct kafka_config *c);
/* True if the URI or a file says where the brokers are. */
bool kafka_config_has_brokers(const struct kafka_config *c);
/* True if the user set NAME (in a file or by -X). */
bool kafka_config_has(const struct kafka_config *c, const char *name);
/* Sets a property that the user has not set. */
int kafka_config_default(const struct kafka_config *c, rd_kafka_conf_t *conf, const char *name, const char *value,
	struct err *e) MUST_USE;
/* Puts librdkafka's error into E with the exit status that fits (EX_NOPERM, EX_UNAVAILABLE ...), and the cause in
 * words where librdkafka's are dark (SCRAM on Kafka 4, certificates). Always returns -1. */
int kafka_error(struct err *e, const struct kafka_config *c, rd_kafka_resp_err_t code, const char *detail);
/* The same for a handle that could not be made of CONF (still owned by the caller): names the file at fault. -1. */
int kafka_new_error(struct err *e, const struct kafka_config *c, const rd_kafka_conf_t *conf, const char *why);
/* True if CODE is a state that passes by itself: a topic just made, a leader that changes, a broker that is away. */
bool kafka_error_passes(rd_kafka_resp_err_t code);
/* Lets kafka_error() say what is wrong with a certificate. */
void kafka_certificate_watch(rd_kafka_conf_t *conf);
#endif
