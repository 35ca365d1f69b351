/* event_time.h -- when an event was. */
#ifndef CAPTURE_EVENT_TIME_H
#define CAPTURE_EVENT_TIME_H
#include "sp-capture/event_out.h"

struct event_time {
	struct stamp stamp;
	struct span old_ts; /* value of the event's top-level ts; SPAN_NONE: it has none */
	bool old_is_time;   /* and that is where STAMP comes from */
};

/* The time of RECORD as the configuration has it: 1; 2: it has none (RECORD's kind and why are set, with
 * what to do about it); -1: E. */
enum next event_time_find(struct event_out *m, struct record *record, struct event_time *out, struct err *e) MUST_USE;
#endif
