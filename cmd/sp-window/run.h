/* run.h -- the state of a run of sp-window, and what is done with it: assigning events to windows (assign.c) and
 * reporting (report.c). */
#ifndef WINDOW_RUN_H
#define WINDOW_RUN_H
#include "program/filter.h"
#include "sp-window/event_time.h"
#include "sp-window/keep.h"
#include "sp-window/options.h"

/* What is the same for all events of a slice, computed when the first of them comes. */
struct slice_cache {
	int64_t from_ms, to_ms; /* holds for event times of [from_ms, to_ms); empty at the start */
	struct bounds slice;
	int64_t forgotten_at_ms;     /* from this watermark on, events of the slice are late for all its windows */
	char front[BOUNDS_TEXT_MAX]; /* the text of its bounds, of front_n bytes */
	size_t front_n;
};

struct run {
	const struct config *config;
	const struct windowing *windowing; /* of config */
	struct filter filter;
	struct event_time event_time;
	struct keep keep;
	struct buf scratch; /* the control line in hand */

	/* Event time. INT64_MIN: no event yet. */
	int64_t max_ts;       /* the greatest event time so far */
	int64_t watermark;    /* watermark_of(max_ts), or later after --idle-close */
	int64_t next_edge_ms; /* from this watermark on, a watermark line is due */
	bool windowing_written;

	struct slice_cache cache;

	int64_t latest_now_ms; /* --max-ahead: event times up to here were within the limit when last checked */
	int64_t newest_end_ms; /* the end of the last window that has an event; INT64_MIN: none has */
	int64_t first_end_ms;  /* the end of the first window that has one; INT64_MAX: none has. For messages */
	bool any_fired;        /* a window with an event has fired */
	bool silence_reported;

	uint64_t events;        /* read and not rejected */
	uint64_t late, ahead;   /* of them, set aside: late; ahead of the clock */
	int64_t first_event_ms; /* when the first event came; monotonic, like: */
	int64_t idle_since_ms;  /* when the input began to pause; 0: it has not yet */
	uint64_t idle_lines;    /* lines read until then */
	bool idle_closed;       /* --idle-close has closed the windows in this pause */
};

/* ---- assign.c ---- */

/* Hook of the filter for a line that is not a control line; ARG is the run. Reads the event's time, writes the event
 * with the bounds of its slice or sets it aside, then moves the watermark. */
int assign_line(void *arg, const struct line *line, struct err *e) MUST_USE;

/* Passes a control line on, unless it is of an earlier sp-window: this one writes its own. */
int assign_control(struct run *r, enum control_kind kind, struct span line, struct err *e) MUST_USE;

/* Moves the watermark to the end of the last window that has an event, so that all windows fire (--idle-close). */
int assign_idle(struct run *r, struct err *e) MUST_USE;

/* ---- report.c ---- */

/* Hooks of the filter; ARG is the run. */
void report_describe(void *arg, struct buf *out);
void report_metrics(void *arg, struct buf *out);
void report_left_out(void *arg);

/* Says once why no window has fired, if that takes long. Cheap: to be called now and then. */
void report_silence(struct run *r);
#endif
