/* windowing_internal.h -- what the files of windowing share. */
#ifndef WINDOW_WINDOWING_INTERNAL_H
#define WINDOW_WINDOWING_INTERNAL_H
#include "window/windowing.h"

#define DAY_MS INT64_C(86400000)
#define WEEK_MS (7 * DAY_MS)

static inline int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static inline int64_t floor_mod(int64_t a, int64_t b)
{
	int64_t m = a % b;
	return m < 0 ? m + b : m;
}

/* The slice of grid G in zone Z that holds TS: for any grid and zone. */
struct bounds grid_slice(const struct window_grid *g, const struct zone *z, int64_t ts);
/* From the edge AT of G, N edges on (N < 0: back). */
int64_t grid_step(const struct window_grid *g, const struct zone *z, int64_t at, int64_t n);
/* Grids of whole days and months number their steps: the number of the step that holds TS, and where step
 * NUMBER starts. */
bool grid_counted(const struct window_grid *g);
int64_t grid_number(const struct window_grid *g, const struct zone *z, int64_t ts);
int64_t grid_edge(const struct window_grid *g, const struct zone *z, int64_t number);
#endif
