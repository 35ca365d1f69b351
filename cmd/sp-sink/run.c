/* run.c -- passes events from standard input to the target.
 *
 * The filter (program/filter.h) reads lines, drops control lines and counts what is rejected. This file turns a line
 * into an event and passes it to the target. It also decides when the target commits: when put() sets *DUE, when due()
 * returns true, and at the end of the input. If the stream has checkpoints, only job.c lets the target commit.
 *
 * Only lines that json_check() accepts reach a target, so nothing malformed is ever stored. */
#include "sp-sink/run.h"
#include "base/clock.h"
#include "program/metrics.h"
#include "sp-sink/place/tempfile.h"
#include "sp-sink/run_state.h"
#include <inttypes.h>
#include <stdio.h>

enum {
	TICK_LINES = 256, /* lines between two looks at the clock; reading them takes well below a millisecond */
	STATUS_MS = 1000, /* longest wait for input while a status line or a metrics file is kept up to date */
	REASON_BYTES = 256,
};

/* ---- status and metrics ---- */

static void run_describe(void *arg, struct buf *out)
{
	const struct run *r = arg;
	int64_t ms = clock_monotonic_ms() - r->filter.started_ms;
	buf_addf(out, "%" PRIu64 " events, %.0f/s", r->events, (double)r->events * 1000 / (double)(ms > 0 ? ms : 1));
	if (r->filter.rejects.total > 0)
		buf_addf(out, ", %" PRIu64 " rejected", r->filter.rejects.total);
	if (r->type->describe)
		r->type->describe(r->target, out);
	fields_describe(&r->fields, out);
}

static void run_metrics(void *arg, struct buf *out)
{
	const struct run *r = arg;
	metrics_counter(out, "sp_sink_events_total", "Events stored.", r->events);
	metrics_counter(out, "sp_sink_rejected_total", "Lines rejected.", r->filter.rejects.total);
	metrics_counter(out, "sp_sink_input_bytes_total", "Bytes read.", r->filter.in.offset);
}

/* ---- when to commit ---- */

/* Lets the target commit. Returns 0, or -1 with E set. It is an error if a field of --key was in no event so far. */
static int run_commit(struct run *r, enum target_extent extent, struct err *e)
{
	if (fields_lack_key(&r->fields))
		return fields_refuse(&r->fields, e);
	return r->type->commit ? r->type->commit(r->target, extent, e) : 0;
}

/* Lets the target commit if a commit is due by the clock, and calls the target's tick(). Sets how long the reader may
 * wait for input until the next of these is due. Returns 0, or -1 with E set. */
static int run_tick(struct run *r, struct err *e)
{
	int64_t now = clock_monotonic_ms(), next = TARGET_NEVER;
	bool due = !run_is_job(r) && r->type->due && r->type->due(r->target, now, &next);
	/* While a field of --key was in no event, a commit would be an error. But a later event may have the field,
	 * so a commit that is due only by the clock waits. */
	if (due && fields_lack_key(&r->fields))
		fields_wait(&r->fields);
	else if (due && run_commit(r, TARGET_DUE, e) < 0)
		return -1;
	if (r->type->tick && r->type->tick(r->target, now, &next, e) < 0)
		return -1;
	int64_t left = next == TARGET_NEVER ? TARGET_NEVER : next - now;
	if ((r->config->status || r->config->metrics) && left > STATUS_MS)
		left = STATUS_MS;
	/* A timeout of 0 would let the reader wait forever. So if the time has passed already, the timeout is 1. */
	r->filter.in.timeout_ms = left == TARGET_NEVER ? 0 : left < 1 ? 1 : left;
	return 0;
}

static int run_before_wait(void *arg, struct err *e)
{
	struct run *r = arg;
	if (r->type->pause && r->type->pause(r->target, e) < 0)
		return -1;
	return run_tick(r, e);
}

static void run_report(void *arg)
{
	const struct run *r = arg;
	fields_report(&r->fields);
}

static int run_end(void *arg, struct err *e)
{
	struct run *r = arg;
	if (run_commit(r, TARGET_ALL, e) < 0)
		return -1;
	return r->type->finish ? r->type->finish(r->target, e) : 0;
}

/* ---- lines ---- */

static int run_put(struct run *r, const struct line *line, struct err *e)
{
	bool due = false;
	if (event_read(&r->event, line->text, e) < 0)
		return -1;
	fields_event(&r->fields, &r->event);
	int put = r->type->put(r->target, &r->event, &due, e);
	/* A rejection is reported before the commit. Otherwise a commit that fails would hide the rejection. */
	r->events += put == 0;
	if (put < 0 || (put == 1 && filter_reject(&r->filter, line, r->event.kind, e->msg, e) < 0))
		return -1;
	return due && !run_is_job(r) ? run_commit(r, TARGET_DUE, e) : 0;
}

int run_put_held(struct run *r, struct err *e)
{
	struct line line;
	while (held_lines_take(&r->held, &line))
		if (run_put(r, &line, e) < 0)
			return -1;
	return 0;
}

/* Holds LINE until the barrier. If there is no room, puts all held lines, and holds no more lines before the barrier.
 * Returns 0, or -1 with E set. */
static int run_hold(struct run *r, const struct line *line, struct err *e)
{
	int full = held_lines_add(&r->held, line, e);
	if (full <= 0)
		return full;
	r->holding = false;
	return run_put_held(r, e) < 0 ? -1 : run_put(r, line, e);
}

static int run_line(void *arg, const struct line *line, struct err *e)
{
	struct run *r = arg;
	size_t at = 0;
	const char *why = NULL;
	char text[REASON_BYTES];
	r->lines_in++;
	if (r->filter.lines % TICK_LINES == 0 && run_tick(r, e) < 0)
		return -1;
	if (json_check(&r->checker, line->text, &at, &why) == 0)
		return r->holding && run_is_job(r) ? run_hold(r, line, e) : run_put(r, line, e);
	snprintf(text, sizeof text, "byte %zu: %s", at + 1, why);
	return filter_reject(&r->filter, line, "not an event", text, e);
}

/* ---- the run ---- */

/* First arranges that temporary files are removed if a signal ends the program. Opens the target before the files of
 * --reject and --metrics, so that these are not created if the target cannot be opened. Returns 0, or -1 with E set. */
static int run_init(struct run *r, const struct config *c, struct err *e)
{
	/* A target that cannot be the end of a job is refused before it is opened. */
	if (job_init(r, e) < 0)
		return -1;
	const struct filter_hooks hooks = { .event = run_line,
		.before_wait = run_before_wait,
		.end = run_end,
		.report = run_report,
		.describe = run_describe,
		.metrics = run_metrics,
		.arg = r };
	const struct filter_config config = { .reject = c->reject,
		.metrics = c->metrics,
		.stage = &r->stage,
		.checkpoint = c->checkpoint,
		.loose = c->loose,
		.upgrade = c->upgrade,
		.adopt = c->adopt,
		.status = c->status,
		.no_output = true, /* the target may write to standard output */
		.max_line = c->max_event,
		.max_option = "--max-event" };
	tempfile_catch_signals();
	if (json_checker_init(&r->checker, e) < 0 || fields_init(&r->fields, c, e) < 0 ||
		r->type->open(&r->target, &c->target, e) < 0)
		return -1;
	return filter_init(&r->filter, &config, &hooks, e);
}

int run_sink(const struct config *c)
{
	struct run r = { .config = c, .type = c->type };
	held_lines_init(&r.held);
	struct err e = ERR_INIT;
	int status = run_init(&r, c, &e) < 0 ? filter_refuse(&e) : filter_run(&r.filter);
	if (r.target)
		r.type->free(r.target);
	filter_release(&r.filter);
	event_release(&r.event);
	fields_release(&r.fields);
	held_lines_release(&r.held);
	json_checker_release(&r.checker);
	return status;
}
