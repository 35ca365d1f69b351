/* sp-sink -- write events to a store.
 *
 * Lines come from standard input. Control lines are consumed, what is no event is rejected with its
 * position, the rest goes to the target's driver (target.h), which makes it durable. Only what has passed
 * json_check() reaches a driver, so nothing broken is ever stored. */
#include "base/clock.h"
#include "base/diag.h"
#include "stream/control.h"
#include "stream/reader.h"
#include "stream/rejects.h"
#include "stream/status.h"
#include "stream/stop.h"
#include "sp-sink/target/target.h"
#include "sp-sink/place/tempfile.h"
#include <inttypes.h>
#include <unistd.h>

enum { POLL_EVERY = 1024 };
static const char source[] = "standard input";

struct run {
	const struct config *config;
	struct reader in;
	struct json_checker checker;
	struct event event;
	struct target *target;
	struct rejects rejects;
	struct status status;
	uint64_t events; /* taken by the target */
	int64_t start_ms;
};

static void describe(void *arg, struct buf *out)
{
	const struct run *r = arg;
	int64_t ms = clock_monotonic_ms() - r->start_ms;
	buf_addf(out, "%" PRIu64 " events, %.0f/s", r->events, (double)r->events * 1000 / (double)(ms > 0 ? ms : 1));
	if (r->rejects.total > 0)
		buf_addf(out, ", %" PRIu64 " rejected", r->rejects.total);
	if (r->target && r->config->target->describe)
		r->config->target->describe(r->target, out);
}

static void metrics(void *arg, struct buf *out)
{
	const struct run *r = arg;
	buf_addf(out,
		"# HELP sp_sink_events_total Events stored.\n# TYPE sp_sink_events_total counter\n"
		"sp_sink_events_total %" PRIu64 "\n",
		r->events);
	buf_addf(out,
		"# HELP sp_sink_rejected_total Lines rejected.\n# TYPE sp_sink_rejected_total counter\n"
		"sp_sink_rejected_total %" PRIu64 "\n",
		r->rejects.total);
	buf_addf(out,
		"# HELP sp_sink_input_bytes_total Bytes read.\n# TYPE sp_sink_input_bytes_total counter\n"
		"sp_sink_input_bytes_total %" PRIu64 "\n",
		r->in.offset);
}

/* What the clock asks for; then the reader knows how long it may sleep. */
static int tick(struct run *r, struct err *e)
{
	const struct config *c = r->config;
	int64_t now = clock_monotonic_ms(), next = TICK_NEVER;
	status_poll(&r->status);
	if (c->target->tick && c->target->tick(r->target, now, &next, e) < 0)
		return -1;
	int64_t left = next == TICK_NEVER ? TICK_NEVER : next - now;
	if (c->status || c->metrics)
		left = left < 1000 ? left : 1000;
	r->in.timeout_ms = left == TICK_NEVER ? 0 : left < 1 ? 1 : left;
	return 0;
}

static int before_wait(void *arg, struct err *e)
{
	struct run *r = arg;
	const struct target_type *t = r->config->target;
	if (t->pause && t->pause(r->target, e) < 0)
		return -1;
	return tick(r, e);
}

static int on_idle(void *arg, struct err *e)
{
	return tick(arg, e);
}

static int refuse(struct run *r, const char *kind, const char *why, const struct line *line, struct err *e)
{
	return rejects_add(&r->rejects, kind, why, source, line->number, line->text, e);
}

static int take(struct run *r, const struct line *line, struct err *e)
{
	size_t at = 0;
	const char *why = NULL;
	char text[256];
	if (line->too_long) {
		snprintf(text, sizeof text, "longer than %" PRIu64 " bytes (--max-event)", r->config->max_event);
		return refuse(r, "too long", text, line, e);
	}
	if (control_is(line->text))
		return 0;
	if (json_check(&r->checker, line->text, &at, &why) < 0) {
		snprintf(text, sizeof text, "byte %zu: %s", at + 1, why);
		return refuse(r, "no event", text, line, e);
	}
	if (event_read(&r->event, line->text, e) < 0)
		return -1;
	int put = r->config->target->put(r->target, &r->event, e);
	r->events += put == 0;
	return put == 1 ? refuse(r, r->event.kind, e->msg, line, e) : put;
}

static int pump(struct run *r, struct err *e)
{
	struct line line;
	int n;
	while ((n = reader_next(&r->in, &line, e)) > 0) {
		if (take(r, &line, e) < 0)
			return -1;
		if (line.number % POLL_EVERY == 0 && tick(r, e) < 0)
			return -1;
	}
	return n < 0 ? -1 : r->config->target->finish(r->target, e);
}

static int start(struct run *r, struct err *e)
{
	const struct config *c = r->config;
	r->rejects.fd = -1;
	r->start_ms = clock_monotonic_ms();
	r->status = (struct status){ .line = c->status,
		.metrics_path = c->metrics,
		.describe = describe,
		.metrics = metrics,
		.arg = r };
	tempfile_catch_signals();
	if (json_checker_init(&r->checker, e) < 0 || c->target->open(&r->target, c, e) < 0 ||
		rejects_init(&r->rejects, c->reject, e) < 0 ||
		reader_init(&r->in, input_fd(STDIN_FILENO, source), (size_t)c->max_event, e) < 0)
		return -1;
	r->in.hooks = (struct reader_hooks){ before_wait, NULL, on_idle, r };
	r->in.skip_blank = true;
	return 0;
}

static int run(const struct config *c)
{
	struct run r = { .config = c };
	struct err e = ERR_INIT;
	int status = 0;
	bool done = start(&r, &e) == 0 && pump(&r, &e) == 0;
	if (done)
		status_finish(&r.status);
	else
		status = diag_err(&e);
	int rejected = rejects_finish(&r.rejects, &e);
	if (rejected < 0)
		rejected = diag_err(&e);
	if (r.target)
		c->target->free(r.target);
	rejects_release(&r.rejects);
	event_release(&r.event);
	json_checker_release(&r.checker);
	reader_release(&r.in);
	return status ? status : rejected;
}

int main(int argc, char *argv[])
{
	struct config c;
	struct err e = ERR_INIT;
	int status = 0;
	diag_init("sp-sink");
	stop_init(IGNORE_FIRST_SIGINT);
	int r = config_init(&c, argc, argv, &status, &e);
	if (r < 0)
		status = diag_err(&e);
	else if (r == 0)
		status = run(&c);
	config_release(&c);
	return status;
}
