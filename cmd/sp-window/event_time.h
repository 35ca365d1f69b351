/* event_time.h -- finding and reading the time of an event, by --time and --time-format. */
#ifndef WINDOW_SP_EVENT_TIME_H
#define WINDOW_SP_EVENT_TIME_H
#include "json/seen.h"
#include "text/time.h"

/* An input line and what is known about its event. The spans point into the reader's buffer. keep_event() replaces the
 * span `line` by text of its own. */
struct event {
	struct span raw;  /* the line as it was read */
	struct span line; /* the event; begins with '{' and ends with '}', without white space around them */
	/* The offset in line after the opening brace and, if there are any, the bounds of a window. A brace and the
	 * text from this offset on are the event without bounds. */
	size_t body;
	int64_t ts; /* event time in ms */
	/* True if the event is a row of sp-agg, which has no time field. Then ts is the last millisecond of its
	 * window. */
	bool from_bounds;
};

/* Where the time of an event is, and how to read it. */
struct event_time {
	const char *path;                /* of --time, as typed; borrowed */
	bool is_ts;                      /* the path is .ts, which sp-capture writes at the front of events */
	bool is_rfc3339;                 /* the format is "auto" or "rfc3339", which both accept RFC 3339 */
	struct json_paths *paths;        /* holds the one path; owned */
	struct seen seen;                /* whether any line had the path; not used if is_ts */
	struct time_format *format;      /* owned */
	struct time_minute minute_cache; /* the minute that was read last; further times in it are read faster */
};

/* Prepares to read times at the plain path PATH (borrowed) in FORMAT. ZONE (borrowed; NULL for UTC) is the zone of
 * times that name none. Returns 0, or -1 with E set (EX_USAGE, EX_OSERR); after a failure there is nothing to
 * release. */
int event_time_init(struct event_time *t, const char *path, const char *format, const struct zone *zone,
	struct err *e) MUST_USE;
void event_time_release(struct event_time *t);

/* If no line had the path of --time, prints a message with the fields that the lines have instead. Called at the end of
 * a run in which no line had a time. */
void event_time_report(const struct event_time *t);

/* Reads LINE into *EV. Returns
 * - 0 if *EV is set;
 * - 1 if the line must be rejected: *KIND is set to a static string, and E to the reason;
 * - -1 with E set if the whole input must be refused: it has rows that correct earlier rows (revisions). */
int event_time_read(struct event_time *t, struct span line, struct event *ev, const char **kind,
	struct err *e) MUST_USE;
#endif
