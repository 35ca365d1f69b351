/* options.h -- what the command line says about Kafka. */
#ifndef CAPTURE_KAFKA_OPTIONS_H
#define CAPTURE_KAFKA_OPTIONS_H
#include "kafka/consumer.h"
#include "sp-capture/options.h"

enum { KAFKA_PARTITIONS = 1024, KAFKA_PROPERTIES = 128 };

struct kafka_options {
	struct kafka_config *config; /* owned; NULL until kafka_options_finish() */
	struct kafka_consumer_options consumer;
	struct kafka_offset until;
	int32_t partitions[KAFKA_PARTITIONS];
	bool envelope, list, json, registry_skip;
	bool properties_list; /* -X list */
	bool time_kafka;      /* --time kafka: the message's timestamp */
	int64_t wait_ms;      /* how long a partition at its end holds the others up */
	struct {
		int id; /* 'F' or 'X' */
		const char *value;
	} properties[KAFKA_PROPERTIES]; /* in the order in which they are applied */
	size_t property_count;
};

/* The functions of source_type for these options; OWN is a struct kafka_options. */
void *kafka_options_new(struct err *e);
void kafka_options_free(void *own); /* OWN may be NULL */
int kafka_options_set(void *own, int id, const char *value, struct err *e) MUST_USE;
int kafka_options_finish(void *own, struct options *o, struct err *e) MUST_USE;
#endif
