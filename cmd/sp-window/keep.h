/* keep.h -- the fields of an event that are passed on, when --keep names some.
 *
 * Without the other fields the stream is faster: fewer bytes are copied through the pipe and parsed by the next
 * program. */
#ifndef WINDOW_KEEP_H
#define WINDOW_KEEP_H
#include "base/buf.h"
#include "json/seen.h"
#include "sp-window/event_time.h"

enum { KEEP_MAX = 64 }; /* the most fields that --keep can name */

struct keep {
	size_t count;              /* number of fields to keep; 0: all fields are kept */
	struct json_paths *paths;  /* the fields, in the order of the option; owned */
	struct buf names;          /* the text `,"name":` of each field, one after another; owned */
	size_t name_end[KEEP_MAX]; /* offset in names where the text of each field ends */
	struct seen seen;          /* which of the fields no event has had */
	struct buf text;           /* the last event, reduced to the kept fields; owned */
};

/* Reads PATHS, plain paths separated by commas. If PATHS is NULL, all fields are kept. For a path such as .a.b, the
 * whole field a is kept. MAX_EVENT is the length of the longest line, in bytes. Returns 0, or -1 with E set (EX_USAGE,
 * EX_OSERR). The caller must call keep_release(), even after a failure. */
int keep_init(struct keep *k, const char *paths, size_t max_event, struct err *e) MUST_USE;
void keep_release(struct keep *k);

/* Prints a message for each field of --keep that no event had. Called at the end of the run. */
void keep_report(const struct keep *k);

/* Replaces ev->line by an object of those kept fields that the event has, in the order of the option. The new line is
 * valid until the next call. ev->raw is not changed. k->count must not be 0. Returns 0; 1 with E set if the event is
 * not a readable object; or -1 with E set if memory is exhausted (EX_OSERR). */
int keep_event(struct keep *k, struct event *ev, struct err *e) MUST_USE;
#endif
