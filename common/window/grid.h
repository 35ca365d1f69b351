/* grid.h -- cutting time into steps by the wall clock of a zone. Windows and slices (windowing.h) are built from these
 * steps.
 *
 * A step is an interval between two neighbouring edges, such as the hour from 10:00 to 11:00. An edge is the instant at
 * which one step ends and the next begins. Instants are milliseconds since 1970-01-01T00:00Z. A wall-clock time is the
 * number of milliseconds from 1970-01-01T00:00 to what the clocks of the zone show. A zone of NULL is UTC. */
#ifndef WINDOW_GRID_H
#define WINDOW_GRID_H
#include "base/floor.h"
#include "text/zone.h"
#include "window/bounds.h"

#define DAY_MS INT64_C(86400000)

/* Where steps begin. If STEP_MS is not 0, a step begins when the wall clock shows PHASE + n * STEP_MS for a
 * whole number n; grid.c calls these times multiples. If STEP_MS is 0, a step begins PHASE ms after the start of each
 * MONTHS-th month, counted from January of year 0. With MONTHS = 3 the steps are quarters, with 12 years. */
struct window_grid {
	int64_t step_ms; /* 0: months */
	int64_t phase;
	int32_t months; /* if step_ms is 0: the months in a step, 1 or more */
};

/* Returns the step of G in zone Z that holds TS. */
struct bounds grid_slice(const struct window_grid *g, const struct zone *z, int64_t ts);

/* Returns the edge that is N steps after the edge AT, or -N steps before it if N < 0. */
int64_t grid_step(const struct window_grid *g, const struct zone *z, int64_t at, int64_t n);

/* ---- grids whose steps are numbered: steps of whole days, and months ---- */

/* Returns true if the steps of G are whole days or months. */
bool grid_is_numbered(const struct window_grid *g);

/* Returns the number of the step that holds TS. The next step has the next number. */
int64_t grid_number(const struct window_grid *g, const struct zone *z, int64_t ts);

/* Returns the instant at which step NUMBER begins. */
int64_t grid_edge(const struct window_grid *g, const struct zone *z, int64_t number);
#endif
