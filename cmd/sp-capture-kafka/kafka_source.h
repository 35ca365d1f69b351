/* kafka_source.h -- Kafka's partitions as a type of sources. */
#ifndef CAPTURE_KAFKA_KAFKA_SOURCE_H
#define CAPTURE_KAFKA_KAFKA_SOURCE_H
#include "sp-capture-kafka/partition_reader.h"

extern const struct source_type source_kafka;

/* status.c: what only Kafka knows, for the status line and the metrics (source_type). */
void kafka_describe(struct source_set *set, struct buf *out);
void kafka_metrics(struct source_set *set, struct buf *out);
/* -L and -X list (source_type.run_instead). */
bool kafka_show(const void *own, int *status);
#endif
