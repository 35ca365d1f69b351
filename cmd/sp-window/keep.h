/* keep.h -- the fields of an event that are passed on, when --keep names some.
 *
 * Bytes that do not go through the pipe cost neither its copy nor the next program's parsing. */
#ifndef WINDOW_KEEP_H
#define WINDOW_KEEP_H
#include "base/buf.h"
#include "sp-window/event_time.h"

enum { KEEP_MAX = 64 }; /* fields of --keep */

struct keep {
	size_t count;              /* fields to keep; 0: all */
	struct json_paths *paths;  /* the fields, numbered as they were given; owned */
	struct buf names;          /* `,"name":` of each field, one after another; owned ... */
	size_t name_end[KEEP_MAX]; /* ... and where each one ends */
	struct buf text;           /* the last event's kept fields; owned */
};

/* Reads PATHS, plain paths joined by commas, or NULL: all fields are kept. Of a path that leads deeper, the whole
 * top-level field is kept. Returns 0, or -1 with E set (EX_USAGE, EX_OSERR); keep_release() is due in either case. */
int keep_init(struct keep *k, const char *paths, struct err *e) MUST_USE;
void keep_release(struct keep *k);

/* Replaces EV's line by an object of the kept fields it has, in the order of the option; valid until the next call.
 * ev->raw is not changed. Returns 0; 1 if EV cannot be read (E says why); or -1 with E set (EX_OSERR). */
int keep_event(struct keep *k, struct event *ev, struct err *e) MUST_USE;
#endif
