/* cluster.h -- a listing of a Kafka cluster, as a table or as JSON, for sp-capture -L. */
#ifndef KAFKA_CLUSTER_H
#define KAFKA_CLUSTER_H
#include "kafka/kafka.h"

/* Appends to OUT the cluster's brokers, its topics with their partitions and offsets, and its consumer groups with
 * their lag. If the URI of C names topics, all other topics are left out. With JSON, OUT gets one JSON object and a
 * newline, otherwise a table for people. If a partition's offsets cannot be read, they are -1 in JSON, and the table
 * has an error text instead. A group whose committed offsets cannot be read is listed without offsets. Waits up to 10 s
 * for each answer of the brokers. Returns 0, or -1 with E set: EX_USAGE (C names no broker), EX_CONFIG, EX_UNAVAILABLE
 * (no broker answers), EX_NOPERM. */
int kafka_cluster_list(const struct kafka_config *c, bool json, struct buf *out, struct err *e) MUST_USE;
#endif
