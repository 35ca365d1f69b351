/* windowing.h -- the arithmetic of windows and slices, the same for every program.
 *
 * A window is an interval [start, end) of event time, in milliseconds. Tumbling windows follow one another. Hopping
 * windows start every ADVANCE and overlap. Cumulating windows start together and end every ADVANCE, up to SIZE. A
 * session ends GAP after the last event of its key. Definitions: Flink, "Windowing table-valued functions", and
 * TimeWindow.getWindowStartWithOffset().
 *
 * A slice is the interval between two neighbouring edges: starts or ends of any windows. So each window consists of
 * whole slices, and each event is in one slice: sp-agg adds it to one group, however many windows hold it (Li et al.,
 * "No pane, no gain", SIGMOD Record 34(1), 2005; Carbone et al., "Cutty", CIKM 2016). For a session, the slice of an
 * event at ts is [ts, ts + gap); sp-agg merges slices that overlap.
 *
 * A window fires when the watermark (watermark.h) reaches its end: its result is complete. It is forgotten when the
 * lateness has passed as well: its state is freed, and further events for it are late.
 *
 * In a zone, days, weeks (from Monday), months, quarters and years begin at local midnight. Durations are counted on
 * the local wall clock. grid.c has the rules for the days on which clocks are changed. */
#ifndef WINDOW_WINDOWING_H
#define WINDOW_WINDOWING_H
#include "base/buf.h"
#include "text/time.h"
#include "window/bounds.h"
#include "window/grid.h"
#include "window/length.h"
#include <stdbool.h>
#include <stdint.h>

enum window_kind {
	WINDOW_TUMBLING,
	WINDOW_HOPPING,
	WINDOW_CUMULATE,
	WINDOW_SESSION,
};

struct windowing {
	/* Set by the caller; a field that the kind does not use is zero. Durations are in ms. */
	enum window_kind kind;
	struct window_length size, advance; /* advance: hopping and cumulating windows */
	int64_t gap;                        /* sessions */
	int64_t offset;                     /* how much later windows start; may be negative; smaller than the size */
	int64_t delay;                      /* how far events may be out of order */
	int64_t lateness;                   /* how long a window accepts events after it has fired */
	char tz[64];                        /* "" becomes "UTC" */
	char time[256], time_format[64];    /* --time and --time-format of sp-window; not used here */
	/* Set by windowing_init(). */
	struct zone *zone;          /* NULL for UTC; owned */
	struct window_grid windows; /* steps of the size: where tumbling and cumulating windows start */
	struct window_grid slices;  /* steps of the advance; without an advance, the same as `windows` */
	int64_t window_steps;       /* hopping: size / advance, rounded down; 0 for months that advance by day */
	int64_t rest;               /* hopping: size modulo advance, ms; 0 if the advance divides the size */
};

/* Checks that the fields make sense together (for example, that the advance divides the size), opens the zone and sets
 * the other fields. Returns 0; the caller must then call windowing_release(). Returns -1 with E set (EX_USAGE) if a
 * field is wrong. */
int windowing_init(struct windowing *w, struct err *e) MUST_USE;
/* Closes the zone. A zeroed *W may be released. */
void windowing_release(struct windowing *w);

/* Returns the slice that holds TS: for tumbling windows the window, for sessions [TS, TS + gap). */
struct bounds windowing_slice(const struct windowing *w, int64_t ts);

/* Visit the windows that hold SLICE, in the order of their ends, then starts. windowing_first() sets *WIN to the first
 * window and always returns true. windowing_next() sets *WIN to the next window, or returns false if *WIN was the last
 * one. W must not be of WINDOW_SESSION. */
bool windowing_first(const struct windowing *w, struct bounds slice, struct bounds *win);
bool windowing_next(const struct windowing *w, struct bounds slice, struct bounds *win);

/* Returns the window that holds SLICE and has the greatest end. Once this window is forgotten, events of SLICE are late
 * for all their windows. */
struct bounds windowing_last(const struct windowing *w, struct bounds slice);

/* Returns true if WIN has fired at WATERMARK: no more events are expected for it. Flink's EventTimeTrigger fires at the
 * same watermark, end - 1. */
static inline bool windowing_fired(struct bounds win, int64_t watermark)
{
	return watermark >= win.end - 1;
}

/* Returns true if WIN is forgotten at WATERMARK: it has fired, and W's lateness has passed since. */
bool windowing_forgotten(const struct windowing *w, struct bounds win, int64_t watermark);
#endif
