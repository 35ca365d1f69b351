/* time_reader.c -- reads the times of events. In a stream of slices, also computes the watermark from the times.
 *
 * The time is read only if a function depends on time, such as first() or rate(), or if the stream has slices. The
 * windowing line has the path and the format of the time. Without a windowing line, events come from sp-capture and
 * have their time at .ts.
 *
 * Why slices need the time: an event can be late for some of the windows that contain its slice. Those windows must
 * fire before the event is added. But a filter before sp-agg can have dropped the watermark lines that fire these
 * windows. So sp-agg computes the watermark from the times of events as sp-window does, and the results do not depend
 * on such lines. */
#include "sp-agg/time_reader.h"
#include "sp-agg/eval.h"
#include "json/json_time.h"
#include "window/event_time.h"
#include "window/watermark.h"

/* The first call, before any line is read, chooses .ts. The call for the windowing line replaces .ts by the path and
 * the format of that line. */
int time_reader_open(struct time_reader *t, const struct plan *plan, const struct windowing *windowing, struct err *e)
{
	t->plan = plan;
	t->windowing = windowing;
	t->tracks_time = windowing && (windowing->kind == WINDOW_HOPPING || windowing->kind == WINDOW_CUMULATE);
	t->next_ts = INT64_MIN;
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

/* Handles an event that has no time at the path. In a stream with a windowing line, returns -1 with E set. Otherwise
 * sets a time and returns 0. A row of another sp-agg gets the last millisecond of its window. Any other event gets the
 * time of the event before, so that the order of times is the order of arrival. */
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

/* Puts the path of the time in front of the message of E, and appends advice. Always returns -1. The advice names
 * another program, because sp-agg has no options for reading times. */
static int bad_time(const struct time_reader *t, struct err *e)
{
	struct err why = *e;
	return err_set(e, EX_DATAERR, "%s: %s; %s", t->windowing ? t->windowing->time : ".ts", why.msg,
		t->windowing ? "sp-window could read it: a filter after sp-window has changed it" :
			       "let sp-capture read it first: sp-agg reads times only as sp-capture writes them");
}

/* Sets the time of EV. Returns 0, or -1 with E set. Consecutive times that sp-capture wrote are mostly in the same
 * minute; then time_read_cached() reads only the seconds. */
static int read_time(struct time_reader *t, struct event *ev, struct err *e)
{
	struct value v;
	struct stamp stamp;
	if (t->kind == BOUNDS_SESSION) {
		/* sp-window writes the bounds [ts, ts + gap) for an event at ts. */
		ev->fold.ts = ev->bounds.start;
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
	/* No function needs the time. It is needed only for the watermark, which the watermark lines move as well. */
	ev->fold.ts = INT64_MIN;
	return 0;
}

/* sp-window reads a time at the front of a line without parsing the rest. Such a time moves the watermark of sp-window
 * even if the line is not JSON. So it is used here as well. */
void time_reader_read_rejected(struct time_reader *t, struct event *ev, struct span body, bool is_json)
{
	struct err unused = ERR_INIT;
	t->last_ts = ev->bounds.start;
	if (is_json && read_time(t, ev, &unused) == 0)
		t->last_ts = ev->fold.ts;
	else if (!is_json && strcmp(t->windowing->time, ".ts") == 0)
		(void)event_time_in_front(&t->minute_cache, body, &t->last_ts);
}

bool time_reader_passes_edge(struct time_reader *t, int64_t *watermark)
{
	const struct windowing *w = t->windowing;
	if (t->last_ts < t->next_ts || t->last_ts == INT64_MIN || t->kind != BOUNDS_SLICE)
		return false;
	*watermark = watermark_of(w, t->last_ts);
	/* An event of the time TS sets the watermark to TS - delay - 1. So the watermark reaches EDGE when an event has
	 * the time edge + delay + 1. */
	int64_t edge = watermark_next_edge(w, *watermark);
	t->next_ts = edge > INT64_MAX - w->delay - 1 ? INT64_MAX : edge + w->delay + 1;
	return true;
}
