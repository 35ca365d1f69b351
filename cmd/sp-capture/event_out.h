/* event_out.h -- makes an event of each record and writes it: checks it, puts its time first, adds fields. */
#ifndef CAPTURE_EVENT_OUT_H
#define CAPTURE_EVENT_OUT_H
#include "sp-capture/event_state.h"

/* An event that is ready to be written. */
struct event {
	int64_t ms;         /* its time */
	struct span text;   /* in the record, or in event_out.line until the next event_out_prepare() */
	bool in_place;      /* TEXT is in a read buffer and may be written later, as a part of event_out.pending */
	bool needs_newline; /* TEXT does not end with a newline yet */
};

/* Prepares OUTPUT to write to WRITER. The caller must call event_out_release(), even after a failure. Returns 0, or -1
 * with E set: EX_USAGE if --time is not an expression or too many fields are added, EX_OSERR if memory is exhausted. */
int event_out_init(struct event_out *output, const struct options *o, struct writer *writer, struct err *e) MUST_USE;
void event_out_release(struct event_out *output);

/* Makes an event of RECORD, which comes from the source NAME. Returns
 * - NEXT_EVENT: *OUT is set;
 * - NEXT_REJECTED: the kind and the reason of RECORD are set;
 * - NEXT_ERROR with E set: memory is exhausted, or the program has a fault (EX_SOFTWARE). */
enum next event_out_prepare(struct event_out *output, struct record *record, const char *name, struct event *out,
	struct err *e) MUST_USE;
/* Writes EVENT. The text of an event that is in place is not copied yet: the caller must call event_out_settle() before
 * the read buffer changes. Returns 0, or -1 with E set if the output failed. */
int event_out_write(struct event_out *output, const struct event *event, struct err *e) MUST_USE;
/* Passes the events that are still in the read buffer to the writer. Returns 0, or -1 with E set if the output
 * failed. */
int event_out_settle(struct event_out *output, struct err *e) MUST_USE;
#endif
