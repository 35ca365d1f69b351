/* stats.c -- reads the brokers' latency out of librdkafka's statistics.
 *
 * librdkafka writes a JSON document every statistics.interval.ms. Only this part of it is read, with times in
 * microseconds, measured in the last interval:
 *
 *   {..., "brokers": {NAME: {"nodeid": 1, ..., "rtt": {"cnt": 9, "p50": 800, "p99": 950, ...}}}}
 *
 * A broker for which a member is missing, or has another type, is skipped: other versions of librdkafka may differ. */
#include "kafka/stats.h"
#include "json/json.h"

/* Returns the value of the member WANTED, or SPAN_NONE if OBJECT is not an object or has no such member. */
static struct span member(struct span object, const char *wanted)
{
	struct json_walk w;
	struct span name, value;
	if (!object.p || json_walk_init(&w, object) < 0)
		return SPAN_NONE;
	while (json_walk(&w, &name, &value) > 0)
		if (span_eq(name, span_of(wanted)))
			return value;
	return SPAN_NONE;
}

/* Returns the member NAME as a number, or -1 if it is missing or not a whole number of at most 18 digits. */
static int64_t count_of(struct span object, const char *name)
{
	struct span s = member(object, name);
	int64_t n = 0;
	if (!s.p || s.n == 0 || s.n > 18)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		n = n * 10 + (s.p[i] - '0');
	}
	return n;
}

size_t kafka_stats_latency(struct span json, struct kafka_latency *latency, size_t count, size_t cap)
{
	struct json_walk w;
	struct span name, broker, brokers = member(json, "brokers");
	if (!brokers.p || json_walk_init(&w, brokers) < 0)
		return count;
	while (json_walk(&w, &name, &broker) > 0) {
		struct span rtt = member(broker, "rtt");
		int64_t node = count_of(broker, "nodeid"), p50 = count_of(rtt, "p50"), p99 = count_of(rtt, "p99");
		/* Some entries are not brokers and are skipped. Bootstrap addresses have node id -1. GroupCoordinator
		 * is a second entry for the broker that coordinates the group. */
		if (node < 0 || node > INT32_MAX || p50 < 0 || p99 < 0 || count_of(rtt, "cnt") <= 0 ||
			span_eq(name, SPAN("GroupCoordinator")))
			continue;
		size_t i = 0;
		while (i < count && latency[i].broker != node)
			i++;
		if (i == count && count == cap)
			continue;
		count += i == count;
		latency[i] = (struct kafka_latency){ (int32_t)node, p50, p99 };
	}
	return count;
}
