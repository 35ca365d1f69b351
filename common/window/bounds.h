/* bounds.h -- an interval of event time (a window, a slice or a session), and its text at the front of events.
 *
 * sp-window writes the bounds of an event's window before its first field:
 *
 *	{"window_start":"2024-05-01T10:39:00Z","window_end":"2024-05-01T10:40:00Z","ts":...}
 *
 * The programs after sp-window read the bounds from there without parsing the rest of the event (sp-stream(5)). */
#ifndef WINDOW_BOUNDS_H
#define WINDOW_BOUNDS_H
#include "base/span.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The interval [start, end), in milliseconds since 1970-01-01T00:00Z. */
struct bounds {
	int64_t start, end;
};

static inline bool bounds_eq(struct bounds a, struct bounds b)
{
	return a.start == b.start && a.end == b.end;
}

/* Kinds of bounds. The names of the two fields at the front of an event show its kind. */
enum bounds_kind {
	BOUNDS_NONE,
	/* window_start, window_end: events in tumbling windows, events in any windows under --expand, rows of sp-agg */
	BOUNDS_WINDOW,
	BOUNDS_SLICE,   /* slice_start, slice_end: events in hopping or cumulating windows without --expand */
	BOUNDS_SESSION, /* session_start, session_end: events in sessions */
};

enum { BOUNDS_TEXT_MAX = 128 };

/* Writes {"window_start":"...","window_end":"...", into OUT and returns the number of bytes. The text ends with the
 * comma, which the caller removes if no field follows. KIND must not be BOUNDS_NONE. */
size_t bounds_write(enum bounds_kind kind, struct bounds b, char out[BOUNDS_TEXT_MAX]);

/* Changes TEXT to the text for B. TEXT holds the N bytes that bounds_write() wrote for OLD with the same KIND, or
 * anything if N is 0. Returns the new number of bytes. This is faster than bounds_write() if all times have
 * milliseconds and stay on their day, as those of successive sessions usually do. */
size_t bounds_move(enum bounds_kind kind, struct bounds old, struct bounds b, char text[BOUNDS_TEXT_MAX], size_t n);

/* Reads the bounds at the front of LINE: the start field, then the end field, with or without white space between
 * tokens. Sets *B to the bounds and *PREFIX to the offset of the next field: "{" followed by LINE from *PREFIX on is
 * the event without its bounds. Returns the kind of the bounds. Returns BOUNDS_NONE if LINE does not begin with bounds;
 * *B and *PREFIX may then have changed. */
enum bounds_kind bounds_read(struct span line, struct bounds *b, size_t *prefix);

/* Returns true if NAME is one of the six names of fields with bounds, such as "window_start". */
bool bounds_is_name(struct span name);
#endif
