/* kafka_run.h -- a run of sp-capture over Kafka's partitions. */
#ifndef CAPTURE_SOURCE_KAFKA_RUN_H
#define CAPTURE_SOURCE_KAFKA_RUN_H
#include "sp-capture/run.h"

/* Reads what the configuration's Kafka source says until its end, the limit, or a signal. -1: E. */
int run_kafka(struct run *r, struct err *e) MUST_USE;
/* -L: what the cluster holds; -X list: all properties; on standard output. The exit status. */
int kafka_show(const struct options *c);
#endif
