/* windowing.h -- the arithmetic of windows and slices, for sp-window and sp-agg alike.
 *
 * Windows are [start, end) in milliseconds. Tumbling, hopping and cumulating windows have fixed
 * edges; the run of time between two neighbouring edges (of any window's start or end) is a slice,
 * and every window is a row of whole slices. A session is [ts, ts + gap) until sp-agg merges it.
 * Definitions: Flink, "Windowing table-valued functions" and TimeWindow.getWindowStartWithOffset().
 *
 * With a zone, days, weeks (from Monday) and months begin at local midnight; a duration is cut by
 * the local wall clock. */
#ifndef WINDOW_WINDOWING_H
#define WINDOW_WINDOWING_H
#include "base/buf.h"
#include "text/time.h"
#include "window/bounds.h"
#include "window/grid.h"
#include <stdbool.h>
#include <stdint.h>

enum window_kind {
	WINDOW_TUMBLING,
	WINDOW_HOPPING,
	WINDOW_CUMULATE,
	WINDOW_SESSION,
};

/* A length: a duration, or calendar units. Text as typed ("10m", "day", "week", "month"); in the
 * windowing line a duration stands as its milliseconds ("600000"). */
struct window_length {
	int64_t ms; /* when unit is LENGTH_MS */
	enum { LENGTH_MS, LENGTH_DAY, LENGTH_WEEK, LENGTH_MONTH } unit;
};
int window_length_parse(const char *text, struct window_length *out, struct err *e) MUST_USE;

struct windowing {
	enum window_kind kind;
	struct window_length size, advance; /* advance: hopping, cumulate */
	int64_t gap;                        /* session */
	int64_t offset;                     /* of the alignment; any sign, less than size */
	int64_t delay, lateness;
	char tz[64];                     /* "UTC" */
	struct zone *zone;               /* NULL for UTC; owned */
	char time[256], time_format[64]; /* as given to sp-window; for the record */
	/* Set by windowing_init(): */
	struct window_grid windows; /* tumbling, cumulate: where windows begin */
	struct window_grid slices;  /* hopping, cumulate: where slices may begin */
	int64_t panes;              /* hopping: slices in a window; 0: a month of days */
	int64_t rest;               /* hopping: what the size is longer than whole advances, ms */
};

/* Checks the combination (advance divides size, size > 0 ...), opens the zone; W was zeroed before its
 * public fields were set (an empty tz is UTC). -1: EX_USAGE. */
int windowing_init(struct windowing *w, struct err *e) MUST_USE;
void windowing_release(struct windowing *w);

/* The slice that holds TS; for tumbling it is the window; for a session [ts, ts + gap). */
struct bounds windowing_slice(const struct windowing *w, int64_t ts);
/* Windows that hold the slice, in (end, start) order: the first one, then the next after WIN. False
 * when there are no more. For tumbling just the window. Not for sessions. */
bool windowing_first(const struct windowing *w, struct bounds slice, struct bounds *win);
bool windowing_next(const struct windowing *w, struct bounds slice, struct bounds *win);
/* The last window (greatest end) that holds the slice: when that is forgotten, the slice is. */
struct bounds windowing_last(const struct windowing *w, struct bounds slice);

static inline bool windowing_fired(struct bounds win, int64_t watermark)
{
	return watermark >= win.end - 1;
}
/* Fired, and no late event is taken any more: watermark >= end - 1 + lateness. */
bool windowing_forgotten(const struct windowing *w, struct bounds win, int64_t watermark);
#endif
