/* status.c -- appends Kafka's part to the status line and the metrics, and prints the listings of -L and -X list.
 *
 * The lag of a partition is the number of messages between the last one read and the partition's end. The metrics of a
 * partition have the labels topic and partition, so a dashboard can show which partition falls behind. */
#include "sp-capture-kafka/kafka_source.h"
#include "base/clock.h"
#include "base/diag.h"
#include "kafka/cluster.h"
#include "program/metrics.h"
#include <inttypes.h>

/* Returns the partition that is furthest behind in event time: its last event read has the oldest time. Returns NULL if
 * no event was read yet. */
static const struct source *furthest_back(const struct source_set *set)
{
	const struct source *back = NULL;
	for (size_t i = 0; i < set->count; i++) {
		const struct source *s = set->list[i];
		if (s->last_event_ms != INT64_MIN && (!back || s->last_event_ms < back->last_event_ms))
			back = s;
	}
	return back;
}

/* Returns the sum of the lags of all partitions, or -1 if the lag of one of them is not known. */
static int64_t total_lag(const struct source_set *set)
{
	const struct kafka_state *k = set->state;
	int64_t total = 0;
	for (size_t i = 0; i < set->count; i++) {
		int64_t lag = kafka_consumer_lag(k->consumer, i);
		if (lag < 0)
			return -1;
		total += lag;
	}
	return total;
}

/* Appends the latency of the broker with the highest median. The metrics have the latencies of all brokers. */
static void describe_latency(const struct kafka_state *k, struct buf *out)
{
	const struct kafka_latency *brokers, *slowest = NULL;
	size_t n = kafka_consumer_latency(k->consumer, &brokers);
	for (size_t i = 0; i < n; i++)
		if (!slowest || brokers[i].p50_us > slowest->p50_us)
			slowest = &brokers[i];
	if (slowest)
		buf_addf(out, "; broker %" PRId32 " answers in %.1f ms, p99 %.1f", slowest->broker,
			(double)slowest->p50_us / 1000, (double)slowest->p99_us / 1000);
}

/* The rate in MB/s covers the time since the last status line; the counts cover the whole run. */
void kafka_describe(struct source_set *set, struct buf *out)
{
	struct kafka_state *k = set->state;
	int64_t now = clock_monotonic_ms(), since = now - k->status_ms;
	buf_addf(out, "; %" PRIu64 " messages, %.1f MB", k->messages, (double)k->bytes / 1e6);
	if (since > 0)
		buf_addf(out, ", %.1f MB/s", (double)(k->bytes - k->status_bytes) / 1e3 / (double)since);
	k->status_ms = now;
	k->status_bytes = k->bytes;
	int64_t lag = set->count > 0 ? total_lag(set) : -1;
	buf_addf(out, "; %zu partitions", set->count);
	if (lag >= 0)
		buf_addf(out, ", lag %" PRId64, lag);
	if (k->rebalances > 0)
		buf_addf(out, ", %" PRIu64 " rebalances", k->rebalances);
	const struct source *back = furthest_back(set);
	if (back) {
		char text[TIME_TEXT_MAX];
		size_t n = time_write_ms(back->last_event_ms, text);
		buf_addf(out, "; furthest back: %s at %.*s", back->name, (int)n, text);
	}
	if (k->consumer)
		describe_latency(k, out);
}

/* Appends the labels of S, and a space: the name "topic[3]" becomes {topic="topic",partition="3"}. */
static void labels(const struct source *s, struct buf *out)
{
	const char *name = s->name, *bracket = strrchr(name, '[');
	buf_addf(out, "{topic=\"%.*s\",partition=\"%.*s\"} ", (int)(bracket - name), name,
		(int)strcspn(bracket + 1, "]"), bracket + 1);
}

/* Appends the median and the 99th percentile of each broker's latency, as the quantiles 0.5 and 0.99. */
static void latency_metrics(const struct kafka_state *k, struct buf *out)
{
	const struct kafka_latency *brokers;
	size_t n = kafka_consumer_latency(k->consumer, &brokers);
	metrics_head(out, "sp_capture_kafka_latency_seconds", "gauge",
		"Time a broker took to answer, in the last second. Includes fetches, which wait for messages.");
	for (size_t i = 0; i < n; i++) {
		static const char line[] = "sp_capture_kafka_latency_seconds{broker=\"%" PRId32
					   "\",quantile=\"%s\"} %.6f\n";
		buf_addf(out, line, brokers[i].broker, "0.5", (double)brokers[i].p50_us / 1e6);
		buf_addf(out, line, brokers[i].broker, "0.99", (double)brokers[i].p99_us / 1e6);
	}
}

/* Appends no line for a partition whose lag or event time is not known yet. */
void kafka_metrics(struct source_set *set, struct buf *out)
{
	const struct kafka_state *k = set->state;
	metrics_counter(out, "sp_capture_kafka_messages_total", "Messages read.", k->messages);
	metrics_counter(out, "sp_capture_kafka_bytes_total", "Bytes of their keys and values.", k->bytes);
	metrics_counter(out, "sp_capture_kafka_rebalances_total", "Changes of the assigned partitions.", k->rebalances);
	metrics_head(out, "kafka_consumer_lag", "gauge", "Messages between what was read and the partition's end.");
	for (size_t i = 0; i < set->count; i++) {
		int64_t lag = kafka_consumer_lag(k->consumer, i);
		if (lag < 0)
			continue;
		buf_adds(out, "kafka_consumer_lag");
		labels(set->list[i], out);
		buf_addf(out, "%" PRId64 "\n", lag);
	}
	metrics_head(out, "sp_capture_kafka_head_seconds", "gauge", "Event time of the last event read.");
	for (size_t i = 0; i < set->count; i++) {
		if (set->list[i]->last_event_ms == INT64_MIN)
			continue;
		buf_adds(out, "sp_capture_kafka_head_seconds");
		labels(set->list[i], out);
		buf_addf(out, "%.3f\n", (double)set->list[i]->last_event_ms / 1000);
	}
	if (k->consumer)
		latency_metrics(k, out);
}

bool kafka_show(const void *own, int *status)
{
	const struct kafka_options *k = own;
	if (!k->list_properties && !k->list_cluster)
		return false;
	struct buf b;
	struct err e = ERR_INIT;
	buf_init(&b, SIZE_MAX / 4);
	int r = k->list_properties ? kafka_config_list(&b) : kafka_cluster_list(k->config, k->json, &b, &e);
	*status = r < 0 ? diag_err(&e) : diag_print(b.p, b.n);
	buf_release(&b);
	return true;
}
