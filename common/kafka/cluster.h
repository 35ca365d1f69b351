/* cluster.h -- what a Kafka cluster holds, as text or as JSON, for sp-capture -L. */
#ifndef KAFKA_CLUSTER_H
#define KAFKA_CLUSTER_H
#include "kafka/kafka.h"

/* Appends to OUT the cluster's brokers, its topics with their partitions and offsets, and its consumer groups with
 * their lag; only the topics that the URI of C names, if it names any. JSON: one JSON object and a newline; otherwise a
 * table for people. Offsets that cannot be read are -1 in JSON and an error text in the table; a group whose committed
 * offsets cannot be read is listed without them. Asks the brokers and waits for each answer at most 10 s. Returns 0, or
 * -1: EX_UNAVAILABLE (no broker answers), EX_NOPERM. */
int kafka_cluster_list(const struct kafka_config *c, bool json, struct buf *out, struct err *e) MUST_USE;
#endif
