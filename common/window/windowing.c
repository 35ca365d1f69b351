/* windowing.c -- which slice and which windows hold an instant, and when they end. */
#include "base/dur.h"
#include "window/windowing.h"

enum { PANES_MAX = 1000000 };

/* ---- setting up ---- */

int window_length_parse(const char *text, struct window_length *out, struct err *e)
{
	*out = (struct window_length){ 0, LENGTH_MS };
	if (strcmp(text, "day") == 0)
		out->unit = LENGTH_DAY;
	if (strcmp(text, "week") == 0)
		out->unit = LENGTH_WEEK;
	if (strcmp(text, "month") == 0)
		out->unit = LENGTH_MONTH;
	if (out->unit != LENGTH_MS)
		return 0;
	if (text[0] >= '0' && text[0] <= '9')
		return dur_parse(text, &out->ms, e);
	return err_set(e, EX_USAGE, "'%s' is no length: write a duration such as 10m, or day, week or month", text);
}

/* The grid of steps of length L. */
static struct window_grid grid_of(struct window_length l, int64_t offset)
{
	struct window_grid g = { 0, offset };
	if (l.unit == LENGTH_MS)
		g.step_ms = l.ms;
	if (l.unit == LENGTH_DAY)
		g.step_ms = DAY_MS;
	if (l.unit == LENGTH_WEEK) {
		g.step_ms = 7 * DAY_MS;
		g.phase += 4 * DAY_MS; /* 1970-01-05 was a Monday */
	}
	return g;
}

static int check_lengths(const struct windowing *w, struct err *e)
{
	bool session = w->kind == WINDOW_SESSION, panes = w->kind == WINDOW_HOPPING || w->kind == WINDOW_CUMULATE;
	if (session && w->gap <= 0)
		return err_set(e, EX_USAGE, "a session's gap must be longer than nothing");
	if (session && w->offset)
		return err_set(e, EX_USAGE, "sessions begin with an event: an offset has no meaning");
	if (!session && w->size.unit == LENGTH_MS && w->size.ms <= 0)
		return err_set(e, EX_USAGE, "a window's size must be longer than nothing");
	if (panes && w->advance.unit == LENGTH_MS && w->advance.ms <= 0)
		return err_set(e, EX_USAGE, "hopping and cumulating windows need an advance longer than nothing");
	int64_t size = w->size.unit == LENGTH_MONTH ? 28 * DAY_MS : grid_of(w->size, 0).step_ms;
	if (!session && (w->offset >= size || -w->offset >= size))
		return err_set(e, EX_USAGE, "the offset must be smaller than the size of a window");
	return 0;
}

/* A month is whole days, and a day in a zone may have 23 or 25 hours: which advances cut such a size evenly? */
static int check_advance(const struct windowing *w, struct err *e)
{
	const struct window_length *s = &w->size, *a = &w->advance;
	int64_t size = grid_of(*s, 0).step_ms, step = grid_of(*a, 0).step_ms;
	bool hopping = w->kind == WINDOW_HOPPING;
	if (a->unit == LENGTH_MONTH)
		return s->unit == LENGTH_MONTH ? 0 :
						 err_set(e, EX_USAGE, "an advance of a month needs windows of a month");
	if (s->unit == LENGTH_MONTH && hopping)
		return step == DAY_MS ? 0 : err_set(e, EX_USAGE, "hopping windows of a month can only advance by day");
	if (s->unit == LENGTH_MONTH)
		return DAY_MS % step == 0 ?
			0 :
			err_set(e, EX_USAGE, "windows of a month cumulate by day, or by what divides a day");
	if (step > size)
		return err_set(e, EX_USAGE, "the advance must not be longer than the size of a window");
	bool plain = hopping && s->unit == LENGTH_MS && a->unit == LENGTH_MS &&
		(!w->tz[0] || strcmp(w->tz, "UTC") == 0);
	if (size % step != 0 && !plain)
		return err_set(e, EX_USAGE, "the advance must divide the size of a window%s",
			hopping ? ", but for durations in UTC" : "");
	if (hopping && s->unit != LENGTH_MS && step % DAY_MS != 0)
		return err_set(e, EX_USAGE,
			"a day has not always 24 hours: write the size in hours (24h, 168h), or advance by day");
	if (!hopping && a->unit == LENGTH_WEEK && s->unit != LENGTH_WEEK)
		return err_set(e, EX_USAGE, "weeks begin on Monday, such windows do not: write the advance as 7d");
	if (size / step > PANES_MAX)
		return err_set(e, EX_USAGE, "each event would be in %lld windows; at most %d", (long long)(size / step),
			PANES_MAX);
	return 0;
}

int windowing_init(struct windowing *w, struct err *e)
{
	bool panes = w->kind == WINDOW_HOPPING || w->kind == WINDOW_CUMULATE;
	if (check_lengths(w, e) < 0 || (panes && check_advance(w, e) < 0))
		return -1;
	w->windows = grid_of(w->size, w->offset);
	w->slices = w->windows;
	if (panes)
		w->slices = grid_of(w->advance, w->offset);
	if (w->kind == WINDOW_CUMULATE && w->slices.step_ms)
		w->slices.phase = floor_mod(w->windows.phase, w->slices.step_ms);
	w->panes = 1;
	if (w->kind == WINDOW_HOPPING && w->slices.step_ms) {
		w->panes = w->windows.step_ms / w->slices.step_ms;
		w->rest = w->windows.step_ms % w->slices.step_ms;
	}
	if (!w->tz[0])
		snprintf(w->tz, sizeof w->tz, "UTC");
	return zone_open(w->tz, &w->zone, e);
}

void windowing_release(struct windowing *w)
{
	zone_free(w->zone);
	w->zone = NULL;
}

/* ---- slices ---- */

static inline struct bounds cut(const struct windowing *w, const struct window_grid *g, int64_t ts)
{
	if (w->zone || g->step_ms == 0)
		return grid_slice(g, w->zone, ts);
	int64_t start = ts - floor_mod(ts - g->phase, g->step_ms);
	return (struct bounds){ start, start + g->step_ms };
}

struct bounds windowing_slice(const struct windowing *w, int64_t ts)
{
	if (w->kind == WINDOW_SESSION)
		return (struct bounds){ ts, ts + w->gap };
	struct bounds s = cut(w, &w->slices, ts);
	if (w->rest) { /* windows end within the step that the next ones begin with */
		int64_t end = s.start + w->rest;
		return ts < end ? (struct bounds){ s.start, end } : (struct bounds){ end, s.end };
	}
	if (w->kind == WINDOW_CUMULATE && (w->zone || w->windows.step_ms == 0)) {
		/* Where clocks change, a window may begin inside what would be a slice. */
		struct bounds window = cut(w, &w->windows, ts);
		s.start = s.start > window.start ? s.start : window.start;
		s.end = s.end < window.end ? s.end : window.end;
	}
	return s;
}

/* ---- windows of slices ---- */

/* The day a month after DAY: the same day of the month, or its last one. */
static int64_t month_after(int64_t number)
{
	static const int8_t length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t year;
	int month, day;
	time_civil_from_days(number, &year, &month, &day);
	year += month == 12;
	month = month % 12 + 1;
	int last = length[month - 1] + (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
	return time_days_from_civil(year, month, day < last ? day : last);
}

/* Hopping windows on a grid that is counted: the one that begins with step NUMBER. */
static struct bounds counted(const struct windowing *w, int64_t number)
{
	int64_t last = w->windows.step_ms ? number + w->panes : w->slices.step_ms ? month_after(number) : number + 1;
	return (struct bounds){ grid_edge(&w->slices, w->zone, number), grid_edge(&w->slices, w->zone, last) };
}

static bool is_counted(const struct windowing *w)
{
	return grid_counted(&w->slices) && (w->zone || w->windows.step_ms == 0);
}

/* The advance does not divide the size: the first window is the first that does not end before the slice. */
static struct bounds first_uneven(const struct windowing *w, struct bounds slice)
{
	int64_t size = w->windows.step_ms, step = w->slices.step_ms, low = slice.end - size;
	int64_t start = low + floor_mod(w->slices.phase - low, step);
	return (struct bounds){ start, start + size };
}

static struct bounds first_hopping(const struct windowing *w, struct bounds slice)
{
	if (w->rest)
		return first_uneven(w, slice);
	if (!is_counted(w))
		return (struct bounds){ grid_step(&w->slices, w->zone, slice.start, 1 - w->panes), slice.end };
	int64_t number = grid_number(&w->slices, w->zone, slice.start), first = number - w->panes + 1;
	if (w->windows.step_ms == 0 && w->slices.step_ms)
		for (first = number - 31; month_after(first) <= number; first++)
			;
	/* A day that a zone left out (Apia, 2011-12-30) begins no window. */
	while (grid_edge(&w->slices, w->zone, first) == grid_edge(&w->slices, w->zone, first + 1))
		first++;
	return counted(w, first);
}

bool windowing_first(const struct windowing *w, struct bounds slice, struct bounds *win)
{
	*win = slice;
	if (w->kind == WINDOW_HOPPING)
		*win = first_hopping(w, slice);
	if (w->kind == WINDOW_CUMULATE)
		win->start = cut(w, &w->windows, slice.start).start;
	return true;
}

bool windowing_next(const struct windowing *w, struct bounds slice, struct bounds *win)
{
	if (w->kind == WINDOW_CUMULATE) {
		if (win->end >= cut(w, &w->windows, slice.start).end)
			return false;
		win->end = windowing_slice(w, win->end).end;
		return true;
	}
	if (w->kind != WINDOW_HOPPING || win->start >= slice.start ||
		(w->rest && win->start + w->slices.step_ms > slice.start))
		return false;
	if (w->rest) {
		win->start += w->slices.step_ms;
		win->end += w->slices.step_ms;
		return true;
	}
	if (is_counted(w)) {
		int64_t start = cut(w, &w->slices, win->start).end;
		*win = counted(w, grid_number(&w->slices, w->zone, start));
		return true;
	}
	win->start = cut(w, &w->slices, win->start).end;
	win->end = cut(w, &w->slices, win->end).end;
	return true;
}

struct bounds windowing_last(const struct windowing *w, struct bounds slice)
{
	if (w->kind == WINDOW_CUMULATE)
		return cut(w, &w->windows, slice.start);
	if (w->kind != WINDOW_HOPPING)
		return slice;
	if (w->rest) {
		int64_t start = cut(w, &w->slices, slice.start).start;
		return (struct bounds){ start, start + w->windows.step_ms };
	}
	if (is_counted(w))
		return counted(w, grid_number(&w->slices, w->zone, slice.start));
	return (struct bounds){ slice.start, grid_step(&w->slices, w->zone, slice.end, w->panes - 1) };
}

/* ---- the watermark ---- */

bool windowing_forgotten(const struct windowing *w, struct bounds win, int64_t watermark)
{
	return watermark >= win.end - 1 + w->lateness;
}
