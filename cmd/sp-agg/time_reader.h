/* time_reader.h -- reads the times of events. In a stream of slices, also computes the watermark from the times. */
#ifndef AGG_TIME_READER_H
#define AGG_TIME_READER_H
#include "sp-agg/event.h"
#include "sp-agg/plan.h"

struct time_reader {
	const struct plan *plan;           /* borrowed */
	const struct windowing *windowing; /* borrowed; NULL: the stream has no windowing line */
	enum bounds_kind kind;             /* kind of bounds in the stream; BOUNDS_NONE before the first event */
	int expr;                          /* number of the expression for the path of the time */
	const struct span *text;           /* where exprs_event() puts the text of the time */
	struct time_format *format;        /* owned */
	struct time_minute minute_cache;
	/* The time of the last event; INT64_MIN: no event yet. The caller sets this time after an event that was not
	 * rejected. time_reader_read_rejected() sets the time after an event that was rejected. */
	int64_t last_ts;
	bool needed; /* a function or the watermark depends on the times of events */
	/* True for hopping and cumulating windows, whose watermark is computed from the times of events. */
	bool tracks_time;
	/* The earliest event time that can make a window fire, or let its groups be freed. */
	int64_t next_ts;
};

/* Prepares T for PLAN. The first call is for a zeroed T and with WINDOWING NULL. If there is a windowing line, a second
 * call gets its contents. Returns 0, or -1 with E set (EX_DATAERR or EX_OSERR). */
int time_reader_open(struct time_reader *t, const struct plan *plan, const struct windowing *windowing,
	struct err *e) MUST_USE;
void time_reader_release(struct time_reader *t);

/* Sets the time of EV, the event that exprs_event() was given last. Called only if t->needed. Returns 0, or -1 with E
 * set (EX_DATAERR) if a function needs the time and the time cannot be read. If no function needs the time, a time that
 * cannot be read becomes INT64_MIN. */
int time_reader_read(struct time_reader *t, struct event *ev, struct err *e) MUST_USE;
/* Sets t->last_ts to the time of EV, a rejected event of a slice, because sp-window has moved its watermark by this
 * time. If the time cannot be read, sets t->last_ts to the start of the slice. BODY is the event without its bounds.
 * IS_JSON says that exprs_event() has accepted BODY. */
void time_reader_read_rejected(struct time_reader *t, struct event *ev, struct span body, bool is_json);
/* Returns true if the time of the last event moves the watermark so far that a window may fire, or its groups may be
 * freed. Then sets *WATERMARK to the new watermark. */
bool time_reader_passes_edge(struct time_reader *t, int64_t *watermark);
#endif
