/* kafka_source.h -- the type of sources that reads Kafka's partitions, for sp-capture's table of types. */
#ifndef CAPTURE_KAFKA_KAFKA_SOURCE_H
#define CAPTURE_KAFKA_KAFKA_SOURCE_H
#include "sp-capture-kafka/partition_reader.h"

extern const struct source_type source_kafka;

/* The functions source_type.describe and source_type.metrics, in status.c. They append the number of messages, the lag,
 * rebalances and latency to the status line and to the metrics. */
void kafka_describe(struct source_set *set, struct buf *out);
void kafka_metrics(struct source_set *set, struct buf *out);
/* source_type.run_instead: prints what -L or -X list asks for and sets *STATUS to the exit status. OWN is a struct
 * kafka_options. Returns true, or false without doing anything if OWN has neither option. */
bool kafka_show(const void *own, int *status);
#endif
