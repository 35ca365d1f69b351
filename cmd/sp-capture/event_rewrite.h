/* event_rewrite.h -- an event put together anew, its time in front. */
#ifndef CAPTURE_EVENT_REWRITE_H
#define CAPTURE_EVENT_REWRITE_H
#include "sp-capture/event_time.h"

/* Puts RECORD's event into M->line, newline included: the time T, what is added, and the members of the old event
 * that stay, byte for byte. M->old is of this event. -1: out of memory. */
int event_rewrite(struct event_out *m, const struct record *record, const char *source,
	const struct event_time *t) MUST_USE;
#endif
