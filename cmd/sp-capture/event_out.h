/* event_out.h -- records become events of the stream: their time in front, fields added. */
#ifndef CAPTURE_EVENT_OUT_H
#define CAPTURE_EVENT_OUT_H
#include "sp-capture/options.h"
#include "expr/expr.h"
#include "stream/writer.h"

/* Old members that may have to give way: ts, ts_source, then those of the names that are added. */
enum { EVENT_OUT_TS, EVENT_OUT_TS_SOURCE, EVENT_OUT_ADDED };

struct event_out {
	const struct options *options;
	struct writer *out;  /* borrowed */
	struct exprs *exprs; /* of --time; NULL: not given */
	struct json_checker checker;
	struct json_paths *pick; /* owned */
	struct span *old;        /* their values in the event, EVENT_OUT_ADDED + added_count; owned */
	struct time_minute minute_cache;
	struct buf line;  /* an event that had to be changed */
	struct buf value; /* a time that was computed */
	struct span run;  /* unchanged events that stand one behind the other in the read buffer */
	uint64_t events;  /* written */
};

/* An event that is ready: its text ends in a newline, or is bare, and one has to be added. */
struct event {
	int64_t ms;
	struct span text; /* the record's own, or in emit.line until the next event_out_prepare() */
	bool in_place;    /* in the read buffer */
	bool bare;
};

int event_out_init(struct event_out *m, const struct options *c, struct writer *out, struct err *e) MUST_USE;
void event_out_release(struct event_out *m);

/* Makes RECORD of source SOURCE an event: 1; 2: it is rejected (kind and why are set); -1: E. */
enum next event_out_prepare(struct event_out *m, struct record *record, const char *source, struct event *out,
	struct err *e) MUST_USE;
/* Writes an event. One that stands in the read buffer is only noted: event_out_settle() must be called before
 * the buffer changes. */
int event_out_write(struct event_out *m, const struct event *event, struct err *e) MUST_USE;
int event_out_settle(struct event_out *m, struct err *e) MUST_USE;
#endif
