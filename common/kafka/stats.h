/* stats.h -- inside common/kafka: the brokers' latency, out of librdkafka's statistics. */
#ifndef KAFKA_STATS_H
#define KAFKA_STATS_H
#include "base/span.h"

/* How long a broker took to answer requests, in the last interval of librdkafka's statistics in which it answered any.
 * Fetches are included. Before a broker answers a fetch, it may wait up to fetch.wait.max.ms for messages. */
struct kafka_latency {
	int32_t broker;         /* the broker's node id */
	int64_t p50_us, p99_us; /* median and 99th percentile, microseconds */
};

/* Updates LATENCY, which has COUNT elements and room for CAP, from JSON, a statistics document of librdkafka
 * (https://github.com/confluentinc/librdkafka/blob/master/STATISTICS.md). A new broker is added if there is room. A
 * broker that did not answer in this interval, or whose entry is not as expected, keeps its values. Returns the new
 * count. */
size_t kafka_stats_latency(struct span json, struct kafka_latency *latency, size_t count, size_t cap);
#endif
