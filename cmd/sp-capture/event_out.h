/* event_out.h -- from records to the events that are written: checked, their time first, fields added. */
#ifndef CAPTURE_EVENT_OUT_H
#define CAPTURE_EVENT_OUT_H
#include "sp-capture/event_state.h"

/* An event that is ready to be written. */
struct event {
	int64_t ms;       /* its time */
	struct span text; /* in the record, or in event_out.line until the next event_out_prepare() */
	bool in_place;    /* TEXT is in a read buffer and may be written later, as a part of event_out.run */
	bool bare;        /* TEXT has no newline yet */
};

/* Prepares M to write to OUT. Returns 0, or -1: --time is not an expression (EX_USAGE), or EX_OSERR.
 * event_out_release() must be called in any case. */
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
