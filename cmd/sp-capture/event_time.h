/* event_time.h -- which time an event has. */
#ifndef CAPTURE_EVENT_TIME_H
#define CAPTURE_EVENT_TIME_H
#include "sp-capture/event_state.h"

struct event_time {
	struct stamp stamp;
	struct span old_ts; /* the value of the event's own top-level ts; SPAN_NONE: it has none */
	bool time_from_ts;  /* STAMP was read from that value: it is replaced, not kept as ts_source */
};

/* Finds the time of RECORD's event, M->old being set for it: --time if it was given, else the time that the format
 * knows, else ts. Returns NEXT_EVENT; NEXT_REJECTED with the record's kind and why set, which says what to do about it;
 * NEXT_ERROR with E. */
enum next event_time_find(struct event_out *m, struct record *record, struct event_time *out, struct err *e) MUST_USE;
#endif
