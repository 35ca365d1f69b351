/* time_reader.h -- the event time of an event, and where the watermark follows it. */
#ifndef AGG_TIME_READER_H
#define AGG_TIME_READER_H
#include "sp-agg/event.h"
#include "sp-agg/plan.h"

struct time_reader {
	const struct plan *plan;           /* borrowed */
	const struct windowing *windowing; /* borrowed; NULL: the stream has no windowing line */
	enum bounds_kind kind;             /* of the stream's events; BOUNDS_NONE before the first event */
	int expr;                          /* of the path where events have their time */
	const struct span *text;           /* exprs_text() of it */
	struct time_format *format;        /* owned */
	struct time_minute minute_cache;
	int64_t last_ts; /* of the last event that was taken, INT64_MIN before; set by the caller */
	bool needed;     /* something depends on the time of events */
	/* Hopping and cumulating windows: the watermark follows the events' own times. */
	bool tracks_time;
	int64_t next_edge_ms; /* the watermark at which a window next fires or is forgotten */
};

/* Prepares reading times for PLAN. WINDOWING is NULL before there is a windowing line; called again with it when there
 * is one. T was zeroed at first. -1: EX_DATAERR or EX_OSERR. */
int time_reader_open(struct time_reader *t, const struct plan *plan, const struct windowing *windowing,
	struct err *e) MUST_USE;
void time_reader_release(struct time_reader *t);

/* Sets the time of EV, which exprs_event() was given; T is needed. -1: EX_DATAERR, it has no time that can be read. */
int time_reader_read(struct time_reader *t, struct event *ev, struct err *e) MUST_USE;
/* Returns true if the last event's time moves the watermark past the end, or the forgetting, of a window: *WATERMARK is
 * the new one. */
bool time_reader_passes_edge(struct time_reader *t, int64_t *watermark);
#endif
