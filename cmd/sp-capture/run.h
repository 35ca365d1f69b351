/* run.h -- one run of sp-capture: what all ways of reading share. */
#ifndef CAPTURE_RUN_H
#define CAPTURE_RUN_H
#include "sp-capture/event_out.h"
#include "sp-capture/source/file.h"
#include "stream/rejects.h"
#include "stream/status.h"

struct run {
	const struct options *options;
	struct writer out;
	struct event_out event_out;
	struct rejects rejects;
	struct status status;
	struct source *sources; /* owned; operands in their order (none when following) */
	size_t source_count;
	uint64_t finished_bytes; /* of sources that are over, to show progress */
	uint64_t total_bytes;    /* 0: not known */
	unsigned formats;        /* bit i: formats[i] is in use */
	const struct format *last_format;
	uint64_t shown_events; /* at the last status line */
	int64_t shown_ms, start_ms;
	int failed;         /* exit status of the first source that failed; 0 */
	bool output_failed; /* an error came out of a hook, so it is no source's */
};

int run_init(struct run *r, const struct options *c, struct err *e) MUST_USE;
void run_release(struct run *r);
/* Everything out and closed: the exit status, or -1 with E. */
int run_finish(struct run *r, struct err *e) MUST_USE;
/* After a failure, while the sources are open: what was complete before it is written, if it can be. (What came
 * from Kafka is not: it comes again, as its offsets were not committed.) */
void run_abandon(struct run *r);

static inline bool run_limit_reached(const struct run *r)
{
	return r->event_out.events >= r->options->limit;
}

/* Opens SOURCE with the run's hooks. A source that cannot be opened is reported and over: 0; else 1; -1 with
 * E when the run cannot go on. */
int run_open(struct run *r, struct source *s, struct err *e) MUST_USE;
/* Sets the hooks of a source that was opened by other means. */
void run_hooks(struct run *r, struct source *s);
/* The next record of SOURCE: 1 with EVENT ready; 2 with RECORD rejected; 0 at its end (a source that
 * fails is reported and at its end); NEXT_LATER; -1 with E when the run cannot go on. */
int run_next(struct run *r, struct source *s, struct record *record, struct event *event, struct err *e) MUST_USE;
/* Reports RECORD as no event. */
int run_reject(struct run *r, const struct source *s, const struct record *record, struct err *e) MUST_USE;
/* Takes one record of SOURCE straight to the output: 1, 0, NEXT_LATER, -1 as above. */
int run_take(struct run *r, struct source *s, struct err *e) MUST_USE;
/* SOURCE is over: closes it. */
int run_close(struct run *r, struct source *s, struct err *e) MUST_USE;
/* Output goes out before a wait, and the status is shown. */
int run_pause(struct run *r, struct err *e) MUST_USE;

/* The ways of reading; 0, or -1 with E. */
int run_in_order(struct run *r, struct err *e) MUST_USE; /* one after the other */
int run_merged(struct run *r, struct err *e) MUST_USE;   /* by event time */
int run_follow(struct run *r, struct err *e) MUST_USE;   /* as lines arrive */
#endif
