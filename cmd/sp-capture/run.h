/* run.h -- one run of sp-capture: records from a set of sources to standard output. */
#ifndef CAPTURE_RUN_H
#define CAPTURE_RUN_H
#include "sp-capture/event_out.h"
#include "sp-capture/source/source.h"
#include "stream/rejects.h"
#include "stream/status.h"
#include "stream/stop.h"

struct run {
	const struct options *options;
	struct writer out; /* standard output */
	struct event_out event_out;
	struct rejects rejects;
	struct status status;
	struct source_set set;
	unsigned formats; /* bit I: formats[I] is in use */
	const struct format *last_format;
	uint64_t shown_events; /* events at the last status line */
	int64_t shown_ms, start_ms;
	uint64_t since_done; /* records since done() of the sources was called */
	int failed;          /* exit status of the first source that failed; 0: none */
	bool output_failed;  /* an error that comes out of a source is the output's: it came through a hook */
};

/* Prepares a run over the operands of O, which are sources of O->type. -1: E; run_release() must be called all the
 * same. */
int run_init(struct run *r, const struct options *o, struct err *e) MUST_USE;
void run_release(struct run *r);
/* Reads the sources to their ends, to the limit, or until a signal; all output is complete. Returns the exit status, or
 * -1 with E. */
int run_all(struct run *r, struct err *e) MUST_USE;

static inline bool run_limit_reached(const struct run *r)
{
	return r->event_out.events >= r->options->limit;
}

/* ---- for the loops: run.c (unmerged) and run_merged.c ---- */

/* Opens S. NEXT_EVENT; NEXT_END: it cannot be opened, which was reported, and it is over; NEXT_ERROR: E ends the
 * run. */
enum next run_open(struct run *r, struct source *s, struct err *e) MUST_USE;
/* The next record of S: NEXT_EVENT with EVENT ready; NEXT_REJECTED with the reason in RECORD; NEXT_LATER; NEXT_END,
 * also for a source that has failed, which was reported; NEXT_ERROR: E ends the run. */
enum next run_next(struct run *r, struct source *s, struct record *record, struct event *event, struct err *e) MUST_USE;
/* Reports RECORD of S as rejected. */
int run_reject(struct run *r, const struct source *s, const struct record *record, struct err *e) MUST_USE;
/* S is over: closes it. */
int run_close(struct run *r, struct source *s, struct err *e) MUST_USE;
/* No source has a record now: writes out what is complete, and returns when there may be news. */
int run_wait(struct run *r, struct err *e) MUST_USE;
/* To be called after RECORDS more records: every so often writes out and lets the sources commit. */
int run_count(struct run *r, uint64_t records, struct err *e) MUST_USE;
/* True if the loop must end between two records: the set has changed, or a stop drops what was read ahead. */
static inline bool run_interrupted(const struct run *r)
{
	return r->set.changed || (stop_flag && r->set.type->stops_at_once);
}

/* run_status.c: sets up R->status; the sources must be initialised. */
void run_status_init(struct run *r);
/* run_status.c: notes that FORMAT (not NULL) is in use from now on. */
void run_status_format(struct run *r, const struct format *format);

/* run_merged.c: all sources of the set, merged by event time. 0, or -1 with E. */
int run_merged(struct run *r, struct err *e) MUST_USE;
#endif
