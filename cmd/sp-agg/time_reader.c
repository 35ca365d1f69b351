/* time_reader.c -- the event time of an event, and where the watermark follows it.
 *
 * The time is read only if something depends on it: a function such as first() or rate(), or slices. Where and how it
 * is written is in the windowing line; without one, events come from sp-capture and have it at .ts.
 *
 * Slices and the watermark: a slice keeps an event that is late for some of its windows, so these windows must have
 * fired before the event is added. sp-window decides that by the times of the events, and so does this file, with the
 * same arithmetic; the watermark lines are then only a reminder, and a filter that drops them changes no result. */
#include "sp-agg/time_reader.h"
#include "sp-agg/eval.h"
#include "json/json_time.h"
#include "window/watermark.h"

/* When the windowing line is read, .ts has been prepared already; its own path and format replace .ts. */
int time_reader_open(struct time_reader *t, const struct plan *plan, const struct windowing *windowing, struct err *e)
{
	t->plan = plan;
	t->windowing = windowing;
	t->tracks_time = windowing && (windowing->kind == WINDOW_HOPPING || windowing->kind == WINDOW_CUMULATE);
	t->next_edge_ms = INT64_MIN;
	t->last_ts = INT64_MIN;
	t->needed = plan->needs_time || t->tracks_time;
	if (!t->needed)
		return 0;
	t->expr = exprs_add(plan->x, windowing ? windowing->time : ".ts", e);
	if (t->expr < 0)
		return -1;
	t->text = exprs_text(plan->x, t->expr);
	time_format_free(t->format);
	t->format = NULL;
	return time_format_new(windowing ? windowing->time_format : "auto", windowing ? windowing->zone : NULL,
		&t->format, e);
}

void time_reader_release(struct time_reader *t)
{
	time_format_free(t->format);
	t->format = NULL;
}

/* The event has no time at the path. Without a windowing line that is not an error: the rows of another sp-agg are as of
 * the end of their window, and other events get the time of the event before, which keeps the order of arrival. */
static int no_time(const struct time_reader *t, struct event *ev, struct err *e)
{
	if (t->windowing)
		return err_set(e, EX_DATAERR,
			"no time at %s, though sp-window has read one there: its --keep, or a filter after it, has "
			"dropped the field",
			t->windowing->time);
	ev->fold.ts = t->kind == BOUNDS_WINDOW ? ev->bounds.end - 1 : t->last_ts;
	return 0;
}

/* E says what is wrong with the time. Adds what to do, since the options that read times are other programs'. */
static int bad_time(const struct time_reader *t, struct err *e)
{
	struct err why = *e;
	return err_set(e, EX_DATAERR, "%s: %s; %s", t->windowing ? t->windowing->time : ".ts", why.msg,
		t->windowing ? "sp-window could read it: a filter after sp-window has changed it" :
			       "let sp-capture read it first: sp-agg reads times only as sp-capture writes them");
}

/* A time as sp-capture writes it mostly differs from the one before only after the minute: time_read_cached() reads no
 * more than that. */
static int read_time(struct time_reader *t, struct event *ev, struct err *e)
{
	struct value v;
	struct stamp stamp;
	if (t->kind == BOUNDS_SESSION) {
		ev->fold.ts = ev->bounds.start; /* sp-window writes [ts, ts + gap) */
		return 0;
	}
	if (eval(t->plan->x, t->expr, t->text, &v, e) < 0)
		return bad_time(t, e);
	if (v.type == JSON_NULL)
		return no_time(t, ev, e);
	bool string = v.type == JSON_STRING && v.text.n > 2;
	if (string &&
		time_read_cached(&t->minute_cache, (struct span){ v.text.p + 1, v.text.n - 2 }, &ev->fold.ts) == 0)
		return 0;
	if (json_time_parse(t->format, v.text, &stamp, e) < 0)
		return bad_time(t, e);
	ev->fold.ts = stamp_ms(stamp);
	return 0;
}

int time_reader_read(struct time_reader *t, struct event *ev, struct err *e)
{
	if (read_time(t, ev, e) == 0)
		return 0;
	if (t->plan->needs_time)
		return -1;
	ev->fold.ts = INT64_MIN; /* a filter has dropped the time: only the watermark lines are left */
	return 0;
}

bool time_reader_passes_edge(struct time_reader *t, int64_t *watermark)
{
	const struct windowing *w = t->windowing;
	int64_t now = watermark_of(w, t->last_ts);
	if (now < t->next_edge_ms || t->last_ts == INT64_MIN || t->kind != BOUNDS_SLICE)
		return false;
	t->next_edge_ms = watermark_next_edge(w, now);
	*watermark = now;
	return true;
}
