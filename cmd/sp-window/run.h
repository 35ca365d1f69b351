/* run.h -- the state of a run of sp-window. assign.c assigns events to windows; report.c writes messages and metrics;
 * state.c keeps the state at checkpoints. */
#ifndef WINDOW_RUN_H
#define WINDOW_RUN_H
#include "program/filter.h"
#include "sp-window/event_time.h"
#include "sp-window/keep.h"
#include "sp-window/options.h"

/* Values that are the same for all events of a slice (the time between two neighbouring starts or ends of windows).
 * They are computed when the first of these events is read. */
struct slice_cache {
	/* The values are valid for event times in [from_ms, to_ms). At the start this interval is empty. */
	int64_t from_ms, to_ms;
	struct bounds slice;
	/* If the watermark is at this time or later, no window of the slice takes events any more: its events are
	 * late. */
	int64_t forgotten_at_ms;
	char front[BOUNDS_TEXT_MAX]; /* the text that is written before an event: its bounds */
	size_t front_n;              /* length of the text in `front` */
};

struct run {
	const struct config *config;
	const struct windowing *windowing; /* &config->windowing */
	struct filter filter;
	struct stage_hooks stage; /* set by state_hooks() */
	struct event_time event_time;
	struct keep keep;
	struct buf scratch; /* the control line that is being written */

	/* Event times; INT64_MIN before the first event. */
	int64_t max_ts;       /* the greatest event time so far */
	int64_t watermark;    /* watermark_of(max_ts); greater if --idle-close has closed windows */
	int64_t next_edge_ms; /* when the watermark reaches this, a watermark line is written */
	bool windowing_written;

	struct slice_cache cache;

	/* The greatest event time that --max-ahead allows, computed when the clock was last read. */
	int64_t latest_now_ms;
	int64_t newest_end_ms; /* greatest end of a window that has an event; INT64_MIN if there is none */
	int64_t first_end_ms;  /* smallest end of a window that has an event; INT64_MAX if there is none */
	bool any_fired;        /* a window with an event has fired */
	bool silence_reported; /* report_silence() has printed its message */

	uint64_t events; /* read in this run and not rejected */
	/* Events set aside as late, and as ahead of the clock. `events` includes both. */
	uint64_t late, ahead;
	struct {
		uint64_t events, late, ahead;
	} earlier; /* the same of earlier runs of the job (checkpoints) */
	/* For the message about late events. Of all late events, take the one that was furthest behind the newest event
	 * read before it. closer_gap_ms says how far behind it was. The newest event read before it has the time
	 * closer_ts and came from the line with the number closer_line. */
	int64_t closer_ts, closer_gap_ms;
	uint64_t closer_line;
	uint64_t max_line;      /* number of the line whose event has the time max_ts */
	int64_t first_event_ms; /* when the first event was read, by the monotonic clock */
	int64_t idle_since_ms; /* when the last pause of the input began, by the monotonic clock; 0 if there was none */
	uint64_t idle_lines;   /* lines read until the last pause began */
	bool idle_closed;      /* --idle-close has closed the windows in this pause */
};

/* ---- assign.c ---- */

/* The hook filter_hooks.event; ARG is the struct run. Reads the time of the event, writes the event with the bounds of
 * its slice, and moves the watermark. A late event goes to the file of --late instead, if there is one. Returns 0, or
 * -1 with E set. */
int assign_line(void *arg, const struct line *line, struct err *e) MUST_USE;

/* Passes on the control line LINE. Drops windowing, watermark and end lines, which come from an earlier sp-window.
 * Returns 0, or -1 with E set. */
int assign_control(struct run *r, enum control_kind kind, struct span line, struct err *e) MUST_USE;

/* Writes the end line. Called at the end of the input. If the input was cut off, prints a message instead and returns
 * EX_TEMPFAIL. Otherwise returns 0, or -1 with E set. */
int assign_end(struct run *r, struct err *e) MUST_USE;

/* Completes all windows (--idle-close): moves the watermark to W and writes a watermark line. W is 1 ms before the end
 * of the last window that has an event. Does nothing if the watermark is W or later. Returns 0, or -1 with E set. */
int assign_idle(struct run *r, struct err *e) MUST_USE;

/* Returns the next watermark at which a window may end or stop taking late events (an edge). Returns INT64_MAX for
 * sessions: their ends depend on the keys of events, which only sp-agg knows. */
int64_t assign_next_edge(const struct run *r);

/* ---- state.c ---- */

/* Fills r->stage with the hooks that save and load R. */
void state_hooks(struct run *r);

/* ---- report.c ---- */

/* The hooks describe, metrics and report of struct filter_hooks, in this order. ARG is the struct run. */
void report_describe(void *arg, struct buf *out);
void report_metrics(void *arg, struct buf *out);
void report_left_out(void *arg);

/* If no window has fired 30 s after the first event came, prints a message that explains why. Prints the message once
 * only. It is called often, before each wait for input and after about every thousand lines, so it must be cheap. */
void report_silence(struct run *r);
#endif
