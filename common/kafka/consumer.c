/* consumer.c -- messages out of topics. What librdkafka reports in many ways (messages, ends, errors) comes out of
 * kafka_consumer_read() as one sequence of happenings for each partition. */
#include "kafka/consumer_internal.h"
#include "kafka/stats.h"
#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

enum {
	WAKE_AFTER_MS = 2, /* without a message from a partition that has some */
	WAKE_EVERY_MS = 30,
};

int kafka_consumer_fail(struct kafka_consumer *k, rd_kafka_resp_err_t code, const char *why)
{
	if (!k->failed)
		kafka_error(&k->fatal, k->config, code, why);
	k->failed = true;
	return -1;
}

static void connection(struct kafka_consumer *k, bool away, const char *why)
{
	if (k->started && k->away != away && k->o.on_connection)
		k->o.on_connection(k->o.arg, away, why);
	k->away = away;
}

static void on_error(rd_kafka_t *rk, int code, const char *reason, void *arg)
{
	struct kafka_consumer *k = arg;
	char why[512];
	rd_kafka_resp_err_t error = (rd_kafka_resp_err_t)code;
	if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
		connection(k, true, reason);
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
	k->latency_count = kafka_stats_latency((struct span){ json, n }, k->latency, k->latency_count, BROKERS);
	return 0; /* the text stays librdkafka's */
}

/* A commit that nobody waited for has failed: with what is done it is said again. */
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

size_t kafka_consumer_latency(const struct kafka_consumer *k, const struct kafka_latency **out)
{
	*out = k->latency;
	return k->latency_count;
}

static int configure(const struct kafka_consumer *k, rd_kafka_conf_t *conf, struct err *e)
{
	char ahead[32];
	uint64_t kb = k->o.max_buffer / 1024;
	snprintf(ahead, sizeof ahead, "%" PRIu64, kb < 1024 ? 1024 : kb > 2097151 ? 2097151 : kb);
	/* queued.min.messages: a full queue stops fetching for a whole second, so only bytes may fill it.
	 * fetch.wait.max.ms: while a broker waits for messages of partitions at their ends, nothing else is fetched from it,
	 * and of the others the queues run empty. To the end of all there is no reason to wait. */
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
	char why[256];
	const char *group = k->o.group ? k->o.group : "sp-capture";
	if ((k->o.group || !kafka_config_has(k->config, "group.id")) &&
		rd_kafka_conf_set(conf, "group.id", group, why, sizeof why) != RD_KAFKA_CONF_OK)
		return err_set(e, EX_USAGE, "group '%s': %s", group, why);
	rd_kafka_conf_set_opaque(conf, (void *)(uintptr_t)k);
	rd_kafka_conf_set_error_cb(conf, on_error);
	rd_kafka_conf_set_stats_cb(conf, on_stats);
	if (k->o.group) {
		rd_kafka_conf_set_rebalance_cb(conf, kafka_on_rebalance);
		rd_kafka_conf_set_offset_commit_cb(conf, on_committed);
	}
	return 0;
}

static int start(struct kafka_consumer *k, struct err *e)
{
	char why[512];
	if (pipe2(k->wake, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_errno(e, EX_OSERR, errno, "pipe");
	rd_kafka_conf_t *conf = kafka_config_copy(k->config);
	if (!conf)
		return err_set(e, EX_OSERR, "out of memory");
	if (configure(k, conf, e) < 0) {
		rd_kafka_conf_destroy(conf);
		return -1;
	}
	k->rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
	if (!k->rk) {
		kafka_new_error(e, k->config, conf, why);
		rd_kafka_conf_destroy(conf);
		return -1;
	}
	rd_kafka_poll_set_consumer(k->rk);
	rd_kafka_queue_t *all = rd_kafka_queue_get_consumer(k->rk);
	rd_kafka_queue_io_event_enable(all, k->wake[1], "!", 1);
	rd_kafka_queue_destroy(all);
	return k->o.group ? kafka_subscribe(k, e) : kafka_assign(k, e);
}

int kafka_consumer_new(const struct kafka_config *c, const struct kafka_consumer_options *o,
	struct kafka_consumer **out, struct err *e)
{
	struct kafka_consumer *k = calloc(1, sizeof *k);
	if (!k)
		return err_set(e, EX_OSERR, "out of memory");
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
		kafka_parts_drop(k); /* messages and queues go before their handle */
		rd_kafka_consumer_close(k->rk);
		kafka_parts_drop(k);
		rd_kafka_destroy(k->rk);
	}
	kafka_parts_drop(k);
	free(k->parts);
	for (int i = 0; i < 2; i++)
		if (k->wake[i] >= 0)
			close(k->wake[i]);
	free(k);
}

size_t kafka_consumer_count(const struct kafka_consumer *k)
{
	return k->part_count;
}

bool kafka_consumer_dealt(const struct kafka_consumer *k)
{
	return k->dealt;
}

const char *kafka_consumer_name(const struct kafka_consumer *k, size_t part)
{
	return k->parts[part]->name;
}

/* One past the partition's last message, as the latest fetch told; -1: not known. */
static int64_t high_watermark(const struct kafka_consumer *k, const struct part *p)
{
	int64_t low, high;
	return rd_kafka_get_watermark_offsets(k->rk, p->topic, p->number, &low, &high) || high < 0 ? -1 : high;
}

int64_t kafka_consumer_lag(const struct kafka_consumer *k, size_t part)
{
	const struct part *p = k->parts[part];
	int64_t high = high_watermark(k, p);
	if (high < 0)
		return -1;
	return high > p->position ? high - p->position : 0;
}

int kafka_consumer_fd(const struct kafka_consumer *k)
{
	return k->wake[0];
}

/* What comes on the common queue: rebalances and errors (by callback), and messages that slipped in before their
 * partition's queue was split off: none, since fetching begins at assign() and the queues are split right behind it,
 * but an error that concerns no partition may. */
int kafka_consumer_poll(struct kafka_consumer *k, struct err *e)
{
	char drain[256];
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

static int take_headers(struct part *p, const rd_kafka_message_t *m, struct kafka_message *out)
{
	rd_kafka_headers_t *h = NULL;
	if (rd_kafka_message_headers(m, &h) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return 0;
	size_t n = rd_kafka_header_cnt(h);
	if (n > p->header_cap) {
		struct kafka_header *grown = realloc(p->headers, n * sizeof *grown);
		if (!grown)
			return -1;
		p->headers = grown;
		p->header_cap = n;
	}
	for (size_t i = 0; i < n; i++) {
		const char *name;
		const void *value;
		size_t size;
		rd_kafka_header_get_all(h, i, &name, &value, &size);
		p->headers[i] = (struct kafka_header){ span_of(name), { value, size } };
	}
	out->headers = p->headers;
	out->header_count = n;
	return 0;
}

static int message(const struct kafka_consumer *k, struct part *p, const rd_kafka_message_t *m,
	struct kafka_message *out, struct err *e)
{
	rd_kafka_timestamp_type_t type;
	int64_t ms = rd_kafka_message_timestamp(m, &type);
	*out = (struct kafka_message){ .key = { m->key, m->key_len },
		.value = { m->payload, m->len },
		.timestamp_ms = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : ms,
		.topic = p->topic,
		.partition = m->partition,
		.offset = m->offset };
	return k->o.headers && take_headers(p, m, out) < 0 ? err_set(e, EX_OSERR, "out of memory") : 0;
}

/* What an error message means: an end, or something that passes: 1; or that the partition cannot be read on: -1. */
static int happening(const struct kafka_consumer *k, struct part *p, const rd_kafka_message_t *m, struct err *e)
{
	switch ((int)m->err) {
	case RD_KAFKA_RESP_ERR__PARTITION_EOF:
		/* Offsets below the end may be transaction markers: the end counts, not the last message. */
		p->position = m->offset > p->position ? m->offset : p->position;
		p->finished = m->offset >= p->end;
		p->at_end = true;
		return 1;
	case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
	case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
		return err_set(e, EX_DATAERR,
			"%s@%lld: out of range: what was there has been deleted; begin elsewhere with -o, or "
			"with another -G",
			p->name, (long long)p->position);
	case RD_KAFKA_RESP_ERR__BAD_MSG:
	case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
	case RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
		/* librdkafka would ask for it again for ever, or for an offset that it finds in the rubbish. */
		return err_set(e, EX_DATAERR, "%s@%lld: cannot be read: %s; begin behind it with -o", p->name,
			(long long)p->position, rd_kafka_message_errstr(m));
	default:
		if (kafka_error_passes(m->err))
			return 1; /* librdkafka tries on; on_error has told */
		kafka_error(e, k->config, m->err, rd_kafka_message_errstr(m));
		return err_context(e, "%s@%lld", p->name, (long long)p->position);
	}
}

/* A full queue stops fetching, and librdkafka's thread, which sleeps up to a second then, does not see that it has been
 * emptied. A question to the partition's leader wakes that thread; nobody waits for the answer. */
static void wake_fetcher(struct kafka_consumer *k, struct part *p)
{
	int64_t now = clock_monotonic_ms();
	if (now - p->woken_ms < WAKE_EVERY_MS || high_watermark(k, p) <= p->position)
		return;
	p->woken_ms = now;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(list, p->topic, p->number)->offset = RD_KAFKA_OFFSET_END;
	(void)rd_kafka_offsets_for_times(k->rk, list, 0);
	rd_kafka_topic_partition_list_destroy(list);
}

/* Waits for the first message, then takes what else is there: a batch call waits its whole time unless it is full. */
static void fill(struct kafka_consumer *k, struct part *p, int64_t timeout_ms)
{
	p->batch_n = p->batch_at = 0;
	if (!p->queue)
		return;
	size_t ahead = rd_kafka_queue_length(p->queue);
	if (ahead > p->most_ahead) {
		p->most_ahead = ahead;
	} else if (ahead < p->most_ahead / 2) {
		p->most_ahead = ahead;
		wake_fetcher(k, p);
	}
	ssize_t n = rd_kafka_consume_batch_queue(p->queue, 0, p->batch, KAFKA_TAKE_MAX);
	for (int64_t ms; n <= 0 && timeout_ms > 0; timeout_ms -= ms) {
		ms = timeout_ms < WAKE_AFTER_MS ? timeout_ms : WAKE_AFTER_MS;
		n = rd_kafka_consume_batch_queue(p->queue, (int)ms, p->batch, 1);
		if (n <= 0)
			wake_fetcher(k, p);
	}
	p->batch_n = n > 0 ? (size_t)n : 0;
}

/* One of the messages that librdkafka gave: to TAKE if it is one, as that says; an end counts as 1. */
static int hand_out(struct kafka_consumer *k, struct part *p, const rd_kafka_message_t *got, kafka_take *take,
	void *arg, size_t *taken, struct err *e)
{
	if (got->err)
		return happening(k, p, got, e);
	p->at_end = false;
	if (got->offset >= p->end) {
		p->finished = true;
		return 0;
	}
	struct kafka_message m;
	if (message(k, p, got, &m, e) < 0)
		return -1;
	p->position = got->offset + 1;
	p->finished = p->position >= p->end;
	*taken += 1;
	return take(arg, &m, e);
}

int kafka_consumer_read(struct kafka_consumer *k, size_t part, int64_t timeout_ms, kafka_take *take, void *arg,
	enum kafka_event *what, struct err *e)
{
	struct part *p = k->parts[part];
	size_t taken = 0;
	if (!p->finished && p->batch_at == p->batch_n)
		fill(k, p, timeout_ms);
	int r = 1;
	while (r > 0 && !p->finished && p->batch_at < p->batch_n) {
		rd_kafka_message_t *got = p->batch[p->batch_at++];
		r = hand_out(k, p, got, take, arg, &taken, e);
		rd_kafka_message_destroy(got);
	}
	if (taken > 0)
		connection(k, false, "");
	/* librdkafka tells the end only when a fetch has waited in vain, which none does while messages trickle in. */
	int64_t high = taken > 0 || p->finished ? 0 : high_watermark(k, p);
	bool at_end = p->at_end || p->position >= (high < 0 ? p->high : high);
	*what = taken > 0 ? KAFKA_MESSAGE : p->finished ? KAFKA_FINISHED : at_end ? KAFKA_AT_END : KAFKA_NOTHING;
	return r < 0 ? -1 : 0;
}

void kafka_consumer_done(struct kafka_consumer *k, size_t part, int64_t offset)
{
	if (part < k->part_count && offset > k->parts[part]->done)
		k->parts[part]->done = offset;
}

int kafka_consumer_commit(struct kafka_consumer *k, bool sync, struct err *e)
{
	if (!k->o.group)
		return 0;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(4);
	for (size_t i = 0; i < k->part_count; i++) {
		struct part *p = k->parts[i];
		if (p->done > p->committed) {
			rd_kafka_topic_partition_list_add(list, p->topic, p->number)->offset = p->done;
			p->committed = p->done;
		}
	}
	rd_kafka_resp_err_t code = list->cnt ? rd_kafka_commit(k->rk, list, !sync) : RD_KAFKA_RESP_ERR_NO_ERROR;
	rd_kafka_topic_partition_list_destroy(list);
	if (!code || code == RD_KAFKA_RESP_ERR__NO_OFFSET)
		return 0;
	kafka_error(e, k->config, code, rd_kafka_err2str(code));
	return err_context(e, "offsets could not be committed, so the last events will be read again");
}
