/* intake_control.c -- control lines, and the end of the input. */
#include "sp-agg/intake_control.h"
#include "sp-agg/intake.h"
#include "sp-agg/store/store.h"
#include "stream/control.h"
#include "stream/windowing_line.h"

/* ---- windows ---- */

int intake_time(struct agg *a, struct err *e)
{
	/* Of slices the time is read too, so that they need no watermark lines: see follow_time(). */
	a->follows = a->has_windowing && (a->w.kind == WINDOW_HOPPING || a->w.kind == WINDOW_CUMULATE);
	a->edge = INT64_MIN;
	if (!a->c->timed && !a->follows)
		return 0;
	a->time_expr = exprs_add(a->c->x, a->has_windowing ? a->w.time : ".ts", e);
	if (a->time_expr < 0)
		return -1;
	a->time_text = exprs_text(a->c->x, a->time_expr);
	time_format_free(a->time_format);
	a->time_format = NULL;
	return time_format_new(a->has_windowing ? a->w.time_format : "auto", a->has_windowing ? a->w.zone : NULL,
		&a->time_format, e);
}

static int take_windowing(struct agg *a, struct span line, struct err *e)
{
	const struct config *c = a->c;
	if (a->has_windowing && span_eq(buf_span(&a->windowing_line), line))
		return 0;
	if (a->has_windowing)
		return err_set(e, EX_DATAERR,
			"a second windowing line that differs from the first: streams of different windows were "
			"put together; join them before sp-window");
	if (a->mode != MODE_NONE)
		return err_set(e, EX_DATAERR,
			"the windowing line comes behind events: something has changed the order of lines");
	if (windowing_line_read(&a->w, line, e) < 0)
		return -1;
	a->has_windowing = true;
	if (buf_add_span(&a->windowing_line, line) < 0)
		return err_set(e, EX_DATAERR, "windowing line of more than %zu bytes", a->windowing_line.max);
	a->repeats = c->emit != EMIT_CLOSE || a->w.lateness > 0;
	if (c->count)
		return err_set(e, EX_DATAERR,
			"--count is for streams without windows: leave out sp-window, or --count");
	if (c->top && a->w.kind == WINDOW_SESSION)
		return err_set(e, EX_DATAERR,
			"--top ranks the keys of a window, and a session has one: leave out --top");
	if (c->top && a->w.lateness > 0)
		return err_set(e, EX_DATAERR,
			"--top needs windows that fire once: leave out sp-window's --lateness, or --top");
	return intake_time(a, e);
}

int intake_advance(struct agg *a, struct err *e)
{
	switch (a->mode) {
	case MODE_SLICES: return slices_advance(a, e);
	case MODE_SESSIONS: return sessions_advance(a, e);
	case MODE_WINDOWS: return windows_advance(a, e);
	default: return 0;
	}
}

static int take_watermark(struct agg *a, struct span line, struct err *e)
{
	int64_t ms;
	if (!a->has_windowing)
		return err_set(e, EX_DATAERR,
			"a watermark without a windowing line: a filter has dropped the line that sp-window "
			"writes first; let lines that begin with {\"$sp\":\" through");
	if (control_read_watermark(line, &ms, e) < 0)
		return -1;
	if (ms <= a->watermark)
		return 0;
	a->watermark = ms;
	return intake_advance(a, e);
}

static int pass_on(struct agg *a, struct span line, struct err *e)
{
	return writer_add(&a->out, line.p, line.n, e) < 0 ? -1 : writer_add(&a->out, "\n", 1, e);
}

int intake_control(struct agg *a, struct span line, struct err *e)
{
	switch (control_kind(line)) {
	case CONTROL_WINDOWING: return take_windowing(a, line, e);
	case CONTROL_WATERMARK: return take_watermark(a, line, e);
	case CONTROL_START:
	case CONTROL_BARRIER:
	case CONTROL_STOP:
	case CONTROL_END:
		return err_set(e, EX_DATAERR,
			"the stream has checkpoints (--checkpoint), which this version of sp-agg does not keep: run "
			"its source without");
	default: return pass_on(a, line, e);
	}
}

/* ---- the end, and the clock ---- */

int intake_end(struct agg *a, struct err *e)
{
	if (intake_flush(a, e) < 0)
		return -1;
	a->ended = true;
	a->watermark = INT64_MAX;
	return a->mode == MODE_GLOBAL ? global_end(a, e) : intake_advance(a, e);
}

int intake_emit_changed(struct agg *a, struct err *e)
{
	switch (a->mode) {
	case MODE_WINDOWS: return windows_emit_changed(a, e);
	case MODE_SESSIONS: return sessions_emit_changed(a, e);
	case MODE_GLOBAL: return global_emit_changed(a, e);
	default: return 0;
	}
}
