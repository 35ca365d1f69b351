/* consumer.c -- opens and closes a consumer, handles its errors, and commits offsets.
 *
 * librdkafka reports errors, rebalances and finished commits by callbacks, which it calls on our own thread from within
 * kafka_consumer_poll() and kafka_consumer_free(). A callback notes an error, and kafka_consumer_poll() returns it.
 * Invariant: an offset is committed only after kafka_consumer_store() was called for the offset, that is, after the
 * output was written. So no message is lost if the program dies, but some messages may be read twice (at-least-once
 * delivery). consumer_read.c reads messages, and assignment.c selects the partitions. */
#include "kafka/consumer_internal.h"
#include "kafka/stats.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

/* ---- what librdkafka reports ---- */

int kafka_consumer_fail(struct kafka_consumer *k, rd_kafka_resp_err_t code, const char *why)
{
	if (!k->failed)
		kafka_error_set(&k->fatal, k->config, code, why);
	k->failed = true;
	return -1;
}

void kafka_consumer_note_connection(struct kafka_consumer *k, bool unreachable, const char *why)
{
	if (k->started && k->unreachable != unreachable && k->o.on_connection)
		k->o.on_connection(k->o.arg, unreachable, why);
	k->unreachable = unreachable;
}

/* librdkafka's error callback. Reports lost connections, and notes errors that end the reading. Other errors are
 * ignored, because they concern one broker only: librdkafka tries again or uses another broker. */
static void on_error(rd_kafka_t *rk, int code, const char *reason, void *arg)
{
	struct kafka_consumer *k = arg;
	char why[512];
	rd_kafka_resp_err_t error = (rd_kafka_resp_err_t)code;
	if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
		kafka_consumer_note_connection(k, true, reason);
	} else if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION || error == RD_KAFKA_RESP_ERR__SSL) {
		kafka_consumer_fail(k, error, reason);
	} else if (error == RD_KAFKA_RESP_ERR__FATAL) {
		error = rd_kafka_fatal_error(rk, why, sizeof why);
		kafka_consumer_fail(k, error, why);
	}
}

static int on_stats(rd_kafka_t *rk, char *json, size_t n, void *arg)
{
	struct kafka_consumer *k = arg;
	(void)rk;
	k->latency_count = kafka_stats_latency((struct span){ json, n }, k->latency, k->latency_count,
		KAFKA_LATENCY_BROKERS);
	return 0; /* librdkafka frees the text */
}

/* librdkafka's callback for the end of a commit. If the commit failed, its offsets count as not committed, so that the
 * next commit includes them. */
static void on_committed(rd_kafka_t *rk, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *list, void *arg)
{
	struct kafka_consumer *k = arg;
	(void)rk;
	if (!code || code == RD_KAFKA_RESP_ERR__NO_OFFSET)
		return;
	for (int i = 0; list && i < list->cnt; i++)
		for (size_t n = 0; n < k->part_count; n++)
			if (k->parts[n]->number == list->elems[i].partition &&
				strcmp(k->parts[n]->topic, list->elems[i].topic) == 0)
				k->parts[n]->committed = -1;
	if (code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
		code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
		kafka_consumer_fail(k, code, rd_kafka_err2str(code));
}

/* ---- life ---- */

/* Sets the properties that the user has not set, and the callbacks. Returns 0, or -1 with E set. */
static int configure(const struct kafka_consumer *k, rd_kafka_conf_t *conf, struct err *e)
{
	char ahead[32];
	uint64_t kb = k->o.max_buffer / 1024;
	/* The limit in kB for messages that are read ahead: at least 1 MB, and at most 2097151 kB, the most that
	 * librdkafka accepts. */
	snprintf(ahead, sizeof ahead, "%" PRIu64, kb < 1024 ? 1024 : kb > 2097151 ? 2097151 : kb);
	/* enable.partition.eof: librdkafka reports the ends of partitions.
	 * enable.auto.commit, enable.auto.offset.store: we commit offsets ourselves, after the output is written.
	 * auto.offset.reset: it is an error if the messages at the start were deleted. librdkafka's default is to
	 * go on at the partition's end silently.
	 * reconnect.backoff.max.ms: a broker that comes back is found within a second.
	 * log_level: librdkafka writes nothing to standard error itself.
	 * queued.min.messages: so high that only the limit in bytes can stop the fetching. Stops must be rare, because
	 * librdkafka may notice up to a second late that it can fetch again.
	 * fetch.wait.max.ms: a broker may wait this long for new messages of partitions at their ends. Meanwhile it
	 * sends no messages of other partitions. With to_end, new messages are not needed, so the wait is short. */
	const char *wait = k->o.to_end ? "10" : "100";
	const char *const defaults[][2] = { { "enable.partition.eof", "true" }, { "enable.auto.commit", "false" },
		{ "enable.auto.offset.store", "false" }, { "auto.offset.reset", "error" },
		{ "isolation.level", "read_committed" }, { "queued.min.messages", "1000000" },
		{ "queued.max.messages.kbytes", ahead }, { "fetch.wait.max.ms", wait }, { "check.crcs", "true" },
		{ "reconnect.backoff.max.ms", "1000" }, { "log_level", "0" }, { "client.id", "sp-capture" },
		{ "partition.assignment.strategy", "range,roundrobin" } };
	for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
		if (kafka_config_default(k->config, conf, defaults[i][0], defaults[i][1], e) < 0)
			return -1;
	if (k->o.latency && kafka_config_default(k->config, conf, "statistics.interval.ms", "1000", e) < 0)
		return -1;
	/* librdkafka requires a group's name, even if we select the partitions and commit nothing. */
	char why[256];
	const char *group = k->o.group ? k->o.group : "sp-capture";
	if ((k->o.group || !kafka_config_has(k->config, "group.id")) &&
		rd_kafka_conf_set(conf, "group.id", group, why, sizeof why) != RD_KAFKA_CONF_OK)
		return err_set(e, EX_USAGE, "group '%s': %s", group, why);
	rd_kafka_conf_set_opaque(conf, (void *)(uintptr_t)k);
	rd_kafka_conf_set_error_cb(conf, on_error);
	rd_kafka_conf_set_stats_cb(conf, on_stats);
	if (k->o.group) {
		rd_kafka_conf_set_rebalance_cb(conf, kafka_consumer_on_rebalance);
		rd_kafka_conf_set_offset_commit_cb(conf, on_committed);
	}
	return 0;
}

/* Opens the handle and starts reading. Returns 0, or -1 with E set. After a failure the caller must free K. */
static int start(struct kafka_consumer *k, struct err *e)
{
	char why[512];
	if (pipe2(k->wake, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_errno(e, EX_OSERR, errno, "pipe");
	rd_kafka_conf_t *conf = kafka_config_copy(k->config);
	if (!conf)
		return err_oom(e, "the Kafka configuration");
	if (configure(k, conf, e) < 0) {
		rd_kafka_conf_destroy(conf);
		return -1;
	}
	/* If rd_kafka_new() succeeds, the handle owns CONF. If it fails, CONF must still be destroyed. */
	k->rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
	if (!k->rk) {
		kafka_error_set_new(e, k->config, conf, why);
		rd_kafka_conf_destroy(conf);
		return -1;
	}
	rd_kafka_poll_set_consumer(k->rk);
	rd_kafka_queue_t *all = rd_kafka_queue_get_consumer(k->rk);
	rd_kafka_queue_io_event_enable(all, k->wake[1], "!", 1);
	rd_kafka_queue_destroy(all);
	return k->o.group ? kafka_consumer_subscribe(k, e) : kafka_consumer_assign(k, e);
}

int kafka_consumer_new(const struct kafka_config *c, const struct kafka_consumer_options *o,
	struct kafka_consumer **out, struct err *e)
{
	struct kafka_consumer *k = calloc(1, sizeof *k);
	if (!k)
		return err_oom(e, "the Kafka consumer");
	k->config = c;
	k->o = *o;
	k->wake[0] = k->wake[1] = -1;
	if (start(k, e) < 0) {
		kafka_consumer_free(k);
		return -1;
	}
	k->started = true;
	*out = k;
	return 0;
}

void kafka_consumer_free(struct kafka_consumer *k)
{
	if (!k)
		return;
	if (k->rk) {
		/* Messages and queues must be freed before their handle. */
		kafka_consumer_drop_partitions(k);
		/* The close may call kafka_consumer_on_rebalance(), which may add partitions again. */
		rd_kafka_consumer_close(k->rk);
		kafka_consumer_drop_partitions(k);
		rd_kafka_destroy(k->rk);
	}
	kafka_consumer_drop_partitions(k);
	free(k->parts);
	for (int i = 0; i < 2; i++)
		if (k->wake[i] >= 0)
			close(k->wake[i]);
	free(k);
}

/* ---- questions ---- */

size_t kafka_consumer_count(const struct kafka_consumer *k)
{
	return k->part_count;
}

bool kafka_consumer_assigned(const struct kafka_consumer *k)
{
	return k->assigned;
}

const char *kafka_consumer_name(const struct kafka_consumer *k, size_t part)
{
	return k->parts[part]->name;
}

int64_t kafka_consumer_high(const struct kafka_consumer *k, const struct kafka_partition *p)
{
	int64_t low, high;
	return rd_kafka_get_watermark_offsets(k->rk, p->topic, p->number, &low, &high) || high < 0 ? -1 : high;
}

int64_t kafka_consumer_lag(const struct kafka_consumer *k, size_t part)
{
	const struct kafka_partition *p = k->parts[part];
	int64_t high = kafka_consumer_high(k, p);
	if (high < 0)
		return -1;
	return high > p->position ? high - p->position : 0;
}

size_t kafka_consumer_latency(const struct kafka_consumer *k, const struct kafka_latency **out)
{
	*out = k->latency;
	return k->latency_count;
}

int kafka_consumer_fd(const struct kafka_consumer *k)
{
	return k->wake[0];
}

/* ---- polling and commits ---- */

/* rd_kafka_consumer_poll() runs the callbacks. It reads the common queue, which may hold an error of the whole
 * consumer. The common queue has no messages, because each partition has a queue of its own. */
int kafka_consumer_poll(struct kafka_consumer *k, struct err *e)
{
	char drain[256];
	/* Empties the pipe before the poll. Whatever arrives during or after the poll makes the pipe readable again. */
	while (read(k->wake[0], drain, sizeof drain) == (ssize_t)sizeof drain)
		;
	rd_kafka_message_t *m = rd_kafka_consumer_poll(k->rk, 0);
	if (m) {
		rd_kafka_resp_err_t code = m->err;
		if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
			code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
			code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
			kafka_consumer_fail(k, code, rd_kafka_message_errstr(m));
		rd_kafka_message_destroy(m);
	}
	if (k->failed) {
		*e = k->fatal;
		return -1;
	}
	bool changed = k->changed;
	k->changed = false;
	return changed;
}

void kafka_consumer_store(struct kafka_consumer *k, size_t part, int64_t offset)
{
	if (part < k->part_count && offset > k->parts[part]->stored)
		k->parts[part]->stored = offset;
}

int kafka_consumer_commit(struct kafka_consumer *k, bool sync, struct err *e)
{
	if (!k->o.group)
		return 0;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(4);
	for (size_t i = 0; i < k->part_count; i++) {
		struct kafka_partition *p = k->parts[i];
		/* The offset counts as committed now. If a commit in the background fails, on_committed() resets
		 * `committed` to -1. */
		if (p->stored > p->committed) {
			rd_kafka_topic_partition_list_add(list, p->topic, p->number)->offset = p->stored;
			p->committed = p->stored;
		}
	}
	rd_kafka_resp_err_t code = list->cnt ? rd_kafka_commit(k->rk, list, !sync) : RD_KAFKA_RESP_ERR_NO_ERROR;
	rd_kafka_topic_partition_list_destroy(list);
	if (!code || code == RD_KAFKA_RESP_ERR__NO_OFFSET)
		return 0;
	kafka_error_set(e, k->config, code, rd_kafka_err2str(code));
	return err_context(e, "offsets not committed, the last events will be read again");
}
