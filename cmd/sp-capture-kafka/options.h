/* options.h -- the options of the command line for kafka:// sources, after they were checked. */
#ifndef CAPTURE_KAFKA_OPTIONS_H
#define CAPTURE_KAFKA_OPTIONS_H
#include "kafka/consumer.h"
#include "sp-capture/options.h"

enum { KAFKA_PARTITIONS_MAX = 1024, KAFKA_PROPERTIES_MAX = 128 };

struct kafka_options {
	struct kafka_config *config; /* owned; NULL until kafka_options_finish() */
	struct kafka_consumer_options consumer;
	struct kafka_offset until;                /* -o e@TIME; used if consumer.until points to it */
	int32_t partitions[KAFKA_PARTITIONS_MAX]; /* -p */
	bool envelope;                            /* --envelope: each message as a whole is one event */
	bool list_cluster;                        /* -L */
	bool json;                                /* -J: -L prints JSON */
	bool registry_skip;   /* --registry skip: the schema registry's five bytes are removed from values */
	bool list_properties; /* -X list */
	bool time_kafka;      /* --time kafka: an event's time is the timestamp of its message */
	int64_t wait_ms;      /* --wait: the merge waits this long for a partition that is at its end */
	struct {
		int id; /* 'F' or 'X' */
		const char *value;
	} properties[KAFKA_PROPERTIES_MAX]; /* -F and -X, in the order of the command line */
	size_t property_count;
};

/* The functions of source_type for these options; OWN is a struct kafka_options. */
void *kafka_options_new(struct err *e);
void kafka_options_free(void *own); /* OWN may be NULL */
int kafka_options_set(void *own, int id, const char *value, struct err *e) MUST_USE;
int kafka_options_finish(void *own, struct options *o, struct err *e) MUST_USE;
#endif
