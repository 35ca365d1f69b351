/* watermark.h -- the watermark: how far event time is known to be complete.
 *
 * A watermark W says that no event with a time of W or before is expected any more. It is computed from the greatest
 * event time seen so far, as Flink's BoundedOutOfOrdernessWatermarks does: W = greatest time - delay - 1 ms. So it
 * never goes back, and it depends on the input alone. A window [start, end) is complete, and fires, when W >= end -
 * 1. */
#ifndef WINDOW_WATERMARK_H
#define WINDOW_WATERMARK_H
#include "window/windowing.h"

/* Returns the watermark in milliseconds after an event at MAX_TS, the greatest event time so far. Saturates at
 * INT64_MIN, which stands for "no watermark yet". */
int64_t watermark_of(const struct windowing *w, int64_t max_ts);

/* Returns the first watermark after WATERMARK at which a window fires or is forgotten (windowing.h): up to there, a
 * moving watermark changes nothing. The end of every window is the end of a slice, so slices are enough to find it.
 * W is not of sessions, whose ends depend on the events. */
int64_t watermark_next_edge(const struct windowing *w, int64_t watermark);
#endif
