/* grid.c -- cutting time by the wall clock of a zone.
 *
 * In UTC one division finds a step. In a zone, two rules say what happens when clocks are changed:
 * - Days, weeks and months begin when the wall clock first shows their start, so a day may have 23 or 25 hours. If
 *   midnight is skipped, the day begins at the change. If midnight comes twice, the day begins at the first one.
 * - All other steps begin whenever the wall clock shows a multiple of the step (twice if it shows the multiple twice),
 *   and at a change that skips a multiple. Example: clocks go from 02:00 to 03:00. Steps of 1 h begin at 01:00, 03:00
 *   and 04:00 and have 1 h each. Steps of 2 h begin at 00:00, at 03:00, since 02:00 is skipped, and at 04:00: the
 *   second one has only 1 h. If clocks go back from 02:00 to 01:00, the step of 2 h from 00:00 has 3 h.
 * By either rule, each step begins where the one before it ends. The only empty step is a day that a zone skips
 * entirely, such as 2011-12-30 in Apia. */
#include "window/grid.h"
#include "text/time.h"

/* Returns by how much the wall clock of Z is ahead of UTC at TS (negative: behind). */
static int64_t offset_ms(const struct zone *z, int64_t ts)
{
	return (int64_t)zone_offset(z, floor_div(ts, 1000)) * 1000;
}

/* Sets *CHANGE to the first instant in (FROM, TO] at which clocks are changed. Returns false if there is none. */
static bool change_in(const struct zone *z, int64_t from, int64_t to, int64_t *change)
{
	int64_t sec;
	if (!zone_change(z, floor_div(from, 1000), floor_div(to, 1000), &sec))
		return false;
	*change = sec * 1000;
	return true;
}

/* ---- whole days and months: steps are numbered ---- */

bool grid_is_numbered(const struct window_grid *g)
{
	return g->step_ms % DAY_MS == 0;
}

/* Returns the wall-clock time at which step NUMBER starts. Step 0 starts the phase after 1970-01-01T00:00 or, if steps
 * are months, the phase after the start of January of year 0. */
static int64_t wall_start(const struct window_grid *g, int64_t number)
{
	if (g->step_ms)
		return number * g->step_ms + g->phase;
	int64_t month = number * g->months, year = floor_div(month, 12);
	return time_days_from_civil(year, (int)(month - year * 12) + 1, 1) * DAY_MS + g->phase;
}

/* Returns the number of the step during which the wall clock shows WALL. */
static int64_t number_of_wall(const struct window_grid *g, int64_t wall)
{
	if (g->step_ms)
		return floor_div(wall - g->phase, g->step_ms);
	int64_t year;
	int month, day;
	time_civil_from_days(floor_div(wall - g->phase, DAY_MS), &year, &month, &day);
	return floor_div(year * 12 + month - 1, g->months);
}

/* Returns the first instant at which the wall clock shows WALL or, if a change skips WALL, a later time. */
static int64_t first_showing(const struct zone *z, int64_t wall)
{
	if (!z)
		return wall;
	int64_t sec = floor_div(wall, 1000);
	int64_t instant = zone_to_utc(z, sec) * 1000 + (wall - sec * 1000), change;
	/* If WALL is skipped, zone_to_utc() gives an instant after the change, at which clocks show another time. */
	if (instant + offset_ms(z, instant) != wall && change_in(z, instant - 2 * DAY_MS, instant, &change))
		return change;
	return instant;
}

int64_t grid_edge(const struct window_grid *g, const struct zone *z, int64_t number)
{
	return first_showing(z, wall_start(g, number));
}

int64_t grid_number(const struct window_grid *g, const struct zone *z, int64_t ts)
{
	/* Near a change of the clocks, the wall-clock time may belong to a neighbour of the step that holds TS.
	 * Example: clocks go back from 00:30 to 23:30. They then show 23:45 for the second time, but the new day has
	 * begun already. */
	int64_t n = number_of_wall(g, ts + offset_ms(z, ts));
	while (grid_edge(g, z, n) > ts)
		n--;
	while (grid_edge(g, z, n + 1) <= ts)
		n++;
	return n;
}

/* ---- all other steps: the wall clock is followed from change to change ---- */

/* Returns the last wall-clock time at or before WALL that is a multiple of the step, counted from the phase. */
static int64_t grid_multiple(const struct window_grid *g, int64_t wall)
{
	return wall - floor_mod(wall - g->phase, g->step_ms);
}

/* Returns the start of the step that holds TS. If clocks were not changed since the last multiple, the step starts at
 * this multiple. Otherwise the last change decides: if it skipped the multiple, the step starts at the change; if not,
 * the search continues just before the change. Example for steps of 2 h: clocks go from 02:00 to 03:00, and they show
 * 03:30 at TS. The multiple 02:00 was skipped, so the step starts at the change. */
static int64_t grid_start_of(const struct window_grid *g, const struct zone *z, int64_t ts)
{
	for (;;) {
		int64_t offset = offset_ms(z, ts), shown = grid_multiple(g, ts + offset), start = shown - offset;
		int64_t last_change = start, change;
		bool changed = false;
		while (last_change < ts && change_in(z, last_change, ts, &change)) {
			last_change = change;
			changed = true;
		}
		if (!changed)
			return start;
		/* Just before the change, clocks did not show the multiple yet: the change skipped it. */
		if (shown >= last_change + offset_ms(z, last_change - 1))
			return last_change;
		ts = last_change - 1;
	}
}

/* Returns the end of the step that holds TS. This is the next multiple, or a change of the clocks before it that skips
 * a multiple or goes to one. Example for steps of 2 h: clocks go from 02:00 to 03:00, and they show 01:30 at TS. The
 * change skips the multiple 02:00, so the step ends at the change. */
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

/* Moves *AT, an edge, by up to COUNT steps at once, backwards if BACK. Returns the number of steps moved. Moves by at
 * most thirty days, so that the search for a change stays short. Returns 0 if a step is longer than thirty days, if *AT
 * is not a multiple, or if clocks are changed within the steps. The caller must then move by a single step. */
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
		int64_t moved = grid_leap(g, z, &at, n < 0 ? -n : n, n < 0);
		if (moved == 0) {
			at = n < 0 ? grid_start_of(g, z, at - 1) : grid_end_of(g, z, at);
			moved = 1;
		}
		n += n < 0 ? moved : -moved;
	}
	return at;
}
