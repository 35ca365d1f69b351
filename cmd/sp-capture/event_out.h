/* event_out.h -- from records to the events that are written: checked, their time first, fields added. */
#ifndef CAPTURE_EVENT_OUT_H
#define CAPTURE_EVENT_OUT_H
#include "expr/expr.h"
#include "sp-capture/options.h"
#include "stream/writer.h"

/* Members of an event that may be replaced, by their place in event_out.old: ts, ts_source, then one for each added
 * name. */
enum { EVENT_OUT_TS, EVENT_OUT_TS_SOURCE, EVENT_OUT_ADDED };

struct event_out {
	const struct options *options; /* borrowed */
	struct writer *out;            /* borrowed */
	struct exprs *exprs;           /* owned: the expression of --time; NULL: not given, or it is "now" */
	struct json_checker checker;
	struct json_paths *pick; /* owned: finds all members that may be replaced in one pass */
	struct span *old;        /* owned: their values in the current event; SPAN_NONE: it has no such member */
	struct time_minute minute_cache;
	struct buf line;  /* an event that had to be rewritten */
	struct buf value; /* a time that --time computed */
	struct span
		run; /* unchanged events in the read buffer, one directly after the other, that are not written yet */
	uint64_t events; /* written, those of RUN included */
};

/* An event that is ready to be written. */
struct event {
	int64_t ms;       /* its time */
	struct span text; /* in the record, or in event_out.line until the next event_out_prepare() */
	bool in_place;    /* TEXT is in a read buffer and may be written later, as a part of event_out.run */
	bool bare;        /* TEXT has no newline yet */
};

/* Prepares M to write to OUT. Returns 0, or -1: --time is not an expression (EX_USAGE), or EX_OSERR. event_out_release()
 * must be called in any case. */
int event_out_init(struct event_out *m, const struct options *o, struct writer *out, struct err *e) MUST_USE;
void event_out_release(struct event_out *m);

/* Makes an event of RECORD, which the source NAME gave. Returns NEXT_EVENT and sets *OUT; NEXT_REJECTED and sets the
 * record's kind and why; or NEXT_ERROR with E. */
enum next event_out_prepare(struct event_out *m, struct record *record, const char *name, struct event *out,
	struct err *e) MUST_USE;
/* Writes an event. One that is in place is only noted: event_out_settle() must be called before its buffer changes. */
int event_out_write(struct event_out *m, const struct event *event, struct err *e) MUST_USE;
/* Gives the noted events to the writer. Returns 0, or -1 with E. */
int event_out_settle(struct event_out *m, struct err *e) MUST_USE;
#endif
