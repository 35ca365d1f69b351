/* event_time.h -- finds the time of an event. */
#ifndef CAPTURE_EVENT_TIME_H
#define CAPTURE_EVENT_TIME_H
#include "sp-capture/event_state.h"

struct event_time {
	struct stamp stamp; /* the time */
	struct span old_ts; /* the value of the top-level member ts of the event; SPAN_NONE if there is none */
	bool time_from_ts;  /* STAMP was read from OLD_TS, so the member ts is replaced and not kept as ts_source */
};

/* Finds the time of the event of RECORD. If --time was given, it decides. Otherwise the time is the one that the decoder
 * has set in RECORD, or else the member ts. OUTPUT->old_values must have the values of this event. Returns
 * - NEXT_EVENT: *OUT is set, to a time in the years 0000 to 9999 of UTC;
 * - NEXT_REJECTED: there is no such time; the kind and the reason of RECORD are set;
 * - NEXT_ERROR with E set: memory is exhausted. */
enum next event_time_find(struct event_out *output, struct record *record, struct event_time *out,
	struct err *e) MUST_USE;
#endif
