/* control_lines.c -- the control lines that sp-agg reads (sp-stream(5)).
 *
 * The windowing line precedes all events and says what their bounds mean; a stream has one, but it may be repeated.
 * Watermark lines move the store's watermark, which only grows. Other kinds are for programs that follow, so they
 * are passed on. */
#include "sp-agg/control_lines.h"
#include "stream/windowing_line.h"

void control_lines_init(struct control_lines *c)
{
	buf_init(&c->windowing_line, 64 << 10);
}

void control_lines_release(struct control_lines *c)
{
	windowing_release(&c->windowing);
	buf_release(&c->windowing_line);
}

/* Refuses options that have no meaning for the windows of the stream. */
static int check_options(const struct config *c, const struct windowing *w, struct err *e)
{
	if (c->count)
		return err_set(e, EX_DATAERR,
			"--count is for streams without windows: leave out sp-window, or --count");
	if (c->top && w->kind == WINDOW_SESSION)
		return err_set(e, EX_DATAERR,
			"--top ranks the keys of a window, but a session has only one: leave out --top");
	if (c->top && w->lateness > 0)
		return err_set(e, EX_DATAERR,
			"--top needs windows that fire once: leave out sp-window's --lateness, or --top");
	return 0;
}

/* The first windowing line says what the stream is. It may be repeated: files that sp-window wrote can be concatenated.
 * A different one would mix windows of two kinds. */
static int take_windowing(struct control_lines *c, struct span line, struct err *e)
{
	struct windowing *w = &c->windowing;
	if (c->store->env.windowing && span_eq(buf_span(&c->windowing_line), line))
		return 0;
	if (c->store->env.windowing)
		return err_set(e, EX_DATAERR,
			"a second windowing line that differs from the first: streams of different windows were joined; "
			"join them before sp-window");
	if (c->store->type)
		return err_set(e, EX_DATAERR,
			"the windowing line comes after events: something has changed the order of lines");
	if (windowing_line_read(w, line, e) < 0)
		return -1;
	c->store->env.windowing = w;
	/* Kept as text: comparing bytes is enough, since all writers are the same code. */
	if (buf_add_span(&c->windowing_line, line) < 0)
		return err_set(e, EX_DATAERR, "windowing line of more than %zu bytes", c->windowing_line.max);
	/* A window that stays open for late events may write a row again. */
	c->rows->repeats = c->config->emit != EMIT_CLOSE || w->lateness > 0;
	if (check_options(c->config, w, e) < 0)
		return -1;
	return time_reader_open(c->time, c->plan, w, e);
}

/* sp-window writes the windowing line before any watermark, so a watermark without it means that lines are missing. */
static int take_watermark(struct control_lines *c, struct span line, struct err *e)
{
	int64_t ms;
	if (!c->store->env.windowing)
		return err_set(e, EX_DATAERR,
			"a watermark without a windowing line: a filter has dropped the line that sp-window "
			"writes first; let lines that begin with {\"$sp\":\" through");
	if (control_read_watermark(line, &ms, e) < 0)
		return -1;
	return store_advance(c->store, ms, e);
}

int control_lines_take(struct control_lines *c, enum control_kind kind, struct span line, struct err *e)
{
	switch (kind) {
	case CONTROL_WINDOWING: return take_windowing(c, line, e);
	case CONTROL_WATERMARK: return take_watermark(c, line, e);
	default: return filter_pass(c->filter, line, e);
	}
}
