/* sp-window -- assign events to event-time windows.
 *
 * The program reads events that have a time and writes each with the bounds of its window before the first field. Late
 * events are left out; --late appends them to a file. Control lines inform later programs of the windows and the
 * watermark. The output depends on the input alone, not on how it is read, on clocks or on machines, except under
 * --idle-close and --max-ahead. */
#include "base/clock.h"
#include "base/diag.h"
#include "sp-window/run.h"
#include "stream/stop.h"

/* ---- hooks of the filter ---- */

/* Adapts assign_control() to the type of the hook. */
static int on_control(void *arg, enum control_kind kind, struct span line, struct err *e)
{
	return assign_control(arg, kind, line, e);
}

/* Adapts assign_end() to the type of the hook. */
static int on_end(void *arg, struct err *e)
{
	return assign_end(arg, e);
}

/* Notes when a pause of the input begins. A new pause has begun if lines were read since the last pause. Always returns
 * 0. */
static int before_wait(void *arg, struct err *e)
{
	struct run *r = arg;
	(void)e;
	/* The filter calls this function again after each signal and timeout of a pause, but only the first call begins
	 * the pause. */
	if (r->filter.lines != r->idle_lines || r->idle_since_ms == 0) {
		r->idle_lines = r->filter.lines;
		r->idle_since_ms = clock_monotonic_ms();
		r->idle_closed = false;
	}
	report_silence(r);
	return 0;
}

/* Closes all windows, once in each pause, when the input has paused for the time of --idle-close. Returns 0, or -1 with
 * E set. */
static int on_idle(void *arg, struct err *e)
{
	struct run *r = arg;
	int64_t limit_ms = r->config->idle_close_ms;
	if (limit_ms == 0 || r->idle_closed || clock_monotonic_ms() - r->idle_since_ms < limit_ms)
		return 0;
	r->idle_closed = true;
	return assign_idle(r, e);
}

/* before_wait() calls report_silence() too, but the filter does not call before_wait() while input flows. */
static int on_tick(void *arg, struct err *e)
{
	(void)e;
	report_silence(arg);
	return 0;
}

/* ---- the run ---- */

/* Returns how long to wait for input before on_idle() is called: 30 s, or less for the status line, metrics or
 * --idle-close. */
static int64_t timeout_of(const struct config *c)
{
	int64_t timeout_ms = c->status || c->metrics ? 1000 : 30000;
	return c->idle_close_ms && c->idle_close_ms < timeout_ms ? c->idle_close_ms : timeout_ms;
}

/* INT64_MIN and INT64_MAX mean "none yet". A greatest value starts at INT64_MIN and a smallest one at INT64_MAX, so the
 * first event replaces both without another test. Returns 0, or -1 with E set. */
static int run_init(struct run *r, const struct config *c, struct err *e)
{
	const struct windowing *w = &c->windowing;
	*r = (struct run){ .config = c,
		.windowing = w,
		.max_ts = INT64_MIN,
		.watermark = INT64_MIN,
		.next_edge_ms = INT64_MIN,
		.cache.to_ms = INT64_MIN,
		.latest_now_ms = INT64_MIN,
		.newest_end_ms = INT64_MIN,
		.first_end_ms = INT64_MAX };
	buf_init(&r->scratch, 4096);
	state_hooks(r);
	const struct filter_hooks hooks = { .event = assign_line,
		.control = on_control,
		.before_wait = before_wait,
		.idle = on_idle,
		.tick = on_tick,
		.end = on_end,
		.report = report_left_out,
		.describe = report_describe,
		.metrics = report_metrics,
		.arg = r };
	const struct filter_config config = { .late = c->late,
		.reject = c->reject,
		.metrics = c->metrics,
		.status = c->status,
		.loose = c->loose,
		.stage = &r->stage,
		.max_line = c->max_event,
		.max_option = "--max-event",
		.timeout_ms = timeout_of(c) };
	if (event_time_init(&r->event_time, w->time, w->time_format, w->zone, e) < 0 ||
		keep_init(&r->keep, c->keep, c->max_event, e) < 0)
		return -1;
	return filter_init(&r->filter, &config, &hooks, e);
}

static void run_release(struct run *r)
{
	filter_release(&r->filter);
	event_time_release(&r->event_time);
	keep_release(&r->keep);
	buf_release(&r->scratch);
}

/* Runs to the end of the input. Prints errors and returns the exit status. */
static int run(const struct config *c)
{
	struct run r;
	struct err e = ERR_INIT;
	int status = run_init(&r, c, &e) < 0 ? filter_refuse(&e) : filter_run(&r.filter);
	run_release(&r);
	return status;
}

int main(int argc, char *argv[])
{
	struct config c;
	struct err e = ERR_INIT;
	int status = 0;
	diag_init("sp-window");
	enum program_outcome outcome = config_read(&c, argc, argv, &status, &e);
	if (outcome == PROGRAM_FAILED)
		status = filter_refuse(&e);
	if (outcome == PROGRAM_RUN) {
		stop_init(IGNORE_FIRST_SIGINT);
		status = run(&c);
	}
	config_release(&c);
	return status;
}
