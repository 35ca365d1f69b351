/* consumer.c -- messages out of topics. What librdkafka reports in many ways (messages, ends, errors, rebalances)
 * comes out of kafka_consumer_next() as one sequence of happenings. */
#include "kafka/consumer.h"
#include "kafka/config.h"
#include "kafka/offsets.h"
#include "kafka/session.h"
#include <inttypes.h>

enum { BATCH = 1000, COMMITTED_MS = 10000 };

struct part {
	char *topic;
	int32_t number;
	int64_t end;       /* over there; INT64_MAX: never */
	int64_t done, committed; /* next offset that is not written on yet; -1: none */
	bool here;         /* assigned to us now */
	bool finished;     /* no more of it is handed out */
	bool tell;         /* its end has not been told yet */
};

struct kafka_consumer {
	rd_kafka_t *rk;
	rd_kafka_queue_t *queue;
	const struct kafka_config *config;
	struct kafka_consumer_options o;
	struct part *parts;
	size_t part_count;
	rd_kafka_message_t *batch[BATCH];
	size_t batch_n, batch_at;
	rd_kafka_message_t *lent; /* to the caller, until the next call */
	struct kafka_header *headers;
	size_t header_cap;
	bool away, failed;
	struct err fatal;
};

static struct part *find(struct kafka_consumer *k, const char *topic, int32_t number)
{
	for (size_t i = 0; i < k->part_count; i++)
		if (k->parts[i].number == number && strcmp(k->parts[i].topic, topic) == 0)
			return &k->parts[i];
	return NULL;
}

static struct part *add_part(struct kafka_consumer *k, const char *topic, int32_t number)
{
	struct part *p = find(k, topic, number);
	if (p)
		return p;
	struct part *grown = realloc(k->parts, (k->part_count + 1) * sizeof *grown);
	if (!grown)
		return NULL;
	k->parts = grown;
	p = &grown[k->part_count];
	*p = (struct part){ .topic = strdup(topic), .number = number, .end = INT64_MAX, .done = -1, .committed = -1 };
	if (!p->topic)
		return NULL;
	k->part_count++;
	return p;
}

static int fail(struct kafka_consumer *k, rd_kafka_resp_err_t code, const char *why)
{
	if (!k->failed)
		kafka_error(&k->fatal, k->config, code, why);
	k->failed = true;
	return -1;
}

static void on_error(rd_kafka_t *rk, int code, const char *reason, void *arg)
{
	struct kafka_consumer *k = arg;
	char why[512];
	rd_kafka_resp_err_t error = (rd_kafka_resp_err_t)code;
	if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && !k->away) {
		k->away = true;
		if (k->o.on_connection)
			k->o.on_connection(k->o.arg, true, reason);
	} else if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION || error == RD_KAFKA_RESP_ERR__SSL) {
		fail(k, error, reason);
	} else if (error == RD_KAFKA_RESP_ERR__FATAL) {
		error = rd_kafka_fatal_error(rk, why, sizeof why);
		fail(k, error, why);
	}
}

static bool ours(const struct kafka_consumer *k, int32_t partition)
{
	bool wanted = k->o.partition_count == 0;
	for (size_t i = 0; i < k->o.partition_count; i++)
		wanted |= k->o.partitions[i] == partition;
	return wanted && (k->o.shards == 0 || partition % k->o.shards == k->o.shard);
}

/* ---- by assignment ---- */

/* Adds TOPIC's partitions to LIST, each with the offset to begin at; knows where each ends. */
static int list_topic(struct kafka_consumer *k, struct kafka_session *s, const char *topic,
	rd_kafka_topic_partition_list_t *list, struct err *e)
{
	const struct rd_kafka_metadata *m = NULL;
	if (kafka_metadata(s, topic, &m, e) < 0)
		return -1;
	int count = m->topic_cnt == 1 && !m->topics[0].err ? m->topics[0].partition_cnt : 0;
	rd_kafka_metadata_destroy(m);
	if (count == 0)
		return err_set(e, EX_UNAVAILABLE, "kafka://%s: there is no topic '%s'", kafka_config_brokers(k->config), topic);
	for (size_t i = 0; i < k->o.partition_count; i++)
		if (k->o.partitions[i] < 0 || k->o.partitions[i] >= count)
			return err_set(e, EX_UNAVAILABLE, "topic '%s' has no partition %d, only 0 to %d", topic,
				(int)k->o.partitions[i], count - 1);
	for (int32_t n = 0; n < count; n++) {
		struct kafka_range range;
		if (!ours(k, n))
			continue;
		struct part *p = add_part(k, topic, n);
		if (!p)
			return err_set(e, EX_OSERR, "out of memory");
		if (kafka_offset_resolve(s, topic, n, &k->o.from, k->o.until, &range, e) < 0)
			return -1;
		p->end = k->o.to_end || k->o.until ? range.end : INT64_MAX;
		p->here = true;
		p->finished = p->tell = range.start >= p->end;
		if (!p->finished)
			rd_kafka_topic_partition_list_add(list, topic, n)->offset = range.start;
		if (k->o.on_partition)
			k->o.on_partition(k->o.arg, topic, n, false);
	}
	return 0;
}

static int assign(struct kafka_consumer *k, struct err *e)
{
	struct kafka_session s;
	if (kafka_session_open(&s, k->config, e) < 0)
		return -1;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(16);
	int r = 0;
	for (char *const *t = kafka_config_topics(k->config); *t && r == 0; t++)
		r = list_topic(k, &s, *t, list, e);
	kafka_session_close(&s);
	rd_kafka_resp_err_t code = r == 0 ? rd_kafka_assign(k->rk, list) : RD_KAFKA_RESP_ERR_NO_ERROR;
	rd_kafka_topic_partition_list_destroy(list);
	return code ? kafka_error(e, k->config, code, rd_kafka_err2str(code)) : r;
}

/* ---- by a consumer group ---- */

/* Offsets for what the group has dealt to us: its own where it has one, else -o. */
static int starts(struct kafka_consumer *k, rd_kafka_topic_partition_list_t *list)
{
	struct kafka_session s;
	struct err e = ERR_INIT;
	rd_kafka_resp_err_t code = rd_kafka_committed(k->rk, list, COMMITTED_MS);
	if (code)
		return fail(k, code, rd_kafka_err2str(code));
	if (kafka_session_open(&s, k->config, &e) < 0)
		goto bad;
	for (int i = 0; i < list->cnt; i++) {
		rd_kafka_topic_partition_t *at = &list->elems[i];
		struct kafka_range range;
		struct part *p = add_part(k, at->topic, at->partition);
		if (!p || kafka_offset_resolve(&s, at->topic, at->partition, &k->o.from, k->o.until, &range, &e) < 0)
			goto bad;
		if (at->offset < 0)
			at->offset = range.start;
		if (p->end == INT64_MAX && (k->o.to_end || k->o.until))
			p->end = range.end;
		p->here = true;
		p->done = p->committed = -1;
		p->finished = p->tell = at->offset >= p->end;
		if (k->o.on_partition)
			k->o.on_partition(k->o.arg, at->topic, at->partition, false);
	}
	kafka_session_close(&s);
	return 0;
bad:
	kafka_session_close(&s);
	if (!k->failed)
		k->fatal = e;
	k->failed = true;
	return -1;
}

static void on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *list, void *arg)
{
	struct kafka_consumer *k = arg;
	if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
		if (starts(k, list) == 0)
			rd_kafka_assign(rk, list);
		return;
	}
	struct err ignored = ERR_INIT;
	/* What was written on is ours to commit; what was only read ahead goes to the next owner. */
	if (kafka_consumer_commit(k, true, &ignored) < 0)
		ignored.status = 0; /* the next owner reads those again: at least once */
	for (int i = 0; i < list->cnt; i++) {
		struct part *p = find(k, list->elems[i].topic, list->elems[i].partition);
		if (p)
			p->here = false;
		if (k->o.on_partition)
			k->o.on_partition(k->o.arg, list->elems[i].topic, list->elems[i].partition, true);
	}
	rd_kafka_assign(rk, NULL);
}

static int subscribe(struct kafka_consumer *k, struct err *e)
{
	struct kafka_session s;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(4);
	const struct rd_kafka_metadata *m = NULL;
	int r = kafka_session_open(&s, k->config, e);
	for (char *const *t = kafka_config_topics(k->config); *t && r == 0; t++) {
		r = kafka_metadata(&s, *t, &m, e);
		if (r == 0 && (m->topic_cnt != 1 || m->topics[0].err))
			r = err_set(e, EX_UNAVAILABLE, "kafka://%s: there is no topic '%s'", kafka_config_brokers(k->config), *t);
		if (m)
			rd_kafka_metadata_destroy(m);
		m = NULL;
		rd_kafka_topic_partition_list_add(list, *t, RD_KAFKA_PARTITION_UA);
	}
	kafka_session_close(&s);
	rd_kafka_resp_err_t code = r == 0 ? rd_kafka_subscribe(k->rk, list) : RD_KAFKA_RESP_ERR_NO_ERROR;
	rd_kafka_topic_partition_list_destroy(list);
	return code ? kafka_error(e, k->config, code, rd_kafka_err2str(code)) : r;
}

/* ---- both ---- */

static int configure(const struct kafka_consumer *k, rd_kafka_conf_t *conf, struct err *e)
{
	char ahead[32];
	uint64_t kb = k->o.max_buffer / 1024;
	snprintf(ahead, sizeof ahead, "%" PRIu64, kb < 1024 ? 1024 : kb > 2097151 ? 2097151 : kb);
	const char *const defaults[][2] = { { "enable.partition.eof", "true" }, { "enable.auto.commit", "false" },
		{ "enable.auto.offset.store", "false" }, { "auto.offset.reset", "error" }, { "isolation.level", "read_committed" },
		{ "queued.min.messages", "1000000" }, { "queued.max.messages.kbytes", ahead }, { "check.crcs", "true" },
		{ "reconnect.backoff.max.ms", "1000" }, { "log_level", "0" }, { "client.id", "sp-capture" },
		{ "partition.assignment.strategy", "range,roundrobin" } };
	for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
		if (kafka_config_default(k->config, conf, defaults[i][0], defaults[i][1], e) < 0)
			return -1;
	char why[256];
	const char *group = k->o.group ? k->o.group : "sp-capture";
	if ((k->o.group || !kafka_config_has(k->config, "group.id")) &&
		rd_kafka_conf_set(conf, "group.id", group, why, sizeof why) != RD_KAFKA_CONF_OK)
		return err_set(e, EX_USAGE, "group '%s': %s", group, why);
	rd_kafka_conf_set_opaque(conf, (void *)(uintptr_t)k);
	rd_kafka_conf_set_error_cb(conf, on_error);
	if (k->o.group)
		rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
	return 0;
}

static int start(struct kafka_consumer *k, struct err *e)
{
	char why[512];
	rd_kafka_conf_t *conf = kafka_config_copy(k->config);
	if (!conf)
		return err_set(e, EX_OSERR, "out of memory");
	if (configure(k, conf, e) < 0) {
		rd_kafka_conf_destroy(conf);
		return -1;
	}
	k->rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
	if (!k->rk) {
		rd_kafka_conf_destroy(conf);
		return err_set(e, EX_CONFIG, "kafka://%s: %s", kafka_config_brokers(k->config), why);
	}
	rd_kafka_poll_set_consumer(k->rk);
	k->queue = rd_kafka_queue_get_consumer(k->rk);
	return k->o.group ? subscribe(k, e) : assign(k, e);
}

int kafka_consumer_new(const struct kafka_config *c, const struct kafka_consumer_options *o,
	struct kafka_consumer **out, struct err *e)
{
	struct kafka_consumer *k = calloc(1, sizeof *k);
	if (!k)
		return err_set(e, EX_OSERR, "out of memory");
	k->config = c;
	k->o = *o;
	if (start(k, e) < 0) {
		kafka_consumer_free(k);
		return -1;
	}
	*out = k;
	return 0;
}

static void give_back(struct kafka_consumer *k)
{
	if (k->lent)
		rd_kafka_message_destroy(k->lent);
	k->lent = NULL;
}

static void drop_batch(struct kafka_consumer *k)
{
	for (size_t i = k->batch_at; i < k->batch_n; i++)
		rd_kafka_message_destroy(k->batch[i]);
	k->batch_n = k->batch_at = 0;
}

void kafka_consumer_free(struct kafka_consumer *k)
{
	if (!k)
		return;
	give_back(k);
	drop_batch(k);
	if (k->queue)
		rd_kafka_queue_destroy(k->queue);
	if (k->rk) {
		k->o.on_partition = NULL;
		rd_kafka_consumer_close(k->rk);
		rd_kafka_destroy(k->rk);
	}
	for (size_t i = 0; i < k->part_count; i++)
		free(k->parts[i].topic);
	free(k->parts);
	free(k->headers);
	free(k);
}

/* Waits for one message, then takes what else is there: a batch call alone would wait its whole time. */
static void fill(struct kafka_consumer *k, int64_t timeout_ms)
{
	rd_kafka_message_t *first = rd_kafka_consumer_poll(k->rk, (int)timeout_ms);
	if (!first)
		return;
	k->batch[k->batch_n++] = first;
	if (first->err)
		return;
	ssize_t n = rd_kafka_consume_batch_queue(k->queue, 0, k->batch + 1, BATCH - 1);
	k->batch_n += n > 0 ? (size_t)n : 0;
}

static int take_headers(struct kafka_consumer *k, const rd_kafka_message_t *m, struct kafka_message *out)
{
	rd_kafka_headers_t *h = NULL;
	if (rd_kafka_message_headers(m, &h) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return 0;
	size_t n = rd_kafka_header_cnt(h);
	if (n > k->header_cap) {
		struct kafka_header *grown = realloc(k->headers, n * sizeof *grown);
		if (!grown)
			return -1;
		k->headers = grown;
		k->header_cap = n;
	}
	for (size_t i = 0; i < n; i++) {
		const char *name;
		const void *value;
		size_t size;
		rd_kafka_header_get_all(h, i, &name, &value, &size);
		k->headers[i] = (struct kafka_header){ span_of(name), { value, size } };
	}
	out->headers = k->headers;
	out->header_count = n;
	return 0;
}

static int message(struct kafka_consumer *k, const rd_kafka_message_t *m, struct kafka_message *out, struct err *e)
{
	rd_kafka_timestamp_type_t type;
	int64_t ms = rd_kafka_message_timestamp(m, &type);
	*out = (struct kafka_message){ .key = { m->key, m->key_len }, .value = { m->payload, m->len },
		.timestamp_ms = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : ms, .topic = rd_kafka_topic_name(m->rkt),
		.partition = m->partition, .offset = m->offset };
	return take_headers(k, m, out) < 0 ? err_set(e, EX_OSERR, "out of memory") : 0;
}

/* What an error message means: an end, something to skip, or the end of everything. */
static int happening(struct kafka_consumer *k, const rd_kafka_message_t *m, struct part *p, enum kafka_event *what,
	struct kafka_message *out, struct err *e)
{
	const char *topic = m->rkt ? rd_kafka_topic_name(m->rkt) : "";
	*out = (struct kafka_message){ .topic = p ? p->topic : topic, .partition = m->partition, .offset = m->offset,
		.timestamp_ms = -1 };
	switch ((int)m->err) {
	case RD_KAFKA_RESP_ERR__PARTITION_EOF:
		*what = p && p->end != INT64_MAX && m->offset >= p->end ? KAFKA_FINISHED : KAFKA_AT_END;
		if (p && *what == KAFKA_FINISHED) {
			if (p->finished)
				*what = KAFKA_NOTHING;
			p->finished = true;
		}
		return 0;
	case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
	case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
		return err_set(e, EX_DATAERR, "%s[%d]: the offset to read from is out of range: what was there has been deleted; "
			"begin elsewhere with -o, or with another -G", topic, (int)m->partition);
	case RD_KAFKA_RESP_ERR__BAD_MSG:
	case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
	case RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
		*what = KAFKA_BAD;
		err_set(e, EX_DATAERR, "%s", rd_kafka_message_errstr(m));
		return 0;
	case RD_KAFKA_RESP_ERR__TRANSPORT:
	case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
	case RD_KAFKA_RESP_ERR__TIMED_OUT:
	case RD_KAFKA_RESP_ERR__RESOLVE:
		*what = KAFKA_NOTHING; /* librdkafka tries on; on_error has told */
		return 0;
	default:
		return kafka_error(e, k->config, m->err, rd_kafka_message_errstr(m));
	}
}

/* A partition whose end is there but was not told yet: true. */
static bool tell_finished(struct kafka_consumer *k, enum kafka_event *what, struct kafka_message *m)
{
	for (size_t i = 0; i < k->part_count; i++) {
		struct part *p = &k->parts[i];
		if (!p->tell || !p->here)
			continue;
		p->tell = false;
		*what = KAFKA_FINISHED;
		*m = (struct kafka_message){ .topic = p->topic, .partition = p->number, .timestamp_ms = -1 };
		return true;
	}
	return false;
}

static void came_back(struct kafka_consumer *k)
{
	if (k->away && k->o.on_connection)
		k->o.on_connection(k->o.arg, false, "");
	k->away = false;
}

int kafka_consumer_next(struct kafka_consumer *k, int64_t timeout_ms, enum kafka_event *what, struct kafka_message *m,
	struct err *e)
{
	*what = KAFKA_NOTHING;
	give_back(k);
	if (k->batch_at == k->batch_n) {
		k->batch_n = k->batch_at = 0;
		if (tell_finished(k, what, m))
			return 0;
		fill(k, timeout_ms);
	}
	if (k->failed) {
		*e = k->fatal;
		return -1;
	}
	if (k->batch_n == 0)
		return 0;
	rd_kafka_message_t *got = k->lent = k->batch[k->batch_at++];
	struct part *p = got->rkt ? find(k, rd_kafka_topic_name(got->rkt), got->partition) : NULL;
	if (got->err)
		return happening(k, got, p, what, m, e);
	came_back(k);
	if (!p || !p->here || p->finished)
		return 0; /* of a partition that was taken away, or beyond the end asked for */
	if (got->offset >= p->end) {
		p->finished = p->tell = true;
		return 0;
	}
	*what = KAFKA_MESSAGE;
	if (got->offset == p->end - 1)
		p->finished = p->tell = true;
	return message(k, got, m, e);
}

int kafka_consumer_pause(struct kafka_consumer *k, const char *topic, int32_t partition, bool pause, struct err *e)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(list, topic, partition);
	rd_kafka_resp_err_t code = pause ? rd_kafka_pause_partitions(k->rk, list) : rd_kafka_resume_partitions(k->rk, list);
	rd_kafka_topic_partition_list_destroy(list);
	return code ? kafka_error(e, k->config, code, rd_kafka_err2str(code)) : 0;
}

void kafka_consumer_done(struct kafka_consumer *k, const char *topic, int32_t partition, int64_t offset)
{
	struct part *p = find(k, topic, partition);
	if (p && p->here && offset > p->done)
		p->done = offset;
}

int kafka_consumer_commit(struct kafka_consumer *k, bool sync, struct err *e)
{
	if (!k->o.group)
		return 0;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(4);
	for (size_t i = 0; i < k->part_count; i++) {
		struct part *p = &k->parts[i];
		if (p->here && p->done > p->committed) {
			rd_kafka_topic_partition_list_add(list, p->topic, p->number)->offset = p->done;
			p->committed = p->done;
		}
	}
	rd_kafka_resp_err_t code = list->cnt ? rd_kafka_commit(k->rk, list, !sync) : RD_KAFKA_RESP_ERR_NO_ERROR;
	rd_kafka_topic_partition_list_destroy(list);
	if (!code || code == RD_KAFKA_RESP_ERR__NO_OFFSET)
		return 0;
	kafka_error(e, k->config, code, rd_kafka_err2str(code));
	return err_context(e, "offsets could not be committed");
}
