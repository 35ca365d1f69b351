/* sp-publish -- write events to a Kafka topic, and succeed only when every one is acknowledged.
 *
 * Lines come in on standard input; each becomes one message, or is rejected and reported; each message ends
 * acknowledged, refused, or unacknowledged, and the exit status says so. Control lines are for sp programs and are
 * never published. */
#include "base/clock.h"
#include "base/diag.h"
#include "kafka/producer.h"
#include "sp-publish/options.h"
#include "stream/control.h"
#include "stream/reader.h"
#include "stream/rejects.h"
#include "stream/status.h"
#include "stream/stop.h"
#include <inttypes.h>
#include <unistd.h>

struct state {
	const struct config *c;
	struct message_maker *maker;
	struct reader in;
	struct rejects rejects;
	struct kafka_producer *producer;
	struct status status;
	uint64_t lines, refused, first_refused;
	char why[256];        /* of the first refused one */
	bool first_timed_out; /* no answer in time, rather than a refusal */
	int64_t started_ms;
};

static struct kafka_producer_counts counts_of(const struct state *st)
{
	struct kafka_producer_counts n = { 0 };
	if (st->producer)
		kafka_producer_counts(st->producer, &n);
	return n;
}

static void describe(void *arg, struct buf *out)
{
	const struct state *st = arg;
	struct kafka_producer_counts n = counts_of(st);
	double s = (double)(clock_monotonic_ms() - st->started_ms) / 1000;
	buf_addf(out, "%" PRIu64 " events, %" PRIu64 " acknowledged, %" PRIu64 " waiting, %" PRIu64 " refused, %.0f/s",
		st->lines, n.acked, n.queued, n.failed, s > 0 ? (double)n.acked / s : 0);
	if (n.round_trip_ms > 0)
		buf_addf(out, ", broker %.1f ms", n.round_trip_ms);
}

static void metrics(void *arg, struct buf *out)
{
	const struct state *st = arg;
	struct kafka_producer_counts n = counts_of(st);
	buf_addf(out,
		"# HELP sp_publish_messages_total Messages by what became of them.\n"
		"# TYPE sp_publish_messages_total counter\n"
		"sp_publish_messages_total{outcome=\"acknowledged\"} %" PRIu64 "\n"
		"sp_publish_messages_total{outcome=\"refused\"} %" PRIu64 "\n"
		"# HELP sp_publish_bytes_total Bytes of the values acknowledged.\n"
		"# TYPE sp_publish_bytes_total counter\nsp_publish_bytes_total %" PRIu64 "\n"
		"# HELP sp_publish_waiting Messages sent or queued, and not acknowledged yet.\n"
		"# TYPE sp_publish_waiting gauge\nsp_publish_waiting %" PRIu64 "\n"
		"# HELP sp_publish_broker_seconds How long the broker took to answer, on average, in the last second.\n"
		"# TYPE sp_publish_broker_seconds gauge\nsp_publish_broker_seconds %.6f\n",
		n.acked, n.failed, n.bytes, n.queued, n.round_trip_ms / 1000);
}

/* A message the broker or the client will never take. */
static int on_failed(void *arg, const struct kafka_failure *f, struct err *e)
{
	struct state *st = arg;
	if (st->refused++ == 0) {
		st->first_refused = f->position;
		st->first_timed_out = f->timed_out;
		snprintf(st->why, sizeof st->why, "%s", f->why);
	}
	return rejects_add(&st->rejects, "not published", f->why, "standard input", f->position, f->value, e);
}

static void on_connection(void *arg, bool away, const char *why)
{
	(void)arg;
	if (away)
		diag("brokers unreachable: %s; retrying", why);
	else
		diag("brokers reachable again");
}

static int before_wait(void *arg, struct err *e)
{
	struct state *st = arg;
	status_poll(&st->status);
	return kafka_producer_pause(st->producer, &st->in.timeout_ms, e);
}

/* The reader then asks before_wait() again. */
static int on_idle(void *arg, struct err *e)
{
	(void)arg;
	(void)e;
	return 0;
}

static int publish(struct state *st, const struct line *l, struct err *e)
{
	struct kafka_message m;
	struct err why = ERR_INIT;
	st->lines++;
	if (l->too_long)
		return rejects_add(&st->rejects, "line too long", "line too long", "standard input", l->number, l->text,
			e);
	if (message_make(st->maker, l->text, &m, &why) < 0)
		return rejects_add(&st->rejects, "no message", why.msg, "standard input", l->number, l->text, e);
	int r = kafka_producer_send(st->producer, &m, l->number, e);
	if (st->lines % 4096 == 0)
		status_poll(&st->status);
	return r;
}

/* Reads on while the broker is slow only as far as --max-buffer: send() waits. */
static int read_all(struct state *st, struct err *e)
{
	struct line l;
	int r;
	for (uint64_t n = 1; (r = reader_next(&st->in, &l, e)) > 0; n++) {
		if (n % 4096 == 0 && kafka_producer_poll(st->producer, e) < 0)
			return -1;
		if (l.text.n > 0 && l.text.p[l.text.n - 1] == '\r')
			l.text.n--; /* of a Windows line end */
		if (control_is(l.text))
			continue;
		int sent = publish(st, &l, e);
		if (sent != 0)
			return sent < 0 ? -1 : 0;
	}
	return r;
}

/* Waits for what is queued; what is left after the time limit is said, and is the status. */
static int finish(struct state *st, struct err *e)
{
	int left = kafka_producer_flush(st->producer, st->c->producer.timeout_ms, e);
	if (left < 0)
		return diag_err(e);
	struct kafka_producer_counts n = counts_of(st);
	int status = rejects_finish(&st->rejects, e);
	if (status < 0)
		return diag_err(e);
	if (n.queued > 0)
		diag("%" PRIu64 " messages are unacknowledged: no answer in time", n.queued);
	if (st->refused > 0)
		diag("%" PRIu64 " of %" PRIu64 " messages were not published; the first was line %" PRIu64 ": %s",
			st->refused, st->lines, st->first_refused, st->why);
	if (n.queued > 0 || st->first_timed_out)
		return EX_UNAVAILABLE;
	return status;
}

static int run(struct config *c)
{
	struct state st = { .c = c, .maker = &c->maker, .started_ms = clock_monotonic_ms() };
	struct err e = ERR_INIT;
	struct kafka_producer_options o = c->producer;
	const char *note = NULL;
	int status = EX_OK;
	st.status = (struct status){ .line = c->status,
		.metrics_path = c->metrics,
		.describe = describe,
		.metrics = metrics,
		.arg = &st };
	o.on_failed = on_failed;
	o.on_connection = on_connection;
	o.arg = &st;
	stop_init(DIE_AT_SIGINT);
	if (reader_init(&st.in, input_fd(STDIN_FILENO, "standard input"), EVENT_MAX * 4 + EVENT_MAX_EXTRA, &e) < 0 ||
		rejects_init(&st.rejects, c->reject, &e) < 0 ||
		kafka_producer_new(c->kafka, &o, &st.producer, &note, &e) < 0) {
		status = diag_err(&e);
		goto out;
	}
	stop_init(STOP_AT_SIGTERM);
	if (note)
		diag("%s", note);
	st.in.hooks = (struct reader_hooks){ before_wait, NULL, on_idle, &st };
	st.in.skip_blank = true;
	if (read_all(&st, &e) < 0) {
		status = diag_err(&e);
		e = (struct err)ERR_INIT;
		int rest = finish(&st, &e);
		status = status ? status : rest;
	} else {
		status = finish(&st, &e);
	}
	status_finish(&st.status);
out:
	kafka_producer_free(st.producer);
	rejects_release(&st.rejects);
	reader_release(&st.in);
	return status;
}

int main(int argc, char *argv[])
{
	struct config c;
	struct err e = ERR_INIT;
	int status = 0;
	diag_init("sp-publish");
	switch (config_init(&c, argc, argv, &status, &e)) {
	case -1: status = diag_err(&e); break;
	case 0: status = run(&c); break;
	default: /* --help and the like are done */ break;
	}
	config_release(&c);
	return status;
}
