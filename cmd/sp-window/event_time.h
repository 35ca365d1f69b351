/* event_time.h -- an event's time, as --time and --time-format say. */
#ifndef WINDOW_SP_EVENT_TIME_H
#define WINDOW_SP_EVENT_TIME_H
#include "json/paths.h"
#include "text/time.h"

/* An event as it was read. Spans point into the reader's buffer. */
struct event {
	struct span raw;  /* the line */
	struct span line; /* without white space around it; begins with '{' and ends with '}' */
	size_t body;      /* offset in line: '{' and what begins here is the event without bounds */
	int64_t ts;       /* event time in ms */
	bool from_bounds; /* the event has no time of its own: it is the result of a window, and ts is its last ms */
};

/* How to find an event's time, and to read it. */
struct event_time {
	const char *path;                /* as typed; borrowed */
	bool is_ts;                      /* the path is .ts, which sp-capture writes at the front of events */
	bool is_rfc3339;                 /* the format may be RFC 3339, as the stream writes times */
	struct json_paths *paths;        /* holds the one path; owned */
	struct time_format *format;      /* owned */
	struct time_minute minute_cache; /* makes reading times of one minute faster */
};

/* Prepares to read times at PATH (borrowed), a plain path, in FORMAT. ZONE (borrowed; NULL: UTC) is that of times
 * without one. Returns 0, or -1 with E set (EX_USAGE, EX_OSERR); then there is nothing to release. */
int event_time_init(struct event_time *t, const char *path, const char *format, const struct zone *zone,
	struct err *e) MUST_USE;
void event_time_release(struct event_time *t);

/* Reads LINE into *EV. Returns 0  EV is set; 1  the line is rejected: *KIND, a static string, and E say why; -1  the
 * input is not one that can be windowed (rows with revisions): E. */
int event_time_read(struct event_time *t, struct span line, struct event *ev, const char **kind,
	struct err *e) MUST_USE;
#endif
