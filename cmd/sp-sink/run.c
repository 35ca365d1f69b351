/* run.c -- from standard input to the target.
 *
 * Control lines are consumed. A line that is not an event, or that the target cannot hold, is rejected with its position
 * and the run goes on. Everything else is put into the target, and this file decides when that is committed: when put()
 * says that enough has come, when due() says that it is time, and at the end of the input.
 *
 * Only lines that json_check() accepts reach a target, so nothing malformed is ever stored. */
#include "sp-sink/run.h"
#include "base/clock.h"
#include "base/diag.h"
#include "sp-sink/place/tempfile.h"
#include "stream/control.h"
#include "stream/reader.h"
#include "stream/rejects.h"
#include "stream/status.h"
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum {
	TICK_LINES = 256, /* lines between two looks at the clock: well below a millisecond */
	STATUS_MS = 1000, /* longest sleep if a status line or a metrics file is to be kept up to date */
	REASON_BYTES = 256,
};
static const char source[] = "standard input";

struct run {
	const struct config *config;
	const struct target_type *type;
	struct target *target; /* NULL: not open */
	struct reader in;
	struct json_checker checker;
	struct event event; /* the line at hand */
	struct rejects rejects;
	struct status status;
	uint64_t events; /* taken by the target */
	int64_t start_ms;
};

/* ---- status and metrics ---- */

static void run_describe(void *arg, struct buf *out)
{
	const struct run *r = arg;
	int64_t ms = clock_monotonic_ms() - r->start_ms;
	buf_addf(out, "%" PRIu64 " events, %.0f/s", r->events, (double)r->events * 1000 / (double)(ms > 0 ? ms : 1));
	if (r->rejects.total > 0)
		buf_addf(out, ", %" PRIu64 " rejected", r->rejects.total);
	if (r->target && r->type->describe)
		r->type->describe(r->target, out);
}

static void run_metrics(void *arg, struct buf *out)
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

/* ---- the clock ---- */

static int run_commit(struct run *r, enum target_extent extent, struct err *e)
{
	return r->type->commit ? r->type->commit(r->target, extent, e) : 0;
}

/* Does what the clock asks for, and sets how long the reader may sleep before the next time. */
static int run_tick(struct run *r, struct err *e)
{
	int64_t now = clock_monotonic_ms(), next = TARGET_NEVER;
	status_poll(&r->status);
	if (r->type->due && r->type->due(r->target, now, &next) && run_commit(r, TARGET_DUE, e) < 0)
		return -1;
	if (r->type->tick && r->type->tick(r->target, now, &next, e) < 0)
		return -1;
	int64_t left = next == TARGET_NEVER ? TARGET_NEVER : next - now;
	if ((r->config->status || r->config->metrics) && left > STATUS_MS)
		left = STATUS_MS;
	/* For the reader 0 means forever, so a time that has passed becomes the shortest sleep. */
	r->in.timeout_ms = left == TARGET_NEVER ? 0 : left < 1 ? 1 : left;
	return 0;
}

static int run_before_wait(void *arg, struct err *e)
{
	struct run *r = arg;
	if (r->type->pause && r->type->pause(r->target, e) < 0)
		return -1;
	return run_tick(r, e);
}

static int run_on_idle(void *arg, struct err *e)
{
	return run_tick(arg, e);
}

/* ---- lines ---- */

static int run_reject(struct run *r, const char *kind, const char *why, const struct line *line, struct err *e)
{
	return rejects_add(&r->rejects, kind, why, source, line->number, line->text, e);
}

static int run_put(struct run *r, const struct line *line, struct err *e)
{
	bool due = false;
	if (event_read(&r->event, line->text, e) < 0)
		return -1;
	int put = r->type->put(r->target, &r->event, &due, e);
	r->events += put == 0;
	if (put < 0 || (put == 1 && run_reject(r, r->event.kind, e->msg, line, e) < 0))
		return -1;
	return due ? run_commit(r, TARGET_DUE, e) : 0;
}

static int run_line(struct run *r, const struct line *line, struct err *e)
{
	size_t at = 0;
	const char *why = NULL;
	char text[REASON_BYTES];
	if (line->too_long) {
		snprintf(text, sizeof text, "longer than %" PRIu64 " bytes (--max-event)", r->config->max_event);
		return run_reject(r, "too long", text, line, e);
	}
	if (control_is(line->text))
		return 0;
	if (json_check(&r->checker, line->text, &at, &why) < 0) {
		snprintf(text, sizeof text, "byte %zu: %s", at + 1, why);
		return run_reject(r, "no event", text, line, e);
	}
	return run_put(r, line, e);
}

static int run_input(struct run *r, struct err *e)
{
	struct line line;
	enum next n;
	while ((n = reader_next(&r->in, &line, e)) == NEXT_EVENT) {
		if (run_line(r, &line, e) < 0)
			return -1;
		if (line.number % TICK_LINES == 0 && run_tick(r, e) < 0)
			return -1;
	}
	if (n == NEXT_ERROR || run_commit(r, TARGET_ALL, e) < 0)
		return -1;
	return r->type->finish ? r->type->finish(r->target, e) : 0;
}

/* Opens everything. Temporary files are removed by signals from here on. */
static int run_start(struct run *r, struct err *e)
{
	const struct config *c = r->config;
	r->start_ms = clock_monotonic_ms();
	r->status = (struct status){ .line = c->status,
		.metrics_path = c->metrics,
		.describe = run_describe,
		.metrics = run_metrics,
		.arg = r };
	tempfile_catch_signals();
	if (json_checker_init(&r->checker, e) < 0 || r->type->open(&r->target, &c->target, e) < 0 ||
		rejects_init(&r->rejects, c->reject, e) < 0 ||
		reader_init(&r->in, input_fd(STDIN_FILENO, source), (size_t)c->max_event, e) < 0)
		return -1;
	r->in.hooks = (struct reader_hooks){ .before_wait = run_before_wait, .on_idle = run_on_idle, .arg = r };
	r->in.skip_blank = true;
	return 0;
}

int run_sink(const struct config *c)
{
	struct run r = { .config = c, .type = c->type };
	struct err e = ERR_INIT;
	int status = 0;
	if (run_start(&r, &e) == 0 && run_input(&r, &e) == 0)
		status_finish(&r.status);
	else
		status = diag_err(&e);
	int rejected = rejects_finish(&r.rejects, &e);
	if (rejected < 0)
		rejected = diag_err(&e);
	if (r.target)
		r.type->free(r.target);
	rejects_release(&r.rejects);
	event_release(&r.event);
	json_checker_release(&r.checker);
	reader_release(&r.in);
	return status ? status : rejected;
}
