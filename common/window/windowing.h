/* windowing.h -- the arithmetic of windows and slices, the same for every program.
 *
 * A window is an interval [start, end) of event time, in milliseconds. Tumbling windows follow one another; hopping
 * ones start every ADVANCE and overlap; cumulating ones start together and end every ADVANCE, up to SIZE; a session
 * lasts until no event of its key has come for GAP. Definitions: Flink, "Windowing table-valued functions", and
 * TimeWindow.getWindowStartWithOffset().
 *
 * A slice is the interval between two neighbouring edges, an edge being the start or the end of any window. So each
 * window is a run of whole slices, an event is in one slice only, and sp-agg adds it to one group however many
 * windows hold it (Li et al., "No pane, no gain", SIGMOD Record 34(1), 2005; Carbone et al., "Cutty", CIKM 2016). A
 * session is [ts, ts + gap) here; sp-agg merges those that overlap.
 *
 * In a zone, days, weeks (from Monday) and months begin at local midnight, and durations are counted on the local
 * wall clock: grid.c has the rules for the days on which clocks are changed. */
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

/* A duration, or a unit of the calendar, whose length varies. */
struct window_length {
	int64_t ms; /* if unit is LENGTH_MS */
	enum { LENGTH_MS, LENGTH_DAY, LENGTH_WEEK, LENGTH_MONTH } unit;
};

/* Reads TEXT, "day", "week", "month" or a duration such as "10m". Returns 0, or -1 with E set (EX_USAGE). */
int window_length_parse(const char *text, struct window_length *out, struct err *e) MUST_USE;

struct windowing {
	/* Set by the caller; zero where it does not apply. Durations are in ms. */
	enum window_kind kind;
	struct window_length size, advance; /* advance: hopping and cumulating windows */
	int64_t gap;                        /* sessions */
	int64_t offset;                     /* by which windows start later; any sign, less than size */
	int64_t delay;                      /* how far events may be out of order */
	int64_t lateness;                   /* how long after it fired a window still accepts events */
	char tz[64];                        /* "" becomes "UTC" */
	char time[256], time_format[64];    /* where sp-window found event time, for the record */
	/* Set by windowing_init(). */
	struct zone *zone;          /* NULL for UTC; owned */
	struct window_grid windows; /* tumbling, cumulating: where windows start */
	struct window_grid slices;  /* hopping, cumulating: where slices may start */
	int64_t window_slices;      /* hopping: slices in a window; 0 for a month, which has 28 to 31 days */
	int64_t rest; /* hopping: what is left of the size after whole advances, ms; 0 if they divide it */
};

/* Checks that the fields make sense together (sizes positive, the advance divides the size, ...), opens the zone and
 * sets the other fields. Returns 0; windowing_release() is due then. Returns -1 with E set (EX_USAGE). */
int windowing_init(struct windowing *w, struct err *e) MUST_USE;
/* A zeroed *W may be released. */
void windowing_release(struct windowing *w);

/* Returns the slice that holds TS. Of tumbling windows it is the window, of sessions [ts, ts + gap). */
struct bounds windowing_slice(const struct windowing *w, int64_t ts);

/* The windows that hold SLICE, in the order of their ends, then starts. windowing_first() sets *WIN to the first one
 * and returns true; windowing_next() moves *WIN on, or returns false if it was the last one. Not for sessions. */
bool windowing_first(const struct windowing *w, struct bounds slice, struct bounds *win);
bool windowing_next(const struct windowing *w, struct bounds slice, struct bounds *win);

/* Returns the last window that holds SLICE, the one with the greatest end: when it is forgotten, so is the slice. */
struct bounds windowing_last(const struct windowing *w, struct bounds slice);

/* Returns true if WIN is complete at WATERMARK, so that its result is due: as Flink's EventTimeTrigger, from end - 1
 * on. */
static inline bool windowing_fired(struct bounds win, int64_t watermark)
{
	return watermark >= win.end - 1;
}

/* Returns true if WIN's lateness is over too: its state may go, and events for it are late. */
bool windowing_forgotten(const struct windowing *w, struct bounds win, int64_t watermark);
#endif
