/* publish.c -- a run of sp-publish.
 *
 * Each line becomes one message, or is rejected. In the end each message is acknowledged, refused, or still without an
 * answer. The counts, the dead letters and the exit status say which. Invariant: without --reject, exit status 0 means
 * that every event is in the topic. Control lines carry information between sp's programs and are never published.
 *
 * --max-buffer limits the memory: while the queue is full, kafka_producer_send() waits and no more input is read. */
#include "sp-publish/publish.h"
#include "base/clock.h"
#include "base/diag.h"
#include "program/filter.h"
#include "program/metrics.h"
#include "stream/stop.h"
#include <inttypes.h>
#include <stdlib.h>

struct publish {
	struct publish_options *options;
	struct filter filter;
	struct kafka_producer *producer; /* owned */
	uint64_t events;                 /* lines read, even those that were rejected */
	uint64_t refused;                /* messages that will never be acknowledged */
	uint64_t first_line;             /* the line of the first refused message */
	char first_why[256];             /* why the first refused message failed */
	bool first_timed_out;            /* the first refused message got no answer in time */
};

/* Returns the producer's counts. Before the producer is open, all counts are 0: SIGUSR1 and --status may ask for them
 * already. */
static struct kafka_producer_counts publish_counts(const struct publish *p)
{
	struct kafka_producer_counts n = { 0 };
	if (p->producer)
		kafka_producer_counts(p->producer, &n);
	return n;
}

/* ---- status and metrics ---- */

static void publish_describe(void *arg, struct buf *out)
{
	const struct publish *p = arg;
	struct kafka_producer_counts n = publish_counts(p);
	double s = (double)(clock_monotonic_ms() - p->filter.started_ms) / 1000;
	buf_addf(out, "%" PRIu64 " events, %" PRIu64 " acknowledged, %" PRIu64 " waiting, %" PRIu64 " refused, %.0f/s",
		p->events, n.acked, n.queued, n.failed, s > 0 ? (double)n.acked / s : 0);
	if (n.round_trip_ms > 0)
		buf_addf(out, ", broker %.1f ms", n.round_trip_ms);
	message_maker_describe(&p->options->maker, out);
}

static void publish_metrics(void *arg, struct buf *out)
{
	const struct publish *p = arg;
	struct kafka_producer_counts n = publish_counts(p);
	metrics_head(out, "sp_publish_messages_total", "counter", "Messages by outcome.");
	buf_addf(out,
		"sp_publish_messages_total{outcome=\"acknowledged\"} %" PRIu64 "\n"
		"sp_publish_messages_total{outcome=\"refused\"} %" PRIu64 "\n",
		n.acked, n.failed);
	metrics_counter(out, "sp_publish_bytes_total", "Bytes of the values of acknowledged messages.", n.bytes);
	metrics_gauge(out, "sp_publish_waiting", "Messages sent or queued, and not acknowledged yet.", n.queued);
	metrics_decimal(out, "sp_publish_broker_seconds",
		"Average time that a broker took to answer, in the last 5 seconds.", n.round_trip_ms / 1000, 6);
}

/* ---- what the producer reports ---- */

/* Makes a dead letter of the failed message F. Its position is the number of the line from which the message was made.
 * Remembers the first failure for publish_report(). Returns 0, or -1 with E set. */
static int publish_on_failed(void *arg, const struct kafka_failure *f, struct err *e)
{
	struct publish *p = arg;
	if (p->refused++ == 0) {
		p->first_line = f->position;
		p->first_timed_out = f->timed_out;
		snprintf(p->first_why, sizeof p->first_why, "%s", f->why);
	}
	return rejects_add(&p->filter.rejects, "not published", f->why, FILTER_INPUT, f->position, f->value, e);
}

static void publish_on_connection(void *arg, bool unreachable, const char *why)
{
	(void)arg;
	if (unreachable)
		diag("brokers unreachable: %s; retrying", why);
	else
		diag("brokers reachable again");
}

/* ---- the filter's hooks ---- */

/* Queues the message of LINE, or makes a dead letter if LINE cannot be a message. Waits while the queue is full.
 * Returns 0, or -1 with E set. Returns FILTER_STOP if a signal ended the wait; LINE and all later lines are then not
 * published. */
static int publish_event(void *arg, const struct line *line, struct err *e)
{
	struct publish *p = arg;
	struct kafka_message m;
	struct err why = ERR_INIT;
	struct line event = *line;
	p->events++;
	if (event.text.n > 0 && event.text.p[event.text.n - 1] == '\r')
		event.text.n--; /* a Windows line ends with "\r\n" */
	if (message_maker_make(&p->options->maker, event.text, &m, &why) < 0)
		return filter_reject(&p->filter, &event, "no message", why.msg, e);
	int r = kafka_producer_send(p->producer, &m, event.number, e);
	return r > 0 ? FILTER_STOP : r;
}

static int publish_tick(void *arg, struct err *e)
{
	struct publish *p = arg;
	return kafka_producer_poll(p->producer, e);
}

/* Sends the queued messages while input pauses. Sets the timeout after which the filter calls this function again.
 * Returns 0, or -1 with E set. */
static int publish_before_wait(void *arg, struct err *e)
{
	struct publish *p = arg;
	return kafka_producer_pause(p->producer, &p->filter.in.timeout_ms, e);
}

/* Waits for the acknowledgements, at most --timeout. Returns the exit status, or -1 with E set. The status is
 * EX_UNAVAILABLE if some are missing, or if the first refused message got no answer in time; otherwise it is 0. */
static int publish_end(void *arg, struct err *e)
{
	struct publish *p = arg;
	int left = kafka_producer_flush(p->producer, p->options->producer.timeout_ms, e);
	if (left < 0)
		return -1;
	return publish_counts(p).queued > 0 || p->first_timed_out ? EX_UNAVAILABLE : 0;
}

/* Reports the messages that are not in the topic. */
static void publish_report(void *arg)
{
	const struct publish *p = arg;
	struct kafka_producer_counts n = publish_counts(p);
	if (n.queued > 0)
		diag("%" PRIu64 " messages are unacknowledged: no answer in time", n.queued);
	if (p->refused > 0)
		diag("%" PRIu64 " of %" PRIu64 " messages were not published; the first was line %" PRIu64 ": %s",
			p->refused, p->events, p->first_line, p->first_why);
	message_maker_report(&p->options->maker);
}

/* Called after an error has ended the run. The messages queued before the error are still sent, so wait for their
 * acknowledgements and report what failed. */
static void publish_abandon(void *arg)
{
	struct publish *p = arg;
	struct err ignored = ERR_INIT; /* the first error has been reported */
	if (publish_end(p, &ignored) >= 0)
		publish_report(p);
	status_finish(&p->filter.status);
}

/* ---- the run ---- */

/* Refuses to be the end of a job of sp-run, before it contacts a broker: if no broker could be reached, sp-run would
 * run the line again and again. Returns 0, or -1 with E set. */
static int publish_check_job(struct err *e)
{
	const char *folder = getenv("SP_CHECKPOINT");
	return folder && *folder ?
		err_set(e, EX_USAGE,
			"Kafka as the end of a job with checkpoints comes with a later version: store "
			"in dir:PATH or sqlite:FILE?table=NAME with sp-sink, or run the line without: "
			"sp-run -- 'LINE'") :
		0;
}

/* Opens the input, the file of dead letters and the producer. Returns 0, or -1 with E set. */
static int publish_open(struct publish *p, struct err *e)
{
	const struct publish_options *o = p->options;
	const struct filter_config config = { .reject = o->reject,
		.metrics = o->metrics,
		.status = o->status,
		.no_output = true,
		.max_line = o->max_line,
		.max_option = "--max-event" };
	const struct filter_hooks hooks = { .event = publish_event,
		.before_wait = publish_before_wait,
		.tick = publish_tick,
		.end = publish_end,
		.report = publish_report,
		.abandon = publish_abandon,
		.describe = publish_describe,
		.metrics = publish_metrics,
		.arg = p };
	struct kafka_producer_options producer = o->producer;
	const char *note = NULL;
	producer.on_failed = publish_on_failed;
	producer.on_connection = publish_on_connection;
	producer.arg = p;
	if (filter_init(&p->filter, &config, &hooks, e) < 0 ||
		kafka_producer_new(o->kafka, &producer, &p->producer, &note, e) < 0)
		return -1;
	if (note)
		diag("%s", note);
	return 0;
}

int publish_run(struct publish_options *o)
{
	struct publish p = { .options = o };
	struct err e = ERR_INIT;
	int status;
	/* Until the brokers have answered, no message is queued, so SIGINT may kill the program. */
	stop_init(DIE_AT_SIGINT);
	if (publish_check_job(&e) < 0 || publish_open(&p, &e) < 0) {
		status = filter_refuse(&e);
	} else {
		stop_init(STOP_AT_SIGTERM);
		status = filter_run(&p.filter);
	}
	kafka_producer_free(p.producer);
	filter_release(&p.filter);
	return status;
}
