/* sp-agg -- folds the events of each key and window into one row.
 *
 * The input is events, which have bounds at their beginning if they come from sp-window. intake.c reads each line:
 * bounds, key, arguments, time. The event then waits in queue.c and is added to a group of the stream's store (store/).
 * A group has the states of all functions for one key and window. When the watermark passes the end of a window, the
 * window fires: the store writes the rows of its groups (rows.c).
 *
 * The output depends only on the input, not on the sizes of reads, on clocks or on machines (except with --emit
 * DURATION). */
#include "base/clock.h"
#include "base/diag.h"
#include "program/filter.h"
#include "sp-agg/checkpoint.h"
#include "sp-agg/derived.h"
#include "sp-agg/intake.h"
#include "sp-agg/options.h"
#include "sp-agg/report.h"
#include "sp-agg/slips.h"
#include "stream/stop.h"
#include <inttypes.h>

/* All parts of a run. The parts point to each other, so the struct must not be copied or moved. */
struct run {
	const struct config *config;
	struct filter filter;
	struct intake intake;
	struct store store;
	struct group_budget budget;
	struct rows rows;
	struct late late;
	struct report report;
	struct checkpoint checkpoint;
	struct stage_hooks stage_hooks; /* what sp-agg does at checkpoints */
	int64_t next_emit_ms;           /* when --emit DURATION next writes rows, on the monotonic clock */
};

/* ---- hooks of the filter ---- */

static int on_event(void *arg, const struct line *line, struct err *e)
{
	struct run *r = arg;
	return intake_line(&r->intake, line, e);
}

/* Acts on a control line. The queue is empty, because the filter calls before_fill() before each control line. If the
 * stream was cut off and another stream follows, ends the run, except with --torn-ok. Otherwise the watermarks of the
 * second stream would complete windows that lack events. Returns 0, FILTER_STOP to end the run, or -1 with E set. */
static int on_control(void *arg, enum control_kind kind, struct span line, struct err *e)
{
	struct run *r = arg;
	if (r->filter.cut_before > 0 && !r->config->torn_ok)
		return FILTER_STOP;
	return control_lines_take(&r->intake.control, kind, line, e);
}

/* Flushes the queue, whose events point into the reader's buffer. The filter calls this hook before it changes the
 * buffer, and before each control line. */
static int before_fill(void *arg, struct err *e)
{
	struct run *r = arg;
	return queue_flush(&r->intake.queue, e);
}

/* Writes the rows that have changed, if the interval of --emit DURATION has passed. Also reports missing control lines.
 * The filter calls this hook between lines and before it waits for input. Returns 0, or -1 with E set. */
static int on_clock(void *arg, struct err *e)
{
	struct run *r = arg;
	int64_t now = clock_monotonic_ms();
	report_missing(&r->report, now, false);
	if (r->config->emit != EMIT_EVERY || now < r->next_emit_ms)
		return 0;
	if (queue_flush(&r->intake.queue, e) < 0)
		return -1;
	r->next_emit_ms = now + r->config->emit_ms;
	return store_emit_changed(&r->store, e);
}

/* Writes all rows that are left, because the end of the input completes every window. But if the input was cut off, the
 * open windows lack events, so they are written only with --torn-ok. Returns 0, EX_DATAERR if a derived column failed,
 * EX_TEMPFAIL after a message about the cut, or -1 with E set. */
static int on_end(void *arg, struct err *e)
{
	struct run *r = arg;
	if (queue_flush(&r->intake.queue, e) < 0)
		return -1;
	if (r->config->torn_ok || !filter_is_cut(&r->filter))
		return store_finish(&r->store, e) < 0 ? -1 : derived_report(r->rows.plan);
	derived_report(r->rows.plan);
	diag("%s: cut off after line %" PRIu64
	     ": the end line is missing, so sp-window was killed or failed (0.1 wrote "
	     "none); open windows are not written; run the pipeline again, or write them with --torn-ok",
		FILTER_INPUT, filter_cut_line(&r->filter));
	return EX_TEMPFAIL;
}

/* Prints what the user may not expect: late events of sessions, control lines that are missing, and mistakes in
 * expressions that only the events show. The exit status stays the same. */
static void report(void *arg)
{
	struct run *r = arg;
	/* Under checkpoints, on_end() is not called. A failure of a derived column then does not change the exit
	 * status, because sp-run would not go on with the job. */
	if (stage_is_started(r->filter.stage))
		derived_report(r->rows.plan);
	late_report(&r->late, r->config->late != NULL);
	report_missing(&r->report, clock_monotonic_ms(), true);
	slips_report(r->intake.plan);
}

static void describe(void *arg, struct buf *out)
{
	struct run *r = arg;
	report_describe(&r->report, out);
}

static void metrics(void *arg, struct buf *out)
{
	struct run *r = arg;
	report_metrics(&r->report, out);
}

/* ---- the run ---- */

/* Sets everything in R that needs no memory or file, so that run_release() can be called after any failure. */
static void run_connect(struct run *r, const struct config *c, struct plan *p)
{
	*r = (struct run){ .config = c };
	r->budget = (struct group_budget){ .max_keys = c->max_keys,
		.max_bytes = c->max_state,
		.overflow = c->overflow_other };
	r->late = (struct late){ .file = &r->filter.late };
	rows_init(&r->rows, c, p, &r->filter.out);
	r->store.env = (struct store_env){ .config = c,
		.folds = &p->folds,
		.budget = &r->budget,
		.rows = &r->rows,
		.late = &r->late,
		.watermark = INT64_MIN };
	r->intake = (struct intake){ .config = c, .plan = p, .filter = &r->filter, .store = &r->store };
	r->report = (struct report){ .intake = &r->intake,
		.store = &r->store,
		.rows = &r->rows,
		.late = &r->late,
		.rejects = &r->filter.rejects,
		.budget = &r->budget,
		.started_ms = clock_monotonic_ms() };
	r->checkpoint = (struct checkpoint){ .config = c,
		.plan = p,
		.intake = &r->intake,
		.store = &r->store,
		.rows = &r->rows,
		.late = &r->late,
		.budget = &r->budget };
	r->stage_hooks = checkpoint_hooks(&r->checkpoint);
	r->next_emit_ms = r->report.started_ms + c->emit_ms;
}

/* Prepares R. The filter runs the main loop, and calls the hooks for the work that only sp-agg does. Returns 0, or -1
 * with E set. The caller must call run_release(), even after a failure. */
static int run_init(struct run *r, const struct config *c, struct plan *p, struct err *e)
{
	run_connect(r, c, p);
	const struct filter_hooks hooks = { .event = on_event,
		.control = on_control,
		.before_fill = before_fill,
		.before_wait = on_clock,
		.tick = on_clock,
		.end = on_end,
		.report = report,
		.describe = describe,
		.metrics = metrics,
		.arg = r };
	const struct filter_config config = { .late = c->late,
		.reject = c->reject,
		.metrics = c->metrics,
		.status = c->status,
		.loose = c->loose,
		.stage = &r->stage_hooks,
		.max_line = c->max_event,
		.max_option = "--max-event",
		/* Without input, the run wakes up every second for the status line, or more often if --emit DURATION is
		 * shorter. */
		.timeout_ms = c->emit == EMIT_EVERY && c->emit_ms < 1000 ? c->emit_ms : 1000 };
	/* The filter is first, because it opens the input that the intake reads and the output that the rows are
	 * written to. */
	if (filter_init(&r->filter, &config, &hooks, e) < 0)
		return -1;
	return intake_init(&r->intake, &r->rows, e);
}

/* Releases the filter last, because the other parts point into it. */
static void run_release(struct run *r)
{
	store_release(&r->store);
	intake_release(&r->intake);
	rows_release(&r->rows);
	filter_release(&r->filter);
}

static int run(const struct config *c, struct plan *p)
{
	struct run r;
	struct err e = ERR_INIT;
	int status = run_init(&r, c, p, &e) < 0 ? filter_refuse(&e) : filter_run(&r.filter);
	run_release(&r);
	return status;
}

int main(int argc, char *argv[])
{
	struct config c;
	struct plan p;
	struct err e = ERR_INIT;
	int status = 0;
	diag_init("sp-agg");
	enum program_outcome outcome = plan_init(&p, &e) < 0 ? PROGRAM_FAILED :
							       options_read(&c, &p, argc, argv, &status, &e);
	if (outcome == PROGRAM_FAILED)
		status = filter_refuse(&e);
	if (outcome == PROGRAM_RUN) {
		stop_init(IGNORE_FIRST_SIGINT);
		status = run(&c, &p);
	}
	plan_release(&p);
	return status;
}
