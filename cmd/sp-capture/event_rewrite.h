/* event_rewrite.h -- builds a new line for an event, with the time first. */
#ifndef CAPTURE_EVENT_REWRITE_H
#define CAPTURE_EVENT_REWRITE_H
#include "sp-capture/event_time.h"

/* Sets OUTPUT->line to the event of RECORD as it will be written, with a newline: first the time T, then the added
 * fields, then byte for byte all members of the old event that are not replaced. If the old event has a member ts from
 * which T was not read, that member is kept under the name ts_source. OUTPUT->old_values must be set for this event.
 * NAME is the name of the source, for --source-field. Returns 0, or -1 if memory is exhausted. */
int event_rewrite(struct event_out *output, const struct record *record, const char *name,
	const struct event_time *t) MUST_USE;
#endif
