/* filter.c -- the run of a program that reads a stream on standard input.
 *
 * Two rules hold for all programs. Output never waits for input: before a read that would block, all output is flushed.
 * The first error is printed first and decides the exit status. Lines that were complete before the error are still
 * written. */
#include "program/filter.h"
#include "base/clock.h"
#include "base/diag.h"
#include "checkpoint/settings.h"
#include <unistd.h>

/* ---- the reader's hooks ---- */

/* The order matters. The program's hook may write output, so the output is flushed after the hook. The status comes
 * last, because it describes the output. */
static int filter_before_wait(void *arg, struct err *e)
{
	struct filter *f = arg;
	if (f->hooks.before_wait && f->hooks.before_wait(f->hooks.arg, e) < 0)
		return -1;
	if ((f->out.fd >= 0 && writer_flush(&f->out, e) < 0) || aside_flush(&f->late, e) < 0)
		return -1;
	status_poll(&f->status);
	if (f->stage)
		stage_status(f->stage, "input");
	return 0;
}

/* Lets the program finish earlier lines. The program may still use text in the reader's buffer, which the next read
 * overwrites. */
static int filter_before_fill(void *arg, struct err *e)
{
	struct filter *f = arg;
	return f->hooks.before_fill ? f->hooks.before_fill(f->hooks.arg, e) : 0;
}

/* This hook is set even if the program has no idle(). Without the hook the reader would not wake up after the timeout,
 * and the status would not be shown while there is no input. */
static int filter_idle(void *arg, struct err *e)
{
	struct filter *f = arg;
	return f->hooks.idle ? f->hooks.idle(f->hooks.arg, e) : 0;
}

/* ---- setting up ---- */

int filter_init(struct filter *f, const struct filter_config *c, const struct filter_hooks *h, struct err *e)
{
	/* Descriptors are set to -1 first. After a failure below, filter_release() must not close descriptor 0. */
	*f = (struct filter){ .config = *c,
		.hooks = *h,
		.started_ms = clock_monotonic_ms(),
		.out.fd = -1,
		.late.out.fd = -1,
		.in.in.fd = -1 };
	f->status = (struct status){ .line = c->status,
		.metrics_path = c->metrics,
		.describe = h->describe,
		.metrics = h->metrics,
		.arg = h->arg };
	if (rejects_init(&f->rejects, c->reject, e) < 0 || aside_open(&f->late, c->late, e) < 0 ||
		(!c->no_output && writer_init(&f->out, STDOUT_FILENO, "standard output", e) < 0) ||
		reader_init(&f->in, input_fd(STDIN_FILENO, FILTER_INPUT), c->max_line, e) < 0)
		return -1;
	f->in.hooks = (struct reader_hooks){ filter_before_wait, filter_before_fill, filter_idle, f };
	f->in.skip_blank = true; /* a blank line is neither an event nor an error */
	f->in.timeout_ms = c->timeout_ms;
	if (!c->stage)
		return 0;
	const struct stage_streams streams = { &f->in, c->no_output ? NULL : &f->out, &f->late, &f->rejects, c->loose,
		c->upgrade, c->adopt };
	f->stage = stage_new(diag_name(), c->checkpoint, c->stage, streams, e);
	if (!f->stage)
		return -1;
	f->watched = stage_lacks_start(f->stage);
	return 0;
}

void filter_release(struct filter *f)
{
	stage_free(f->stage);
	reader_release(&f->in);
	writer_release(&f->out);
	aside_release(&f->late);
	rejects_release(&f->rejects);
}

/* ---- lines ---- */

int filter_reject(struct filter *f, const struct line *line, const char *kind, const char *why, struct err *e)
{
	return rejects_add(&f->rejects, kind, why, FILTER_INPUT, line->number, line->text, e);
}

int filter_pass(struct filter *f, struct span line, struct err *e)
{
	return writer_add(&f->out, line.p, line.n, e) < 0 ? -1 : writer_add(&f->out, "\n", 1, e);
}

/* Rejects a line over the limit. The reader has kept only the beginning of the line, so the dead letter (the record in
 * the file of --reject) has only the beginning. Returns 0, or -1 with E set. */
static int filter_too_long(struct filter *f, const struct line *line, struct err *e)
{
	const char *option = f->config.max_option;
	char why[128];
	snprintf(why, sizeof why, "line over the limit of %zu bytes%s%s", f->config.max_line, option ? "; see " : "",
		option ? option : "");
	return filter_reject(f, line, "line over the limit", why, e);
}

/* Returns true if LINE, a control line of KIND, belongs to checkpoints. The end line that sp-window writes without
 * checkpoints has no run. */
static bool filter_is_checkpoint(enum control_kind kind, struct span line)
{
	struct buf run;
	if (kind != CONTROL_END)
		return kind == CONTROL_START || kind == CONTROL_BARRIER || kind == CONTROL_STOP;
	buf_init(&run, 4096);
	bool has_run = control_string(line, "run", &run) == 0;
	buf_release(&run);
	return has_run;
}

/* Handles a control line of checkpoints. The message of an error gets no line number: most are about files. Returns 0,
 * or -1 with E set. */
static int filter_checkpoint(struct filter *f, enum control_kind kind, struct span line, struct err *e)
{
	if (!f->stage)
		return err_set(e, EX_DATAERR,
			"the stream has checkpoints (--checkpoint), which this version of %s does not support: run "
			"its source without",
			diag_name());
	if (kind == CONTROL_START && f->lines > 1)
		return err_set(e, EX_DATAERR,
			"the start line of checkpoints is not the first line: two streams were joined; join the sources in "
			"one sp-capture");
	int r = stage_control(f->stage, kind, line, e);
	f->unplaced = r < 0;
	f->watched = r > 0 || (r == 0 && stage_lacks_start(f->stage));
	return r < 0 ? -1 : 0;
}

/* Returns true if LINE ends with a brace. A control line without this brace was cut off, perhaps in the middle of its
 * kind. */
static bool filter_is_whole(struct span line)
{
	while (line.n > 0 && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t' || line.p[line.n - 1] == '\r'))
		line.n--;
	return line.p[line.n - 1] == '}';
}

/* Notes what filter_is_cut() must know about a control line of KIND, the line with NUMBER. The stream is complete
 * if nothing follows its end line but control lines of unknown kinds. A windowing line begins a new stream. If the
 * stream before it is not complete, that stream was cut off. */
static void filter_note_end(struct filter *f, enum control_kind kind, uint64_t number)
{
	if (kind == CONTROL_WINDOWING) {
		if (f->windowed && f->ended_at != f->lines - 1 && f->cut_before == 0)
			f->cut_before = number;
		f->windowed = true;
	}
	if (kind == CONTROL_END || (kind == CONTROL_OTHER && f->ended_at > 0 && f->ended_at == f->lines - 1))
		f->ended_at = f->lines;
}

/* Handles a control line. Earlier events are finished first, because a control line may refer to them. Returns 0,
 * FILTER_STOP, or -1 with E set. */
static int filter_control(struct filter *f, const struct line *line, struct err *e)
{
	enum control_kind kind = control_kind(line->text);
	if (filter_before_fill(f, e) < 0)
		return -1;
	if (!filter_is_whole(line->text))
		return filter_reject(f, line, "truncated control line", "truncated control line", e);
	if (filter_is_checkpoint(kind, line->text))
		return filter_checkpoint(f, kind, line->text, e);
	filter_note_end(f, kind, line->number);
	if (kind == CONTROL_WINDOWING && f->stage)
		stage_windowing(f->stage);
	return f->hooks.control ? f->hooks.control(f->hooks.arg, kind, line->text, e) : 0;
}

bool filter_is_cut(const struct filter *f)
{
	return f->cut_before > 0 || (f->windowed && f->ended_at != f->lines);
}

uint64_t filter_cut_line(const struct filter *f)
{
	return f->cut_before > 0 ? f->cut_before - 1 : f->in.number;
}

/* Checks a line that may be forbidden here: one before the start line of a stream that must have one, one after a stop
 * or end line, or, under checkpoints, an incomplete last line without a newline. Returns 0 if it may be handled,
 * FILTER_STOP, or -1 with E set. */
static int filter_watch(struct filter *f, const struct line *line, struct err *e)
{
	if (!f->stage)
		return 0;
	if (stage_is_ended(f->stage))
		return err_set(e, EX_DATAERR,
			"lines after the stop or end line of checkpoints: two streams were joined; join the sources in one "
			"sp-capture");
	if (stage_is_started(f->stage) && !line->newline)
		return FILTER_STOP;
	return stage_lacks_start(f->stage) && control_kind(line->text) != CONTROL_START ?
		stage_first_event(f->stage, e) :
		0;
}

/* Does what depends on the clock, every FILTER_POLL_LINES lines. before_wait() is not enough: while input flows, the
 * reader does not wait and does not call before_wait(). Returns 0, or -1 with E set. */
static int filter_poll(struct filter *f, struct err *e)
{
	if (f->hooks.tick && f->hooks.tick(f->hooks.arg, e) < 0)
		return -1;
	status_poll(&f->status);
	if (f->stage)
		stage_status(f->stage, NULL);
	return 0;
}

/* Puts "standard input:LINE: " in front of the message of a data error, unless the message begins so already. */
static void filter_place(const struct filter *f, const struct line *line, struct err *e)
{
	if (e->status == EX_DATAERR && !f->unplaced && !span_starts(span_of(e->msg), SPAN(FILTER_INPUT ":")))
		err_context(e, FILTER_INPUT ":%llu", (unsigned long long)line->number);
}

/* Handles line after line. Returns 0 at the end of the input or if a hook returned FILTER_STOP, or -1 with E set after
 * an error. */
static int filter_loop(struct filter *f, struct err *e)
{
	/* A copy is faster: the compiler knows that the calls do not change H, so it need not load the pointers
	 * again. */
	const struct filter_hooks h = f->hooks;
	struct line line;
	enum next n;
	while ((n = reader_next(&f->in, &line, e)) == NEXT_EVENT) {
		f->lines++;
		int r = f->watched || !line.newline ? filter_watch(f, &line, e) : 0;
		if (r == 0)
			r = line.too_long             ? filter_too_long(f, &line, e) :
				control_is(line.text) ? filter_control(f, &line, e) :
							h.event(h.arg, &line, e);
		if (r < 0)
			filter_place(f, &line, e);
		if (r != 0)
			return r < 0 ? -1 : 0;
		if (f->lines % FILTER_POLL_LINES == 0 && filter_poll(f, e) < 0)
			return -1;
	}
	return n == NEXT_ERROR ? -1 : 0;
}

/* ---- the end ---- */

/* The order matters. REPORT and the status describe the output, so the output is completed first. The dead letters
 * (rejected lines) come last, because rejects_finish() returns the exit status. */
int filter_complete(struct writer *out, struct aside *late, struct rejects *rejects, struct status *status,
	void (*report)(void *arg), void *arg, struct err *e)
{
	if ((out->fd >= 0 && writer_close(out, e) < 0) || (late && aside_close(late, e) < 0))
		return -1;
	if (report)
		report(arg);
	status_finish(status);
	return rejects_finish(rejects, e);
}

/* Ends a run that had no error. Under checkpoints, the stage has done what end() does. Returns the exit status: that of
 * end() if it is not 0, otherwise that of filter_complete(). Returns -1 with E set on failure. */
static int filter_finish(struct filter *f, struct err *e)
{
	const struct filter_hooks *h = &f->hooks;
	bool staged = f->stage && stage_is_started(f->stage);
	int ended = h->end && !staged ? h->end(h->arg, e) : 0;
	if (ended < 0)
		return -1;
	int status = filter_complete(&f->out, &f->late, &f->rejects, &f->status, h->report, h->arg, e);
	return status < 0 || ended == 0 ? status : ended;
}

/* Ends a run in which the program before has died. The next run writes the output since the last barrier again. So
 * nothing more is written now: no buffered output, no rows of open windows. */
static int filter_abort(struct filter *f, int status)
{
	struct err ignored = ERR_INIT;
	status_finish(&f->status);
	if (f->hooks.abandon)
		f->hooks.abandon(f->hooks.arg);
	(void)!rejects_finish(&f->rejects, &ignored);
	return status;
}

/* Ends the run after the error E. Earlier lines are finished first. If that fails too, the new error belongs to an
 * earlier line and replaces E. Prints the error and returns the exit status. */
static int filter_fail(struct filter *f, struct err *e)
{
	struct err earlier = ERR_INIT, ignored = ERR_INIT;
	if (filter_before_fill(f, &earlier) < 0)
		*e = earlier;
	if (f->out.fd >= 0)
		(void)!writer_flush(&f->out, &ignored);
	/* E is printed before abandon() is called: messages of abandon() may be about consequences of E. */
	int status = diag_err(e);
	if (f->hooks.abandon)
		f->hooks.abandon(f->hooks.arg);
	/* rejects_finish() prints how many rejected lines had no message of their own. Its result is not needed,
	 * because the exit status is known already. */
	(void)!rejects_finish(&f->rejects, &ignored);
	return status;
}

/* Returns the exit status of filter_run(). */
static int filter_status(struct filter *f)
{
	struct err e = ERR_INIT;
	if (filter_loop(f, &e) < 0)
		return filter_fail(f, &e);
	int died = f->stage ? stage_input_ended(f->stage) : 0;
	if (died)
		return filter_abort(f, died);
	int status = filter_finish(f, &e);
	return status < 0 ? diag_err(&e) : status;
}

/* All errors are printed here: the caller only has to exit with the status. */
int filter_run(struct filter *f)
{
	int status = filter_status(f);
	if (f->stage)
		return stage_exit(f->stage, status);
	checkpoint_settings_report(diag_name(), status);
	return status;
}

int filter_refuse(const struct err *e)
{
	int status = diag_err(e);
	checkpoint_settings_report(diag_name(), status);
	return status;
}
