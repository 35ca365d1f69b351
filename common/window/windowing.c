/* windowing.c -- which slice and which windows hold an instant.
 *
 * All of it is arithmetic on a grid (grid.h): nothing is stored for a window. In UTC one division finds a slice. Three
 * cases need more:
 * - The advance does not divide the size of hopping windows. Then windows end inside a step of the advance, and each
 *   step is cut into two slices there (`rest`).
 * - Steps differ in length, because clocks are changed or windows are months. Then hopping windows are found by
 *   counting steps, not by adding lengths.
 * - A change of the clocks makes a cumulating window start or end inside a step of the advance. Then the slice is cut
 *   there. */
#include "window/windowing.h"
#include <inttypes.h>

/* The most windows that may hold one event. A greater number is surely a mistake: --expand would write each event more
 * than a million times. */
enum { EVENT_WINDOWS_MAX = 1000000 };

/* ---- setting up ---- */

/* Returns the grid of steps of LENGTH, shifted by OFFSET ms. */
static struct window_grid grid_of(struct window_length length, int64_t offset)
{
	struct window_grid g = { .phase = offset };
	switch (length.unit) {
	case LENGTH_MS: g.step_ms = length.ms; break;
	case LENGTH_DAY: g.step_ms = length.count * DAY_MS; break;
	case LENGTH_WEEK:
		g.step_ms = length.count * 7 * DAY_MS;
		g.phase += 4 * DAY_MS; /* 1970-01-05 was a Monday */
		break;
	default: g.months = length.count;
	}
	return g;
}

/* Checks that the gap, the size and the advance are positive, that the offset is smaller than the size, and that
 * sessions have no offset. check_advance() checks whether the advance fits the size. Returns 0, or -1 with E set. */
static int check_lengths(const struct windowing *w, struct err *e)
{
	bool session = w->kind == WINDOW_SESSION, sliced = w->kind == WINDOW_HOPPING || w->kind == WINDOW_CUMULATE;
	if (session && w->gap <= 0)
		return err_set(e, EX_USAGE, "a session's gap must be longer than 0");
	if (session && w->offset)
		return err_set(e, EX_USAGE, "sessions begin with an event: they have no offset");
	if (!session && w->size.unit == LENGTH_MS && w->size.ms <= 0)
		return err_set(e, EX_USAGE, "a window's size must be longer than 0");
	if (sliced && w->advance.unit == LENGTH_MS && w->advance.ms <= 0)
		return err_set(e, EX_USAGE, "the advance of hopping and cumulating windows must be longer than 0");
	int64_t size, longest;
	window_length_range(w->size, &size, &longest);
	if (!session && (w->offset >= size || -w->offset >= size))
		return err_set(e, EX_USAGE, "the offset must be smaller than the size of a window");
	return 0;
}

/* Checks that windows of months can have the advance of W. Returns 0, or -1 with E set. */
static int check_advance_of_months(const struct windowing *w, struct err *e)
{
	const struct window_length *s = &w->size, *a = &w->advance;
	int64_t step = grid_of(*a, 0).step_ms;
	if (a->unit == LENGTH_MONTH)
		return s->count % a->count == 0 ?
			0 :
			err_set(e, EX_USAGE, "the advance must divide the size of a window, counted in months");
	if (w->kind == WINDOW_HOPPING && step != DAY_MS)
		return err_set(e, EX_USAGE,
			"hopping windows of a month, quarter or year can only advance by day or by months");
	if (DAY_MS % step != 0)
		return err_set(e, EX_USAGE,
			"windows of a month, quarter or year cumulate by day, by a length that divides a day, or by months");
	return 0;
}

/* Checks that the advance fits the size: each window must consist of whole slices, even if a day has 23 or 25 hours and
 * a month 28 to 31 days. Returns 0, or -1 with E set. The rules, case by case:
 * - An advance of N months needs windows of N months or a multiple.
 * - Hopping windows of months advance by exactly one day or by months.
 * - Cumulating windows of months advance by months, or by a length that divides a day.
 * - All other windows: the advance is not longer than the size, and it divides the size. A day counts as 24 h and a
 *   week as 168 h. The advance need not divide the size for hopping windows in UTC if both are durations.
 * - Hopping windows of days or weeks advance by whole days.
 * - Of the cumulating windows, only those of weeks can advance by weeks. */
static int check_advance(const struct windowing *w, struct err *e)
{
	const struct window_length *s = &w->size, *a = &w->advance;
	int64_t size = grid_of(*s, 0).step_ms, step = grid_of(*a, 0).step_ms;
	bool hopping = w->kind == WINDOW_HOPPING;
	if (s->unit == LENGTH_MONTH)
		return check_advance_of_months(w, e);
	if (a->unit == LENGTH_MONTH)
		return err_set(e, EX_USAGE, "an advance of months needs windows of months");
	if (step > size)
		return err_set(e, EX_USAGE, "the advance must not be longer than the size of a window");
	bool may_be_uneven = hopping && s->unit == LENGTH_MS && a->unit == LENGTH_MS &&
		(!w->tz[0] || strcmp(w->tz, "UTC") == 0);
	if (size % step != 0 && !may_be_uneven)
		return err_set(e, EX_USAGE, "the advance must divide the size of a window%s",
			hopping ? ", except for durations in UTC" : "");
	if (hopping && s->unit != LENGTH_MS && step % DAY_MS != 0)
		return err_set(e, EX_USAGE,
			"a day does not always have 24 hours: give the size in hours (24h, 168h), or advance by day");
	if (!hopping && a->unit == LENGTH_WEEK && s->unit != LENGTH_WEEK)
		return err_set(e, EX_USAGE, "give the advance as 7d: weeks begin on Monday, these windows do not");
	return 0;
}

/* Checks that no event can be in more than EVENT_WINDOWS_MAX windows. Months differ in length, so the longest window
 * and the shortest advance are assumed. Returns 0, or -1 with E set. */
static int check_event_windows(const struct windowing *w, struct err *e)
{
	int64_t shortest, longest, unused;
	window_length_range(w->size, &unused, &longest);
	window_length_range(w->advance, &shortest, &unused);
	if (longest / shortest <= EVENT_WINDOWS_MAX)
		return 0;
	return err_set(e, EX_USAGE,
		"each event would be in up to %" PRId64 " windows, and %d are the most: give a longer advance",
		longest / shortest, EVENT_WINDOWS_MAX);
}

int windowing_init(struct windowing *w, struct err *e)
{
	bool sliced = w->kind == WINDOW_HOPPING || w->kind == WINDOW_CUMULATE;
	if (check_lengths(w, e) < 0 || (sliced && (check_advance(w, e) < 0 || check_event_windows(w, e) < 0)))
		return -1;
	w->windows = grid_of(w->size, w->offset);
	w->slices = w->windows;
	if (sliced)
		w->slices = grid_of(w->advance, w->offset);
	/* The first slice of a cumulating window starts with the window, for example on a Monday. */
	if (w->kind == WINDOW_CUMULATE && w->slices.step_ms)
		w->slices.phase = floor_mod(w->windows.phase, w->slices.step_ms);
	w->window_steps = 1;
	if (w->kind == WINDOW_HOPPING && !w->slices.step_ms)
		w->window_steps = w->windows.months / w->slices.months;
	if (w->kind == WINDOW_HOPPING && w->slices.step_ms) {
		w->window_steps = w->windows.step_ms / w->slices.step_ms;
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

/* Returns the step of G that holds TS. Computes the usual case, UTC, without a function call. */
static inline struct bounds step_of(const struct windowing *w, const struct window_grid *g, int64_t ts)
{
	if (w->zone || g->step_ms == 0)
		return grid_slice(g, w->zone, ts);
	int64_t start = ts - floor_mod(ts - g->phase, g->step_ms);
	return (struct bounds){ start, start + g->step_ms };
}

/* Returns the slice that holds TS. The slice of a session begins at the event, so only events of the same millisecond
 * share a slice. */
struct bounds windowing_slice(const struct windowing *w, int64_t ts)
{
	if (w->kind == WINDOW_SESSION)
		return (struct bounds){ ts, ts + w->gap };
	struct bounds s = step_of(w, &w->slices, ts);
	if (w->rest) {
		/* Size 8, advance 5: the windows [0, 8) and [5, 13) cut the step [5, 10) into [5, 8) and [8, 10). */
		int64_t end = s.start + w->rest;
		return ts < end ? (struct bounds){ s.start, end } : (struct bounds){ end, s.end };
	}
	if (w->kind == WINDOW_CUMULATE && (w->zone || w->windows.step_ms == 0)) {
		/* A change of the clocks may make the window start or end inside a step: cut the step there. */
		struct bounds window = step_of(w, &w->windows, ts);
		s.start = s.start > window.start ? s.start : window.start;
		s.end = s.end < window.end ? s.end : window.end;
	}
	return s;
}

/* ---- windows of slices ---- */

/* Returns the day MONTHS months after the day NUMBER, both as days since 1970-01-01: the same day of that month, or the
 * last one if that month is too short. One month after 2024-01-31 is 2024-02-29. */
static int64_t months_after(int64_t number, int64_t months)
{
	static const int8_t length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t year;
	int month, day;
	time_civil_from_days(number, &year, &month, &day);
	int64_t all = year * 12 + month - 1 + months;
	year = floor_div(all, 12);
	month = (int)(all - year * 12) + 1;
	int last = length[month - 1] + (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
	return time_days_from_civil(year, month, day < last ? day : last);
}

/* Returns the first day for which the day MONTHS months later is after the day NUMBER. */
static int64_t first_day_before(int64_t number, int64_t months)
{
	/* A later day never has an earlier months_after(), so binary search works. MONTHS months have at most 31 *
	 * MONTHS days, so the result is in the range from LOW to HIGH. */
	int64_t low = number - 31 * months, high = number;
	while (low < high) {
		int64_t middle = low + (high - low) / 2;
		if (months_after(middle, months) > number)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Returns the hopping window that starts with step NUMBER of the advance. The steps must be numbered (grid.h). Windows
 * of N months that advance by day end N months after the day on which they start. */
static struct bounds window_at_step(const struct windowing *w, int64_t number)
{
	bool months_by_day = w->windows.step_ms == 0 && w->slices.step_ms;
	int64_t last = months_by_day ? months_after(number, w->windows.months) : number + w->window_steps;
	return (struct bounds){ grid_edge(&w->slices, w->zone, number), grid_edge(&w->slices, w->zone, last) };
}

/* Returns true if hopping windows must be found by the numbers of their steps, because windows differ in length: days
 * do in a zone, and months do everywhere. */
static bool by_step_number(const struct windowing *w)
{
	return grid_is_numbered(&w->slices) && (w->zone || w->windows.step_ms == 0);
}

/* Returns the first hopping window that holds SLICE if the advance does not divide the size: the first window that
 * ends at or after the end of SLICE. Example: size 8, advance 5, slice [8, 10). Windows end at 8, 13 and so on, so
 * the result is [5, 13). */
static struct bounds first_uneven(const struct windowing *w, struct bounds slice)
{
	int64_t size = w->windows.step_ms, step = w->slices.step_ms, low = slice.end - size;
	int64_t start = low + floor_mod(w->slices.phase - low, step);
	return (struct bounds){ start, start + size };
}

/* Returns the first hopping window that holds SLICE. */
static struct bounds first_hopping(const struct windowing *w, struct bounds slice)
{
	if (w->rest)
		return first_uneven(w, slice);
	if (!by_step_number(w))
		return (struct bounds){ grid_step(&w->slices, w->zone, slice.start, 1 - w->window_steps), slice.end };
	int64_t number = grid_number(&w->slices, w->zone, slice.start), first = number - w->window_steps + 1;
	if (w->windows.step_ms == 0 && w->slices.step_ms)
		first = first_day_before(number, w->windows.months);
	/* No window starts on a day that the zone skipped, such as 2011-12-30 in Apia: this step is empty. */
	while (grid_edge(&w->slices, w->zone, first) == grid_edge(&w->slices, w->zone, first + 1))
		first++;
	return window_at_step(w, first);
}

bool windowing_first(const struct windowing *w, struct bounds slice, struct bounds *win)
{
	*win = slice;
	if (w->kind == WINDOW_HOPPING)
		*win = first_hopping(w, slice);
	if (w->kind == WINDOW_CUMULATE)
		win->start = step_of(w, &w->windows, slice.start).start;
	return true;
}

/* Moves *WIN to the next window that holds SLICE, or returns false. The next cumulating window has the same start and
 * ends with the next slice. The next hopping window starts one step later; there is none if it would start after SLICE
 * does. */
bool windowing_next(const struct windowing *w, struct bounds slice, struct bounds *win)
{
	if (w->kind == WINDOW_CUMULATE) {
		if (win->end >= step_of(w, &w->windows, slice.start).end)
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
	if (by_step_number(w)) {
		int64_t start = step_of(w, &w->slices, win->start).end;
		*win = window_at_step(w, grid_number(&w->slices, w->zone, start));
		return true;
	}
	win->start = step_of(w, &w->slices, win->start).end;
	win->end = step_of(w, &w->slices, win->end).end;
	return true;
}

/* Returns the last window that holds SLICE. The last hopping window starts with SLICE, or with the step of the advance
 * that holds SLICE. The last cumulating window is the one of full size. */
struct bounds windowing_last(const struct windowing *w, struct bounds slice)
{
	if (w->kind == WINDOW_CUMULATE)
		return step_of(w, &w->windows, slice.start);
	if (w->kind != WINDOW_HOPPING)
		return slice;
	if (w->rest) {
		int64_t start = step_of(w, &w->slices, slice.start).start;
		return (struct bounds){ start, start + w->windows.step_ms };
	}
	if (by_step_number(w))
		return window_at_step(w, grid_number(&w->slices, w->zone, slice.start));
	return (struct bounds){ slice.start, grid_step(&w->slices, w->zone, slice.end, w->window_steps - 1) };
}

/* ---- the watermark ---- */

bool windowing_forgotten(const struct windowing *w, struct bounds win, int64_t watermark)
{
	return watermark >= win.end - 1 + w->lateness;
}
