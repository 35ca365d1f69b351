/* event_state.h -- the state of event_out.c, for the files that find the time of an event and rewrite it. */
#ifndef CAPTURE_EVENT_STATE_H
#define CAPTURE_EVENT_STATE_H
#include "expr/expr.h"
#include "sp-capture/options.h"
#include "stream/writer.h"

/* Members of an event that may be replaced, by their place in event_out.old: ts, ts_source, then one for each added
 * name. */
enum { EVENT_OUT_TS, EVENT_OUT_TS_SOURCE, EVENT_OUT_ADDED };

struct event_out {
	const struct options *options; /* borrowed */
	struct writer *out;            /* borrowed */
	struct exprs *exprs;           /* owned: the expression of --time; NULL: not given, or it is "now" */
	struct json_checker checker;
	struct json_paths *pick; /* owned: finds all members that may be replaced in one pass */
	struct span *old;        /* owned: their values in the current event; SPAN_NONE: it has no such member */
	struct time_minute minute_cache;
	struct buf line;  /* an event that had to be rewritten */
	struct buf value; /* a time that --time computed */
	struct span
		run; /* unchanged events in the read buffer, one directly after the other, that are not written yet */
	uint64_t events; /* written, those of RUN included */
};
#endif
