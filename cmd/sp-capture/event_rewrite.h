/* event_rewrite.h -- writes an event anew, with its time first. */
#ifndef CAPTURE_EVENT_REWRITE_H
#define CAPTURE_EVENT_REWRITE_H
#include "sp-capture/event_time.h"

/* Sets M->line to RECORD's event as it is to be written, with its newline: the time T, the added fields, and all
 * members of the old event that are not replaced, byte for byte. An old ts that is not the time stays, renamed to
 * ts_source. M->old must be set for this event; NAME is the source, for --source-field. Returns 0, or -1: out of
 * memory. */
int event_rewrite(struct event_out *m, const struct record *record, const char *name,
	const struct event_time *t) MUST_USE;
#endif
