/* grid.h -- cutting time into steps by the wall clock of a zone: the arithmetic below windowing.h.
 *
 * An edge is an instant at which one step ends and the next begins. Instants are milliseconds since 1970-01-01T00:00Z;
 * wall-clock times are counted in the same way from 1970-01-01T00:00 of the zone's clock. A zone of NULL is UTC. */
#ifndef WINDOW_GRID_H
#define WINDOW_GRID_H
#include "base/floor.h"
#include "text/zone.h"
#include "window/bounds.h"

#define DAY_MS INT64_C(86400000)

/* Where time is cut: where the wall clock shows PHASE + n * STEP_MS for any whole n, or at the first of each month. */
struct window_grid {
	int64_t step_ms; /* 0: months */
	int64_t phase;   /* ms, from 1970-01-01T00:00 by the wall clock; of months: from the first of the month */
};

/* Returns the step of G in zone Z that holds TS. */
struct bounds grid_slice(const struct window_grid *g, const struct zone *z, int64_t ts);

/* Returns the edge N steps after the edge AT (before it if N < 0). */
int64_t grid_step(const struct window_grid *g, const struct zone *z, int64_t at, int64_t n);

/* ---- grids whose steps are numbered: whole days and months ---- */

/* Returns true if G is such a grid. */
bool grid_is_numbered(const struct window_grid *g);

/* Returns the number of the step that holds TS, by a fixed count that need not begin at 0. */
int64_t grid_number(const struct window_grid *g, const struct zone *z, int64_t ts);

/* Returns the instant at which step NUMBER begins. */
int64_t grid_edge(const struct window_grid *g, const struct zone *z, int64_t number);
#endif
