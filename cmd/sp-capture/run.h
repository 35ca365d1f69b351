/* run.h -- one run of sp-capture: reads the records of a set of sources and writes events to standard output. */
#ifndef CAPTURE_RUN_H
#define CAPTURE_RUN_H
#include "base/fault.h"
#include "sp-capture/event_out.h"
#include "sp-capture/source/source.h"
#include "stream/rejects.h"
#include "stream/status.h"
#include "stream/stop.h"

struct run;

/* What checkpoints do in a run (checkpoint/checkpoint.c). Both functions return 0, or -1 with E set. */
struct run_checkpoints {
	/* Called after at most RUN_CHECKPOINT_RECORDS records. */
	int (*poll)(void *arg, struct run *r, struct err *e);
	/* Called after the last record, before the output is completed. */
	int (*finish)(void *arg, struct run *r, struct err *e);
	void *arg; /* borrowed */
};

enum { RUN_CHECKPOINT_RECORDS = 256 };

struct run {
	const struct options *options;             /* borrowed */
	const struct run_checkpoints *checkpoints; /* NULL: none; borrowed */
	struct writer out;                         /* standard output */
	struct event_out event_out;
	struct rejects rejects;
	struct status status;
	struct source_set set;
	unsigned formats;                 /* bit I is set: a source had the format formats[I] (format/table.c) */
	const struct format *last_format; /* the format that was noted last in FORMATS */
	uint64_t shown_events;            /* events written when the last status line was made */
	int64_t shown_ms, start_ms;       /* monotonic times of the last status line and of the start */
	uint64_t since_done;              /* records since source_type.done() was called */
	int failed;                       /* exit status of the first source that failed; 0: none failed */
	/* Standard output failed. A source can return this failure as its own error, because it calls hooks of the run,
	 * and these write to standard output. */
	bool output_failed;
};

/* Prepares a run over the operands of O, which are sources of O->type. C may be NULL (no checkpoints). The caller must
 * call run_release(), even after a failure. Returns 0, or -1 with E set. */
int run_init(struct run *r, const struct options *o, const struct run_checkpoints *c, struct err *e) MUST_USE;
void run_release(struct run *r);
/* Reads the sources to their ends, to the limit, or until a signal, and completes all output. Returns the exit status,
 * or -1 with E set. */
int run_all(struct run *r, struct err *e) MUST_USE;

/* Returns true if --limit events were written. */
static inline bool run_limit_reached(const struct run *r)
{
	return r->event_out.events >= r->options->limit;
}

/* ---- for the loops: run.c (unmerged) and run_merged.c ---- */

/* Opens S if it is not open. Returns NEXT_EVENT if S is open now. If opening failed, returns NEXT_ERROR with E set if
 * the run must end, NEXT_LATER if S can be tried again, or else NEXT_END. */
enum next run_open(struct run *r, struct source *s, struct err *e) MUST_USE;
/* Reads the next record of S and prepares its event. Returns
 * - NEXT_EVENT: *EVENT is ready to be written;
 * - NEXT_REJECTED: the kind and the reason of *RECORD are set;
 * - NEXT_LATER: S has no record now;
 * - NEXT_END: S is at its end;
 * - NEXT_ERROR with E set: the run must end. If S failed but the run can continue, the failure is reported on standard
 *   error. The result is then NEXT_LATER if S can be asked again (source_type.outlives_errors), else NEXT_END. */
enum next run_next(struct run *r, struct source *s, struct record *record, struct event *event, struct err *e) MUST_USE;
/* Reports RECORD of S as rejected. Returns 0, or -1 with E set if the file of --reject cannot be written. */
int run_reject(struct run *r, const struct source *s, const struct record *record, struct err *e) MUST_USE;
/* Closes S, which will not be read again. Returns 0, or -1 with E set if the output failed. */
int run_close(struct run *r, struct source *s, struct err *e) MUST_USE;
/* Writes out all events so far and waits until there may be records again. Called when no source has a record. Returns
 * 0, or -1 with E set. */
int run_wait(struct run *r, struct err *e) MUST_USE;
/* Notes that RECORDS more records were read. After every few thousand records, writes out all events and calls
 * source_type.done(), if the type of the sources has that function. Returns 0, or -1 with E set. */
int run_count(struct run *r, uint64_t records, struct err *e) MUST_USE;
/* Returns true if the loop must end early and drop the records that were read ahead. That is so if the list of sources
 * has changed. It is also so if the program was asked to stop, and the next run reads these records again. */
static inline bool run_interrupted(const struct run *r)
{
	bool again = r->set.type->stops_at_once || (r->checkpoints && !fault_mutant("lookahead-not-dropped"));
	return r->set.changed || (stop_flag && again);
}

/* In run_status.c: sets up R->status. The sources must be initialised. */
void run_status_init(struct run *r);
/* In run_status.c: notes the format of S, which is NULL if it is not decided yet. If S is read as text because no
 * format fits its lines, prints a message about S. Only the first such source of a run gets the message. */
void run_status_format(struct run *r, const struct source *s);

/* In run_merged.c: reads all sources of the set, merged by event time. Returns 0, or -1 with E set. */
int run_merged(struct run *r, struct err *e) MUST_USE;
#endif
