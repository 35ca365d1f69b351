/* control_lines.c -- acts on the control lines that sp-agg reads (sp-stream(5)).
 *
 * The windowing line comes before all events and says what their bounds mean. A stream has one windowing line, which
 * may be repeated. A watermark line moves the watermark of the store. The watermark never moves back. An end line says
 * that the stream is complete. It needs no action here, because the filter keeps track of end lines. Control lines of
 * other kinds are for later programs of the pipeline, so they are passed on. */
#include "sp-agg/control_lines.h"
#include "sp-agg/configuration.h"
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

/* Returns 0, or -1 with E set (EX_DATAERR) if an option has no meaning for the windows W of the stream. */
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

int control_lines_set_windowing(struct control_lines *c, struct windowing w, struct span line, struct err *e)
{
	windowing_release(&c->windowing);
	c->windowing = w;
	c->store->env.windowing = &c->windowing;
	/* Keeps the text of the line, to compare later windowing lines with it. All programs write windowing lines with
	 * the same code, so lines with the same meaning have the same bytes. */
	buf_reset(&c->windowing_line);
	if (buf_add_span(&c->windowing_line, line) < 0)
		return err_set(e, EX_DATAERR, "windowing line of more than %zu bytes", c->windowing_line.max);
	/* If the windows have a lateness, a late event can change a row that was already written. The row is then
	 * written again. */
	c->rows->repeats = c->config->emit != EMIT_CLOSE || w.lateness > 0;
	return time_reader_open(c->time, c->plan, &c->windowing, e);
}

/* ---- the first windowing line after a checkpoint was loaded ---- */

/* Returns true if the groups of windows A can be used for windows B. The delay and the path of the time may differ. */
static bool same_windows(const struct control_lines *c, const struct windowing *a, const struct windowing *b)
{
	bool lengths = memcmp(&a->size, &b->size, sizeof a->size) == 0 &&
		memcmp(&a->advance, &b->advance, sizeof a->advance) == 0;
	bool repeats = c->config->emit != EMIT_CLOSE || b->lateness > 0;
	return a->kind == b->kind && lengths && a->gap == b->gap && a->offset == b->offset &&
		strcmp(a->tz, b->tz) == 0 && repeats == c->rows->repeats;
}

/* Sets E to the message that the windows of the stream are now NOW while something is open. Always returns -1. */
static int windows_differ(const struct control_lines *c, const struct windowing *now, struct err *e)
{
	struct buf old, new, open;
	buf_init(&old, 1024);
	buf_init(&new, 1024);
	buf_init(&open, 1024);
	configuration_windows(c->store->env.windowing, &old);
	configuration_windows(now, &new);
	store_describe(c->store, &open);
	err_set(e, EX_DATAERR,
		"the windows of the stream were '%.*s' and are '%.*s', with %.*s open: run the old line with --end "
		"first",
		SPAN_ARG(buf_span(&old)), SPAN_ARG(buf_span(&new)), SPAN_ARG(buf_span(&open)));
	buf_release(&old);
	buf_release(&new);
	buf_release(&open);
	return -1;
}

/* Decides whether the state that was loaded can be used for the windows W of this run. If it cannot, removes a store
 * that has no groups. Returns 0, or -1 with E set if groups would be lost. */
static int resumed_windows_check(struct control_lines *c, const struct windowing *w, struct err *e)
{
	const struct windowing *old = c->store->env.windowing;
	if (old ? same_windows(c, old, w) : !c->store->type)
		return 0;
	if (store_size(c->store).keys > 0)
		return windows_differ(c, w, e);
	store_release(c->store);
	return 0;
}

/* sp-window writes the windowing line before its first event. So without this line, events that follow belong to no
 * windows. */
int control_lines_confirm(struct control_lines *c, struct err *e)
{
	if (!c->resumed)
		return 0;
	c->resumed = false;
	if (!c->store->env.windowing)
		return 0;
	if (store_size(c->store).keys > 0)
		return windows_differ(c, NULL, e);
	store_release(c->store);
	c->store->env.windowing = NULL;
	return time_reader_open(c->time, c->plan, NULL, e);
}

/* Reads the first windowing line of a run. Ignores an equal line later in the stream, because files that sp-window
 * wrote may be concatenated. Returns 0, or -1 with E set if the line is wrong or differs from the first: the stream
 * would mix windows of two kinds. */
static int take_windowing(struct control_lines *c, struct span line, struct err *e)
{
	struct windowing w;
	bool resumed = c->resumed;
	c->resumed = false;
	if (c->store->env.windowing && span_eq(buf_span(&c->windowing_line), line))
		return 0;
	if (c->store->env.windowing && !resumed)
		return err_set(e, EX_DATAERR,
			"a second windowing line that differs from the first: streams of different windows were joined; "
			"join them before sp-window");
	if (c->store->type && !resumed)
		return err_set(e, EX_DATAERR,
			"the windowing line comes after events: something has changed the order of lines");
	if (windowing_line_read(&w, line, e) < 0)
		return -1;
	if ((resumed && resumed_windows_check(c, &w, e) < 0) || check_options(c->config, &w, e) < 0) {
		windowing_release(&w);
		return -1;
	}
	return control_lines_set_windowing(c, w, line, e);
}

/* Moves the watermark. sp-window writes the windowing line before any watermark, so a watermark without a windowing
 * line means that lines are missing. Returns 0, or -1 with E set. */
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
	case CONTROL_END: return 0;
	default: return filter_pass(c->filter, line, e);
	}
}
