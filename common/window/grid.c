/* grid.c -- cutting time by the wall clock of a zone.
 *
 * UTC needs one division. In a zone, two rules say what happens when clocks are changed:
 * - Days, weeks and months begin when the wall clock first shows their start. So a day may have 23 or 25 hours. If
 *   its midnight is skipped, it begins at the change; if its midnight comes twice, it begins at the first.
 * - All other steps are cut at each instant that shows a multiple of the step, at both if it comes twice, and at a
 *   change that skips a multiple. So hours stay hours where clocks change by whole hours; elsewhere the steps around
 *   the change are shorter or longer. By either rule, steps follow one another without a gap, and none is empty but
 *   a whole day that a zone leaves out. */
#include "window/grid.h"
#include "text/time.h"

/* Returns what the wall clock of Z is ahead of UTC at TS. */
static int64_t offset_ms(const struct zone *z, int64_t ts)
{
	return (int64_t)zone_offset(z, floor_div(ts, 1000)) * 1000;
}

/* Finds the first change of the clocks in (FROM, TO]. Returns false if there is none. */
static bool change_in(const struct zone *z, int64_t from, int64_t to, int64_t *at)
{
	int64_t sec;
	if (!zone_change(z, floor_div(from, 1000), floor_div(to, 1000), &sec))
		return false;
	*at = sec * 1000;
	return true;
}

/* ---- whole days and months: steps are numbered ---- */

bool grid_is_numbered(const struct window_grid *g)
{
	return g->step_ms % DAY_MS == 0;
}

/* Returns what the wall clock shows when step NUMBER starts. Months are numbered from year 0. */
static int64_t wall_start(const struct window_grid *g, int64_t number)
{
	if (g->step_ms)
		return number * g->step_ms + g->phase;
	int64_t year = floor_div(number, 12);
	return time_days_from_civil(year, (int)(number - year * 12) + 1, 1) * DAY_MS + g->phase;
}

/* Returns the number of the step during which the wall clock shows WALL. */
static int64_t number_of_wall(const struct window_grid *g, int64_t wall)
{
	if (g->step_ms)
		return floor_div(wall - g->phase, g->step_ms);
	int64_t year;
	int month, day;
	time_civil_from_days(floor_div(wall - g->phase, DAY_MS), &year, &month, &day);
	return year * 12 + month - 1;
}

/* Returns the first instant at which the wall clock shows WALL or later. */
static int64_t grid_reached(const struct zone *z, int64_t wall)
{
	if (!z)
		return wall;
	int64_t sec = floor_div(wall, 1000);
	int64_t at = zone_to_utc(z, sec) * 1000 + (wall - sec * 1000), change;
	if (at + offset_ms(z, at) != wall && change_in(z, at - 2 * DAY_MS, at, &change))
		return change; /* WALL is skipped: zone_to_utc() gives an instant after the change */
	return at;
}

int64_t grid_edge(const struct window_grid *g, const struct zone *z, int64_t number)
{
	return grid_reached(z, wall_start(g, number));
}

int64_t grid_number(const struct window_grid *g, const struct zone *z, int64_t ts)
{
	/* Where clocks were changed, the wall clock may suggest a neighbour of the step that holds TS. */
	int64_t n = number_of_wall(g, ts + offset_ms(z, ts));
	while (grid_edge(g, z, n) > ts)
		n--;
	while (grid_edge(g, z, n + 1) <= ts)
		n++;
	return n;
}

/* ---- all other steps: by what the wall clock shows ---- */

/* Returns the last multiple of the step at or before WALL. */
static int64_t grid_multiple(const struct window_grid *g, int64_t wall)
{
	return wall - floor_mod(wall - g->phase, g->step_ms);
}

/* Returns the start of the step that holds TS. Follows the clock back from TS to the last multiple it showed; if it
 * was changed on the way, looks from the last change, which may be an edge itself, and then before it. */
static int64_t grid_start_of(const struct window_grid *g, const struct zone *z, int64_t ts)
{
	for (;;) {
		int64_t offset = offset_ms(z, ts), shown = grid_multiple(g, ts + offset), start = shown - offset;
		int64_t last = start, change;
		bool changed = false;
		while (last < ts && change_in(z, last, ts, &change)) {
			last = change;
			changed = true;
		}
		if (!changed)
			return start;
		if (shown >= last + offset_ms(z, last - 1)) /* clocks went forward past the multiple, or to it */
			return last;
		ts = last - 1;
	}
}

/* Returns the end of the step that holds TS: the next multiple, or a change of the clocks that skips one or shows
 * one. */
static int64_t grid_end_of(const struct window_grid *g, const struct zone *z, int64_t ts)
{
	for (;;) {
		int64_t offset = offset_ms(z, ts), end = grid_multiple(g, ts + offset) + g->step_ms - offset, change;
		if (!change_in(z, ts, end, &change))
			return end;
		int64_t before = change + offset, after = change + offset_ms(z, change);
		int64_t shown = grid_multiple(g, after);
		if (after > before ? shown >= before : shown == after)
			return change;
		ts = change;
	}
}

struct bounds grid_slice(const struct window_grid *g, const struct zone *z, int64_t ts)
{
	if (grid_is_numbered(g)) {
		int64_t n = grid_number(g, z, ts);
		return (struct bounds){ grid_edge(g, z, n), grid_edge(g, z, n + 1) };
	}
	return (struct bounds){ grid_start_of(g, z, ts), grid_end_of(g, z, ts) };
}

/* Moves *AT by up to COUNT steps at once, if clocks are not changed within them. Returns the number of steps; 0:
 * they must be taken one by one. Thirty days bound the search for a change. */
static int64_t grid_leap(const struct window_grid *g, const struct zone *z, int64_t *at, int64_t count, bool back)
{
	int64_t change, most = 30 * DAY_MS / g->step_ms;
	count = count < most ? count : most;
	int64_t to = *at + (back ? -count : count) * g->step_ms;
	if (count == 0 || grid_multiple(g, *at + offset_ms(z, *at)) != *at + offset_ms(z, *at))
		return 0;
	if (back ? change_in(z, to, *at, &change) : change_in(z, *at, to, &change))
		return 0;
	*at = to;
	return count;
}

int64_t grid_step(const struct window_grid *g, const struct zone *z, int64_t at, int64_t n)
{
	if (!z && g->step_ms)
		return at + n * g->step_ms;
	if (grid_is_numbered(g))
		return grid_edge(g, z, grid_number(g, z, at) + n);
	while (n != 0) {
		int64_t k = grid_leap(g, z, &at, n < 0 ? -n : n, n < 0);
		if (k == 0) {
			at = n < 0 ? grid_start_of(g, z, at - 1) : grid_end_of(g, z, at);
			k = 1;
		}
		n += n < 0 ? k : -k;
	}
	return at;
}
