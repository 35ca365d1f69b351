/* stats.h -- inside common/kafka: the brokers' latency, out of librdkafka's statistics. */
#ifndef KAFKA_STATS_H
#define KAFKA_STATS_H
#include "base/span.h"

/* How long a broker takes to answer, over the last second in which it did. Fetches are included, which wait for
 * messages up to fetch.wait.max.ms. */
struct kafka_latency {
	int32_t broker;         /* its node id */
	int64_t p50_us, p99_us; /* median and 99th percentile, microseconds */
};

/* Updates LATENCY, which has COUNT elements and room for CAP, from JSON, one statistics document of librdkafka
 * (https://github.com/confluentinc/librdkafka/blob/master/STATISTICS.md). Brokers seen before are updated in place, new
 * ones are added while there is room; a broker without an answer in this interval keeps its values. Returns the new
 * count. A document that is not as expected changes nothing. */
size_t kafka_stats_latency(struct span json, struct kafka_latency *latency, size_t count, size_t cap);
#endif
