/* kafka_options.h -- what the command line says about Kafka. */
#ifndef CAPTURE_SOURCE_KAFKA_OPTIONS_H
#define CAPTURE_SOURCE_KAFKA_OPTIONS_H
#include "kafka/consumer.h"

enum { KAFKA_PARTITIONS = 1024, KAFKA_PROPERTIES = 128 };

struct kafka_options {
	bool active;                 /* the source is kafka://... */
	struct kafka_config *config; /* owned */
	struct kafka_consumer_options consumer;
	struct kafka_offset until;
	int32_t partitions[KAFKA_PARTITIONS];
	bool envelope, list, json, registry_skip;
	bool properties_list; /* -X list */
	int64_t wait_ms;      /* how long a partition at its end holds the others up */
	bool used;            /* some Kafka option was given */
	struct {
		int id; /* 'F' or 'X' */
		const char *value;
	} properties[KAFKA_PROPERTIES];
	size_t property_count;
};

/* The options' ids in sp-capture's table, beside kcat's letters G p o e L J X F. */
enum { OPT_KAFKA = 512, OPT_SHARD = OPT_KAFKA, OPT_ENVELOPE, OPT_REGISTRY, OPT_WAIT, OPT_KAFKA_END };
static inline bool kafka_option_is(int id)
{
	return (id >= OPT_KAFKA && id < OPT_KAFKA_END) || (id < 256 && strchr("GpoeLJXF", id) != NULL);
}

void kafka_options_init(struct kafka_options *k);
void kafka_options_release(struct kafka_options *k);
/* One option; -1: EX_USAGE. */
int kafka_options_set(struct kafka_options *k, int id, const char *value, struct err *e) MUST_USE;
/* SOURCES are known: reads the URI if there is one. ARGV is the whole command line. -1: EX_USAGE, EX_CONFIG. */
int kafka_options_finish(struct kafka_options *k, char **argv, char **sources, size_t count, struct err *e) MUST_USE;
#endif
