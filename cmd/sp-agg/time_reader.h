/* time_reader.h -- reads the time of an event. In a stream of slices, also computes the watermark from it. */
#ifndef AGG_TIME_READER_H
#define AGG_TIME_READER_H
#include "sp-agg/event.h"
#include "sp-agg/plan.h"

struct time_reader {
	const struct plan *plan;           /* borrowed */
	const struct windowing *windowing; /* borrowed; NULL: the stream has no windowing line */
	enum bounds_kind kind;             /* kind of bounds in the stream; BOUNDS_NONE before the first event */
	int expr;                          /* number of the expression for the path of the time */
	const struct span *text;           /* what exprs_text() returned for expr */
	struct time_format *format;        /* owned */
	struct time_minute minute_cache;
	/* The time of the last event that was taken; INT64_MIN before the first one. The caller sets it. */
	int64_t last_ts;
	bool needed; /* true if something depends on the times of events */
	/* True for hopping and cumulating windows: the watermark follows the times of events. */
	bool tracks_time;
	int64_t next_edge_ms; /* the next watermark at which a window fires or is forgotten */
};

/* Prepares T for PLAN. It is called first with WINDOWING NULL and T zeroed, and again when there is a windowing line.
 * Returns 0; -1 with E set (EX_DATAERR or EX_OSERR). */
int time_reader_open(struct time_reader *t, const struct plan *plan, const struct windowing *windowing,
	struct err *e) MUST_USE;
void time_reader_release(struct time_reader *t);

/* Sets the time of EV, the event that exprs_event() was given last. Called only if t->needed. Returns 0; -1 with E set
 * (EX_DATAERR) if the time cannot be read. */
int time_reader_read(struct time_reader *t, struct event *ev, struct err *e) MUST_USE;
/* Returns true if the time of the last event moves the watermark past an instant at which a window fires or is
 * forgotten. Sets *WATERMARK to the new watermark then. */
bool time_reader_passes_edge(struct time_reader *t, int64_t *watermark);
#endif
