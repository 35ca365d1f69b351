/* event_state.h -- the state that event_out.c, event_time.c and event_rewrite.c share. */
#ifndef CAPTURE_EVENT_STATE_H
#define CAPTURE_EVENT_STATE_H
#include "expr/expr.h"
#include "sp-capture/options.h"
#include "stream/writer.h"

/* Indexes into event_out.old_values: the member ts, the member ts_source, then one index for each added name. */
enum { EVENT_OUT_TS, EVENT_OUT_TS_SOURCE, EVENT_OUT_ADDED };

struct event_out {
	const struct options *options; /* borrowed */
	struct writer *writer;         /* borrowed */
	struct exprs *exprs;           /* owned: the expression of --time; NULL if there is none or it is "now" */
	struct json_checker checker;
	struct json_paths *member_paths; /* owned: finds in one pass all members that could be replaced */
	struct span *old_values; /* owned: for each of MEMBER_PATHS, its value in the current event, or SPAN_NONE */
	struct time_minute minute_cache; /* the minute that event_time_in_front() has read last */
	struct buf line;                 /* the last event that was rewritten */
	struct buf value;                /* the value of --time, if it was computed and not copied from the event */
	/* Unchanged events that follow each other directly in a read buffer and were not given to WRITER yet. */
	struct span pending;
	uint64_t events; /* events written, including those in PENDING */
};
#endif
