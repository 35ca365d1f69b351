/* event_out.h -- checks each record, makes an event of it with the time first and the added fields, and writes the
 * event. */
#ifndef CAPTURE_EVENT_OUT_H
#define CAPTURE_EVENT_OUT_H
#include "sp-capture/event_state.h"

/* An event that is ready to be written. */
struct event {
	int64_t ms; /* the time, in milliseconds since 1970 */
	/* The line of the event. It points into the record, or into event_out.line, which the next event_out_prepare()
	 * changes. */
	struct span text;
	/* TEXT is in a read buffer, and can become a part of event_out.pending without a copy. */
	bool in_place;
	bool needs_newline; /* TEXT does not end with a newline yet */
};

/* Prepares OUTPUT to write to WRITER. The caller must call event_out_release(), even after a failure. Returns 0, or -1
 * with E set: EX_USAGE if --time is not a valid expression or too many fields are added, EX_OSERR if memory is
 * exhausted. */
int event_out_init(struct event_out *output, const struct options *o, struct writer *writer, struct err *e) MUST_USE;
void event_out_release(struct event_out *output);

/* Makes an event of RECORD, which comes from the source NAME. Returns
 * - NEXT_EVENT: *OUT is set;
 * - NEXT_REJECTED: the kind and the reason of RECORD are set;
 * - NEXT_ERROR with E set: memory is exhausted, or the program has a fault (EX_SOFTWARE). */
enum next event_out_prepare(struct event_out *output, struct record *record, const char *name, struct event *out,
	struct err *e) MUST_USE;
/* Writes EVENT. If EVENT->in_place is set, the text is only noted and not copied. The caller must then call
 * event_out_settle() before the read buffer changes. Returns 0, or -1 with E set if the output failed. */
int event_out_write(struct event_out *output, const struct event *event, struct err *e) MUST_USE;
/* Passes the events that are still in the read buffer to the writer. Returns 0, or -1 with E set if the output
 * failed. */
int event_out_settle(struct event_out *output, struct err *e) MUST_USE;
#endif
