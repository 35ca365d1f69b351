/* stats.h -- inside common/kafka: what librdkafka's statistics say of the brokers. */
#ifndef KAFKA_STATS_H
#define KAFKA_STATS_H
#include "kafka/consumer.h"

/* Takes each broker's latency out of JSON (librdkafka's statistics, one document) into LATENCY, which has COUNT of CAP:
 * those that are known are brought up to date, others join. A broker that answered nothing meanwhile keeps what it had.
 * The new count. */
size_t kafka_stats_latency(struct span json, struct kafka_latency *latency, size_t count, size_t cap);
#endif
