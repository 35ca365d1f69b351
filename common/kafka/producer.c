/* producer.c -- messages into a topic. Every message ends in one delivery report; what cannot be acknowledged
 * is handed back with its position, so that nothing is dropped in silence. */
#include "kafka/producer.h"
#include "kafka/admin.h"
#include "kafka/config.h"
#include "base/clock.h"
#include "stream/stop.h"
#include <errno.h>
#include <inttypes.h>

enum {
	DAY_MS = 86400000,
	PAUSE_MS = 5,
	LOAD_MS = 100, /* between flushes while input does not pause */
	FLUSH_MS = 2,
	LINGER_MS = 5000,
	FLUSHES_ALIKE = 4, /* of the same messages, then the pauses get longer */
};

struct kafka_producer {
	rd_kafka_t *rk;
	rd_kafka_topic_t *topic;
	const struct kafka_config *config;
	struct kafka_producer_options o;
	struct kafka_producer_counts counts;
	int64_t last_ms;       /* time of the message sent last; -1: none */
	bool lingers;          /* as the user says (linger.ms): nothing goes out sooner */
	int64_t flushed_ms;    /* when it was last flushed, ... */
	uint64_t flushed_sent; /* ... the messages sent by then, ... */
	unsigned flushes;      /* ... and how often, with no other message in between */
	unsigned stuck;        /* flushes of a full queue, ... */
	uint64_t stuck_at;     /* ... while so many had ended and no other did */
	bool away, failed;     /* failed: E of the call in progress is set */
	struct err fatal;
};

static const char *reason(rd_kafka_resp_err_t code)
{
	if (code == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP)
		return "Broker: Invalid timestamp (Kafka 4 takes none more than an hour ahead: message.timestamp.after.max.ms)";
	return rd_kafka_err2str(code);
}

/* A broker that is started again has forgotten who wrote what is older than a day by its own time, and so does not
 * see that a batch comes again (producer.id.expiration.ms). */
static bool may_double(const struct kafka_producer *p)
{
	return p->counts.queued > 0 && p->last_ms >= 0 && clock_realtime_ms() - p->last_ms > DAY_MS;
}

static void connection(struct kafka_producer *p, bool away, const char *why)
{
	char text[512];
	if (away && may_double(p)) {
		snprintf(text, sizeof text,
			"%s; messages under way are more than a day old and may come twice (sp-publish(1), CAVEATS)",
			why);
		why = text;
	}
	if (p->away != away && p->o.on_connection)
		p->o.on_connection(p->o.arg, away, why);
	p->away = away;
}

/* A delivery report; librdkafka calls it from within rd_kafka_poll(). */
static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *m, void *arg)
{
	(void)rk;
	struct kafka_producer *p = arg;
	p->counts.queued--;
	if (!m->err) {
		p->counts.acked++;
		connection(p, false, "");
		p->counts.bytes += m->len;
		return;
	}
	p->counts.failed++;
	uint64_t position = (uint64_t)(uintptr_t)m->_private;
	struct span value = { m->payload, m->len };
	if (!p->failed && p->o.on_failed(p->o.arg, position, value, reason(m->err), &p->fatal) < 0)
		p->failed = true;
}

static void on_error(rd_kafka_t *rk, int code, const char *reason, void *arg)
{
	struct kafka_producer *p = arg;
	char why[512];
	rd_kafka_resp_err_t error = (rd_kafka_resp_err_t)code;
	if (error == RD_KAFKA_RESP_ERR__FATAL) {
		error = rd_kafka_fatal_error(rk, why, sizeof why);
		reason = why;
	} else if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || error == RD_KAFKA_RESP_ERR__TRANSPORT ||
		error == RD_KAFKA_RESP_ERR__RESOLVE || error == RD_KAFKA_RESP_ERR__TIMED_OUT) {
		connection(p, true, reason);
		return;
	} else if (error != RD_KAFKA_RESP_ERR__AUTHENTICATION && error != RD_KAFKA_RESP_ERR__SSL) {
		return;
	}
	if (!p->failed) {
		p->failed = true;
		kafka_error(&p->fatal, p->config, error, reason);
	}
}

/* The statistics are JSON; the average round trip of the first broker that has one is all that is wanted. */
static int on_stats(rd_kafka_t *rk, char *json, size_t n, void *arg)
{
	(void)rk;
	(void)n;
	struct kafka_producer *p = arg;
	for (const char *at = json; (at = strstr(at, "\"rtt\":")) != NULL; at++) {
		const char *average = strstr(at, "\"avg\":");
		double us = average ? strtod(average + 6, NULL) : 0;
		if (us > 0) {
			p->counts.round_trip_ms = us / 1000;
			break;
		}
	}
	return 0;
}

static int configure(const struct kafka_producer *p, rd_kafka_conf_t *conf, uint64_t largest, struct err *e)
{
	char timeout[32], buffer[32], size[32], linger[32];
	snprintf(timeout, sizeof timeout, "%" PRId64, p->o.timeout_ms);
	snprintf(buffer, sizeof buffer, "%" PRIu64, p->o.max_buffer / 1024 ? p->o.max_buffer / 1024 : 1);
	snprintf(size, sizeof size, "%" PRIu64, largest);
	/* sticky.partitioning.linger.ms: else it is twice linger.ms, and messages without a key would stay with one partition
	 * for so long. */
	const char *const defaults[][2] = { { "enable.idempotence", "true" }, { "compression.codec", "lz4" },
		{ "partitioner", "murmur2_random" }, { "message.timeout.ms", timeout },
		{ "sticky.partitioning.linger.ms", "10" }, { "queue.buffering.max.kbytes", buffer },
		{ "queue.buffering.max.messages", "1000000" }, { "reconnect.backoff.max.ms", "1000" },
		{ "statistics.interval.ms", "5000" }, { "log_level", "0" }, { "message.max.bytes", size },
		{ "batch.num.messages", "100000" }, { "client.id", "sp-publish" } };
	for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
		if (kafka_config_default(p->config, conf, defaults[i][0], defaults[i][1], e) < 0)
			return -1;
	/* linger.ms: see flush(). It must be less than message.timeout.ms, which may be the user's. */
	size_t n = sizeof timeout;
	int64_t most = rd_kafka_conf_get(conf, "message.timeout.ms", timeout, &n) == RD_KAFKA_CONF_OK ?
		strtoll(timeout, NULL, 10) :
		0;
	snprintf(linger, sizeof linger, "%" PRId64, most == 0 || most / 2 > LINGER_MS ? (int64_t)LINGER_MS : most / 2);
	if (kafka_config_default(p->config, conf, "linger.ms", linger, e) < 0)
		return -1;
	rd_kafka_conf_set_opaque(conf, (void *)(uintptr_t)p);
	rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	rd_kafka_conf_set_error_cb(conf, on_error);
	rd_kafka_conf_set_stats_cb(conf, on_stats);
	return 0;
}

/* Overhead of a record batch, kept free below the topic's limit: librdkafka's limit counts less than the broker's. */
enum { BATCH_OVERHEAD = 512, LARGEST_DEFAULT = 1000000 };

static int start(struct kafka_producer *p, const char **note, struct err *e)
{
	uint64_t largest = 0;
	*note = NULL;
	if (kafka_config_has(p->config, "transactional.id"))
		return err_set(e, EX_USAGE, "Kafka property 'transactional.id': transactions are not supported");
	if (kafka_topic_ready(p->config, p->o.topic, p->o.create, &largest, e) < 0)
		return -1;
	if (largest == 0) {
		*note = "the topic's max.message.bytes may not be read: one message over it can fail its whole batch";
		largest = LARGEST_DEFAULT + BATCH_OVERHEAD;
	}
	rd_kafka_conf_t *conf = kafka_config_copy(p->config);
	if (!conf)
		return err_set(e, EX_OSERR, "out of memory");
	char why[512];
	uint64_t most = largest > BATCH_OVERHEAD + 1000 ? largest - BATCH_OVERHEAD : 1000;
	if (configure(p, conf, most > 1000000000 ? 1000000000 : most, e) < 0 ||
		!(p->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why))) {
		if (!e->status)
			kafka_new_error(e, p->config, conf, why);
		rd_kafka_conf_destroy(conf);
		return -1;
	}
	p->topic = rd_kafka_topic_new(p->rk, p->o.topic, NULL);
	return p->topic ? 0 :
			  err_set(e, EX_USAGE, "topic '%s': %s", p->o.topic, rd_kafka_err2str(rd_kafka_last_error()));
}

int kafka_producer_new(const struct kafka_config *c, const struct kafka_producer_options *o,
	struct kafka_producer **out, const char **note, struct err *e)
{
	struct kafka_producer *p = calloc(1, sizeof *p);
	if (!p)
		return err_set(e, EX_OSERR, "out of memory");
	p->config = c;
	p->o = *o;
	p->lingers = kafka_config_has(c, "linger.ms");
	if (start(p, note, e) < 0) {
		kafka_producer_free(p);
		return -1;
	}
	*out = p;
	return 0;
}

static int check(struct kafka_producer *p, struct err *e)
{
	if (!p->failed)
		return 0;
	*e = p->fatal;
	return -1;
}

/* From the moment when a message has waited for linger.ms until it is sent, librdkafka's thread does not sleep but asks
 * again and again whether it may send: for milliseconds before, and for as long as there are requests enough under way
 * (max.in.flight). So linger.ms is longer than messages ever wait, and it is here that they go out in time:
 * rd_kafka_flush() says that nothing is to linger while it waits. */
static void flush(struct kafka_producer *p, int64_t now)
{
	(void)rd_kafka_flush(p->rk, FLUSH_MS);
	if (p->counts.sent != p->flushed_sent)
		p->flushes = 0;
	p->flushed_ms = now;
	p->flushed_sent = p->counts.sent;
}

/* While input does not pause: batches of partitions that fill slowly. */
static void flush_under_load(struct kafka_producer *p)
{
	int64_t now = clock_monotonic_ms();
	if (!p->lingers && now >= p->flushed_ms + LOAD_MS)
		flush(p, now);
}

int kafka_producer_poll(struct kafka_producer *p, struct err *e)
{
	flush_under_load(p);
	rd_kafka_poll(p->rk, 0);
	return check(p, e);
}

/* The queue is full. While batches are acknowledged there will be room; else they wait for more, and none can come. Ever
 * more seldom, as those that are full may just be slow on their way. */
static void make_room(struct kafka_producer *p)
{
	uint64_t ended = p->counts.acked + p->counts.failed;
	if (ended != p->stuck_at)
		p->stuck = 0;
	rd_kafka_poll(p->rk, p->stuck < 4 ? PAUSE_MS << p->stuck : LOAD_MS);
	if (p->lingers || p->counts.acked + p->counts.failed != ended)
		return;
	p->stuck_at = ended;
	p->stuck++;
	flush(p, clock_monotonic_ms());
}

static int64_t flush_every_ms(const struct kafka_producer *p)
{
	unsigned many = p->flushes / FLUSHES_ALIKE;
	return many < 8 ? PAUSE_MS << many : PAUSE_MS << 8;
}

/* Again and again, as librdkafka's thread may have slept meanwhile, but ever more seldom: the brokers may be away. */
int kafka_producer_pause(struct kafka_producer *p, int64_t *wait_ms, struct err *e)
{
	if (p->counts.sent != p->flushed_sent)
		p->flushes = 0;
	int64_t now = clock_monotonic_ms();
	bool waits = p->counts.queued > 0 && !p->lingers;
	if (waits && now >= p->flushed_ms + flush_every_ms(p)) {
		flush(p, now);
		p->flushes++;
	}
	if (kafka_producer_poll(p, e) < 0)
		return -1;
	*wait_ms = waits && p->counts.queued > 0 ? p->flushed_ms + flush_every_ms(p) - now : 0;
	return 0;
}

static rd_kafka_headers_t *headers_of(const struct kafka_message *m)
{
	rd_kafka_headers_t *h = rd_kafka_headers_new(m->header_count);
	for (size_t i = 0; h && i < m->header_count; i++)
		rd_kafka_header_add(h, m->headers[i].name.p, (ssize_t)m->headers[i].name.n, m->headers[i].value.p,
			(ssize_t)m->headers[i].value.n);
	return h;
}

static rd_kafka_resp_err_t produce(struct kafka_producer *p, const struct kafka_message *m, uint64_t position)
{
	rd_kafka_headers_t *headers = m->header_count ? headers_of(m) : NULL;
	if (m->header_count && !headers)
		return RD_KAFKA_RESP_ERR__QUEUE_FULL;
	rd_kafka_vu_t vus[] = {
		{ .vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = p->topic },
		{ .vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = m->partition },
		{ .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
		{ .vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = { (void *)(uintptr_t)m->value.p, m->value.n } },
		{ .vtype = RD_KAFKA_VTYPE_KEY, .u.mem = { (void *)(uintptr_t)m->key.p, m->key.n } },
		{ .vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = (void *)(uintptr_t)position },
		{ .vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = m->timestamp_ms < 0 ? 0 : m->timestamp_ms },
		{ .vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers },
	};
	rd_kafka_error_t *error = rd_kafka_produceva(p->rk, vus, sizeof vus / sizeof vus[0] - (headers ? 0 : 1));
	if (!error)
		return RD_KAFKA_RESP_ERR_NO_ERROR;
	rd_kafka_resp_err_t code = rd_kafka_error_code(error);
	rd_kafka_error_destroy(error);
	if (headers)
		rd_kafka_headers_destroy(headers);
	return code;
}

int kafka_producer_send(struct kafka_producer *p, const struct kafka_message *m, uint64_t position, struct err *e)
{
	for (;;) {
		rd_kafka_resp_err_t code = produce(p, m, position);
		if (!code) {
			p->counts.sent++;
			p->counts.queued++;
			p->last_ms = m->timestamp_ms;
			/* Reports are served in passing; a call for each message would cost as much as the message. */
			return p->counts.sent % 512 ? check(p, e) : kafka_producer_poll(p, e);
		}
		if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
			p->counts.failed++;
			return p->o.on_failed(p->o.arg, position, m->value, rd_kafka_err2str(code), e);
		}
		if (stop_flag)
			return 1;
		make_room(p);
		if (kafka_producer_poll(p, e) < 0)
			return -1;
	}
}

int kafka_producer_flush(struct kafka_producer *p, int64_t timeout_ms, struct err *e)
{
	int64_t end = clock_monotonic_ms() + timeout_ms;
	for (;;) {
		rd_kafka_resp_err_t code = rd_kafka_flush(p->rk, 100);
		if (kafka_producer_poll(p, e) < 0)
			return -1;
		if (!code)
			return 0;
		if (clock_monotonic_ms() >= end)
			return 1;
	}
}

void kafka_producer_counts(const struct kafka_producer *p, struct kafka_producer_counts *out)
{
	*out = p->counts;
}

void kafka_producer_free(struct kafka_producer *p)
{
	if (!p)
		return;
	if (p->topic)
		rd_kafka_topic_destroy(p->topic);
	if (p->rk) {
		/* What is queued is given up: the caller has flushed, or does not want to. No callback may come now. */
		p->failed = true;
		rd_kafka_purge(p->rk,
			RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
		rd_kafka_destroy(p->rk);
	}
	free(p);
}
