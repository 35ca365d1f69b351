/* kafka_source.h -- Kafka's partitions as a type of sources, for sp-capture's table of types. */
#ifndef CAPTURE_KAFKA_KAFKA_SOURCE_H
#define CAPTURE_KAFKA_KAFKA_SOURCE_H
#include "sp-capture-kafka/partition_reader.h"

extern const struct source_type source_kafka;

/* In status.c, for source_type: append messages, lag, rebalances and latency to the status line and to the metrics. */
void kafka_describe(struct source_set *set, struct buf *out);
void kafka_metrics(struct source_set *set, struct buf *out);
/* source_type.run_instead: prints what -L or -X list asks for and sets *STATUS to the exit status. Returns false, having
 * done nothing, if OWN, a struct kafka_options, has neither option. */
bool kafka_show(const void *own, int *status);
#endif
