/* watermark.h -- the watermark: how far event time is known to be complete.
 *
 * A watermark W means that no event with a time of W or before is expected any more. It is computed from the greatest
 * event time so far, as by Flink's BoundedOutOfOrdernessWatermarks: W = greatest time - delay - 1 ms. So it never goes
 * back, and it depends on the input alone. A window [start, end) is complete, and fires, when W >= end - 1. */
#ifndef WINDOW_WATERMARK_H
#define WINDOW_WATERMARK_H
#include "window/windowing.h"

/* Returns the watermark in milliseconds if MAX_TS is the greatest event time so far. If the result is out of range,
 * returns INT64_MIN, which means "no watermark yet". */
int64_t watermark_of(const struct windowing *w, int64_t max_ts);

/* Returns the first watermark after WATERMARK at which a window may fire or be forgotten (its state is freed). No
 * watermark before the result changes anything. Every window ends with one of its slices, so the result is found from
 * the ends of slices. W must not be of WINDOW_SESSION: the ends of sessions depend on the events. */
int64_t watermark_next_edge(const struct windowing *w, int64_t watermark);
#endif
