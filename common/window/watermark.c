/* watermark.c -- the watermark, and its edges: the watermarks at which a window may fire or be forgotten.
 *
 * sp-window writes a watermark line only when the watermark passes an edge, and sp-agg checks its windows only then.
 * Both programs compute the edges with the functions below, so they always agree. */
#include "window/watermark.h"

int64_t watermark_of(const struct windowing *w, int64_t max_ts)
{
	int64_t back = w->delay + 1;
	return max_ts < INT64_MIN + back ? INT64_MIN : max_ts - back;
}

int64_t watermark_next_edge(const struct windowing *w, int64_t watermark)
{
	/* All windows that end at WATERMARK + 1 or before have fired. So the next window to fire ends with the slice
	 * that holds WATERMARK + 1, or later. */
	int64_t fires_at = windowing_slice(w, watermark + 1).end - 1;
	if (w->lateness == 0)
		return fires_at;
	int64_t forgotten_at = windowing_slice(w, watermark - w->lateness + 1).end - 1 + w->lateness;
	return fires_at < forgotten_at ? fires_at : forgotten_at;
}
