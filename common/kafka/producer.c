/* producer.c -- sends messages to a topic.
 *
 * librdkafka queues copies of the messages, sends them in batches, and makes one delivery report for each message.
 * Invariant: every report counts its message as acknowledged or failed. on_failed() gets each failed message, until a
 * fatal error occurs or kafka_producer_free() is called. Callbacks run on our own thread, within rd_kafka_poll() and
 * rd_kafka_flush(). A callback must not call functions of the producer, and stores an error in `fatal`.
 *
 * linger.ms is the time that librdkafka lets a message wait until its batch is full. librdkafka sends full batches by
 * itself. This file decides when all other batches are sent, unless the user has set linger.ms. */
#include "kafka/producer.h"
#include "kafka/admin.h"
#include "kafka/config_internal.h"
#include "base/clock.h"
#include "stream/stop.h"
#include <errno.h>

enum {
	DAY_MS = 86400000,
	PAUSE_FLUSH_MS = 5,    /* the time between flushes while no input comes */
	LOAD_FLUSH_MS = 100,   /* the time between flushes while input comes */
	FLUSH_WAIT_MS = 2,     /* the longest wait of a flush for delivery reports */
	REPORT_EVERY = 512,    /* after so many messages kafka_producer_poll() is called */
	BACKOFF_FLUSHES = 4,   /* after so many flushes without a new message, the time between them doubles */
	BACKOFF_DOUBLINGS = 8, /* how many times the time between flushes doubles, at most */
	FLUSH_STEP_MS = 100,   /* the time between checks of the clock in kafka_producer_flush() */
	/* Bytes of a batch besides its messages. Brokers count these bytes towards the topic's limit, but librdkafka
	 * does not. */
	BATCH_OVERHEAD = 512,
	MESSAGE_BYTES_DEFAULT = 1000000, /* the limit if the topic's limit is not known */
	MESSAGE_BYTES_MIN = 1000,        /* the smallest limit that librdkafka accepts */
	MESSAGE_BYTES_MAX = 1000000000,  /* the largest limit that librdkafka accepts */
};

struct kafka_producer {
	rd_kafka_t *rk;
	rd_kafka_topic_t *topic;
	const struct kafka_config *config;
	struct kafka_producer_options o;
	struct kafka_producer_counts counts;
	int64_t last_ms;         /* the timestamp of the last message sent; -1: it has none */
	bool user_lingers;       /* the user has set linger.ms, which then decides when batches are sent */
	int64_t flushed_ms;      /* when send_batches() was last called, by the monotonic clock */
	uint64_t flushed_sent;   /* the value of counts.sent at the time flushed_ms */
	unsigned flushes;        /* flushes by kafka_producer_pause() since the last new message */
	unsigned full_flushes;   /* flushes of the full queue since a delivery report last came */
	uint64_t ended_at_flush; /* counts.acked + counts.failed when the full queue was last flushed */
	bool unreachable;        /* the brokers are unreachable */
	bool failed;             /* nothing can be sent any more; FATAL is the reason */
	struct err fatal;        /* set if FAILED */
};

/* Returns CODE in words. librdkafka's own words for a refused timestamp do not say which property limits it. */
static const char *reason_of(rd_kafka_resp_err_t code)
{
	if (code == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP)
		return "Broker: Invalid timestamp (Kafka 4 takes none more than an hour ahead: message.timestamp.after.max.ms)";
	return rd_kafka_err2str(code);
}

/* Returns true if CODE means that no answer came in time, so that the broker may have the message. */
static bool is_timeout(rd_kafka_resp_err_t code)
{
	return code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT || code == RD_KAFKA_RESP_ERR__TIMED_OUT ||
		code == RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE || code == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT;
}

/* Returns true if a broker might write a queued batch twice. A broker recognizes a repeated batch by the producer's id.
 * But when a broker restarts, it forgets the ids of producers whose last message has a timestamp more than a day old
 * (producer.id.expiration.ms). */
static bool may_duplicate(const struct kafka_producer *p)
{
	return p->counts.queued > 0 && p->last_ms >= 0 && clock_realtime_ms() - p->last_ms > DAY_MS;
}

/* Calls the option on_connection if UNREACHABLE differs from the value that was given last. A warning is added to WHY
 * if queued messages may be written twice. */
static void note_connection(struct kafka_producer *p, bool unreachable, const char *why)
{
	char text[512];
	if (unreachable && may_duplicate(p)) {
		snprintf(text, sizeof text,
			"%s; queued messages are more than a day old and may be written twice (sp-publish(1), CAVEATS)",
			why);
		why = text;
	}
	if (p->unreachable != unreachable && p->o.on_connection)
		p->o.on_connection(p->o.arg, unreachable, why);
	p->unreachable = unreachable;
}

/* librdkafka's callback for delivery reports. After a fatal error, or once on_failed() has returned -1, further
 * failures are only counted, because the run ends anyway. */
static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *m, void *arg)
{
	(void)rk;
	struct kafka_producer *p = arg;
	p->counts.queued--;
	if (!m->err) {
		p->counts.acked++;
		note_connection(p, false, "");
		p->counts.bytes += m->len;
		return;
	}
	p->counts.failed++;
	const struct kafka_failure f = { .position = (uint64_t)(uintptr_t)m->_private,
		.value = { m->payload, m->len },
		.timed_out = is_timeout(m->err),
		.why = reason_of(m->err) };
	if (!p->failed && p->o.on_failed(p->o.arg, &f, &p->fatal) < 0)
		p->failed = true;
}

/* librdkafka's error callback. An error of the connection is only reported, because it may pass. Errors of
 * authentication and TLS, and fatal producer errors such as a fenced producer, end the run. */
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
		note_connection(p, true, reason);
		return;
	} else if (error != RD_KAFKA_RESP_ERR__AUTHENTICATION && error != RD_KAFKA_RESP_ERR__SSL) {
		return;
	}
	if (!p->failed) {
		p->failed = true;
		kafka_error_set(&p->fatal, p->config, error, reason);
	}
}

/* librdkafka's callback for statistics. Notes the average round trip of the first broker that has one. The JSON text is
 * searched, not parsed. Returns 0, which lets librdkafka free the text. */
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

/* Sets the properties that the user has not set, and the callbacks. LARGEST limits messages and batches, in bytes.
 * Returns 0, or -1 with E set. */
static int configure(const struct kafka_producer *p, rd_kafka_conf_t *conf, uint64_t largest, struct err *e)
{
	if (kafka_producer_defaults(p->config, &p->o, conf, largest, e) < 0)
		return -1;
	rd_kafka_conf_set_opaque(conf, (void *)(uintptr_t)p);
	rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	rd_kafka_conf_set_error_cb(conf, on_error);
	rd_kafka_conf_set_stats_cb(conf, on_stats);
	return 0;
}

/* Checks that the topic exists, or creates it, and opens the handle. Sets *NOTE to a line for the user, or to NULL.
 * Returns 0, or -1 with E set. After a failure the caller must free P. */
static int start(struct kafka_producer *p, const char **note, struct err *e)
{
	uint64_t largest = 0;
	*note = NULL;
	if (kafka_config_has(p->config, "transactional.id"))
		return err_set(e, EX_USAGE, "Kafka property 'transactional.id': transactions are not supported");
	if (kafka_topic_prepare(p->config, p->o.topic, p->o.create, &largest, e) < 0)
		return -1;
	if (largest == 0) {
		*note = "no permission to read the topic's max.message.bytes: a message over it can fail its whole batch";
		largest = MESSAGE_BYTES_DEFAULT + BATCH_OVERHEAD;
	}
	rd_kafka_conf_t *conf = kafka_config_copy(p->config);
	if (!conf)
		return err_oom(e, "the Kafka configuration");
	char why[512];
	uint64_t size = largest > BATCH_OVERHEAD + MESSAGE_BYTES_MIN ? largest - BATCH_OVERHEAD : MESSAGE_BYTES_MIN;
	if (configure(p, conf, size > MESSAGE_BYTES_MAX ? MESSAGE_BYTES_MAX : size, e) < 0 ||
		!(p->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why))) {
		if (!e->status)
			kafka_error_set_new(e, p->config, conf, why);
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
		return err_oom(e, "the Kafka producer");
	p->config = c;
	p->o = *o;
	p->user_lingers = kafka_config_has(c, "linger.ms");
	if (start(p, note, e) < 0) {
		kafka_producer_free(p);
		return -1;
	}
	*out = p;
	return 0;
}

/* Returns -1 with E set if a callback has noted an error that ends the run, otherwise 0. */
static int check_failed(struct kafka_producer *p, struct err *e)
{
	if (!p->failed)
		return 0;
	*e = p->fatal;
	return -1;
}

/* Sends all batches now, full or not: rd_kafka_flush() ignores linger.ms.
 *
 * With a short linger.ms, librdkafka would send the batches by itself, but waste the processor. While max.in.flight
 * requests wait for answers, no message can be sent. If a message has already waited for linger.ms, librdkafka's thread
 * then runs without sleeping. So linger.ms is longer than a message normally waits for this function. */
static void send_batches(struct kafka_producer *p, int64_t now)
{
	(void)rd_kafka_flush(p->rk, FLUSH_WAIT_MS);
	if (p->counts.sent != p->flushed_sent)
		p->flushes = 0;
	p->flushed_ms = now;
	p->flushed_sent = p->counts.sent;
}

int kafka_producer_poll(struct kafka_producer *p, struct err *e)
{
	int64_t now = clock_monotonic_ms();
	if (!p->user_lingers && now >= p->flushed_ms + LOAD_FLUSH_MS)
		send_batches(p, now);
	rd_kafka_poll(p->rk, 0);
	return check_failed(p, e);
}

/* Waits for delivery reports, which make room in the full queue. If none comes, sends all batches, unless the user has
 * set linger.ms: the queue may hold only batches that are not full. Such batches cannot become full, because the queue
 * takes no more messages. If the broker is just slow, sending is useless. So the waits grow from PAUSE_FLUSH_MS to
 * LOAD_FLUSH_MS, until a report comes. */
static void wait_for_room(struct kafka_producer *p)
{
	uint64_t ended = p->counts.acked + p->counts.failed;
	if (ended != p->ended_at_flush)
		p->full_flushes = 0;
	rd_kafka_poll(p->rk, p->full_flushes < 4 ? PAUSE_FLUSH_MS << p->full_flushes : LOAD_FLUSH_MS);
	if (p->user_lingers || p->counts.acked + p->counts.failed != ended)
		return;
	p->ended_at_flush = ended;
	p->full_flushes++;
	send_batches(p, clock_monotonic_ms());
}

/* Returns the time between flushes while no input comes: 5 ms for 4 flushes without a new message, 10 ms for the next
 * 4, up to 1280 ms. The first flushes come fast, because a single flush may fail to wake librdkafka's thread. The later
 * flushes are rare, because flushes achieve nothing while no broker answers. */
static int64_t flush_every_ms(const struct kafka_producer *p)
{
	unsigned doublings = p->flushes / BACKOFF_FLUSHES;
	return (int64_t)PAUSE_FLUSH_MS << (doublings < BACKOFF_DOUBLINGS ? doublings : BACKOFF_DOUBLINGS);
}

int kafka_producer_pause(struct kafka_producer *p, int64_t *wait_ms, struct err *e)
{
	if (p->counts.sent != p->flushed_sent)
		p->flushes = 0;
	int64_t now = clock_monotonic_ms();
	bool waits = p->counts.queued > 0 && !p->user_lingers;
	if (waits && now >= p->flushed_ms + flush_every_ms(p)) {
		send_batches(p, now);
		p->flushes++;
	}
	if (kafka_producer_poll(p, e) < 0)
		return -1;
	*wait_ms = waits && p->counts.queued > 0 ? p->flushed_ms + flush_every_ms(p) - now : 0;
	return 0;
}

/* Returns a copy of M's headers, or NULL if memory is exhausted. Once M is queued, librdkafka owns the copy. */
static rd_kafka_headers_t *copy_headers(const struct kafka_message *m)
{
	rd_kafka_headers_t *h = rd_kafka_headers_new(m->header_count);
	for (size_t i = 0; h && i < m->header_count; i++)
		rd_kafka_header_add(h, m->headers[i].name.p, (ssize_t)m->headers[i].name.n, m->headers[i].value.p,
			(ssize_t)m->headers[i].value.n);
	return h;
}

/* Queues a copy of M. Returns 0 or librdkafka's error. If memory for the headers is exhausted, the error is "queue
 * full", so that the caller waits and tries again. */
static rd_kafka_resp_err_t produce(struct kafka_producer *p, const struct kafka_message *m, uint64_t position)
{
	rd_kafka_headers_t *headers = m->header_count ? copy_headers(m) : NULL;
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
			/* kafka_producer_poll() takes as long as queuing a message, so it is not called for each
			 * message. */
			return p->counts.sent % REPORT_EVERY ? check_failed(p, e) : kafka_producer_poll(p, e);
		}
		if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
			p->counts.failed++;
			const struct kafka_failure f = { position, m->value, is_timeout(code), rd_kafka_err2str(code) };
			return p->o.on_failed(p->o.arg, &f, e);
		}
		if (stop_flag)
			return 1;
		wait_for_room(p);
		if (kafka_producer_poll(p, e) < 0)
			return -1;
	}
}

int kafka_producer_flush(struct kafka_producer *p, int64_t timeout_ms, struct err *e)
{
	int64_t end = clock_monotonic_ms() + timeout_ms;
	for (;;) {
		rd_kafka_resp_err_t code = rd_kafka_flush(p->rk, FLUSH_STEP_MS);
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
		/* Drops the queued messages. With `failed` set, on_delivery() does not call on_failed() any more. */
		p->failed = true;
		rd_kafka_purge(p->rk,
			RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
		rd_kafka_destroy(p->rk);
	}
	free(p);
}
