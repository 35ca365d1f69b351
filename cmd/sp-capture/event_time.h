/* event_time.h -- when an event was. */
#ifndef CAPTURE_EVENT_TIME_H
#define CAPTURE_EVENT_TIME_H
#include "sp-capture/event_out.h"

struct event_time {
	struct stamp stamp;
	struct span old_ts; /* value of the event's top-level ts; SPAN_NONE: it has none */
	bool old_is_time;   /* and that is where STAMP comes from */
};

/* True if EVENT begins {"ts":"TIME" with TIME in the stream's own form; sets *MS. */
static inline bool event_time_in_front(struct time_minute *near, struct span event, int64_t *ms)
{
	static const char front[] = "{\"ts\":\"";
	enum { FRONT = sizeof front - 1, TIME_MIN = 20, TIME_MAX = 30 };
	if (event.n < FRONT + TIME_MIN + 2 || memcmp(event.p, front, FRONT) != 0)
		return false;
	const char *time = event.p + FRONT;
	size_t left = event.n - FRONT, n = left > 24 && time[24] == '"' ? 24 : TIME_MIN;
	if (time[n] != '"') {
		const char *quote = memchr(time, '"', left < TIME_MAX + 1 ? left : TIME_MAX + 1);
		if (!quote)
			return false;
		n = (size_t)(quote - time);
	}
	return time_read_cached(near, (struct span){ time, n }, ms) == 0;
}

/* The time of RECORD as the configuration has it: 1; 2: it has none (RECORD's kind and why are set, with
 * what to do about it); -1: E. */
int event_time_find(struct event_out *m, struct record *record, struct event_time *out, struct err *e) MUST_USE;
#endif
