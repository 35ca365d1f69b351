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

/* Where time is cut: at every PHASE + n * STEP of the zone's wall clock, or at the first of each month.
 * Made by windowing_init(). */
struct window_grid {
	int64_t step_ms; /* 0: months */
	int64_t phase;   /* ms, from 1970-01-01T00:00 by the wall clock; months: into the month */
};

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

/* Appends the control line {"$sp":"windowing",...} with its newline. */
int windowing_write(const struct windowing *w, struct buf *out) MUST_USE;
/* Reads one; -1: EX_DATAERR. Then W is as after windowing_init(). */
int windowing_read(struct windowing *w, struct span line, struct err *e) MUST_USE;

struct bounds {
	int64_t start, end; /* ms, [start, end) */
};
static inline bool bounds_eq(struct bounds a, struct bounds b)
{
	return a.start == b.start && a.end == b.end;
}

/* The slice that holds TS; for tumbling it is the window; for a session [ts, ts + gap). */
struct bounds windowing_slice(const struct windowing *w, int64_t ts);
/* Windows that hold the slice, in (end, start) order: the first one, then the next after WIN. False
 * when there are no more. For tumbling just the window. Not for sessions. */
bool windowing_first(const struct windowing *w, struct bounds slice, struct bounds *win);
bool windowing_next(const struct windowing *w, struct bounds slice, struct bounds *win);
/* The last window (greatest end) that holds the slice: when that is forgotten, the slice is. */
struct bounds windowing_last(const struct windowing *w, struct bounds slice);

/* W = greatest event time - delay - 1 (Flink's BoundedOutOfOrdernessWatermarks); saturates. */
int64_t windowing_watermark(const struct windowing *w, int64_t max_ts);
static inline bool windowing_fired(struct bounds win, int64_t watermark)
{
	return watermark >= win.end - 1;
}
/* Fired, and no late event is taken any more: watermark >= end - 1 + lateness. */
bool windowing_forgotten(const struct windowing *w, struct bounds win, int64_t watermark);

/* What sp-window writes before an event, by the names of the two fields. */
enum bounds_kind {
	BOUNDS_NONE,
	BOUNDS_WINDOW,  /* window_start, window_end: tumbling windows, and all kinds with --expand */
	BOUNDS_SLICE,   /* slice_start, slice_end: hopping and cumulating windows */
	BOUNDS_SESSION, /* session_start, session_end */
};

/* Reads the two bounds if LINE begins with them, start before end, as windowing_write_bounds() writes them; white
 * space between the tokens is allowed. Sets *B, and *PREFIX to the number of bytes before the next name, so that "{"
 * and the rest of LINE are the event without its bounds. Returns their kind; BOUNDS_NONE if LINE does not begin with
 * bounds: *B and *PREFIX may have changed. */
enum bounds_kind windowing_read_bounds(struct span line, struct bounds *b, size_t *prefix);
enum { BOUNDS_TEXT_MAX = 128 };
/* Writes {"window_start":"...","window_end":"...", with the comma, and returns its length. KIND is not BOUNDS_NONE.
 * The caller takes the comma off before an empty event. */
size_t windowing_write_bounds(enum bounds_kind kind, struct bounds b, char out[BOUNDS_TEXT_MAX]);
/* The same where TEXT (N bytes) holds the bounds OLD of the same kind: quick when they differ by seconds, as those of
 * successive sessions do. N may be 0: TEXT is not set. */
size_t windowing_move_bounds(enum bounds_kind kind, struct bounds old, struct bounds b, char text[BOUNDS_TEXT_MAX],
	size_t n);
#endif
