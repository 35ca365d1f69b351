/* bounds.h -- a stretch of event time, and its text at the front of events.
 *
 * sp-window writes the bounds of an event's window before its first field:
 *
 *	{"window_start":"2024-05-01T10:39:00Z","window_end":"2024-05-01T10:40:00Z","ts":...}
 *
 * Programs that follow read them from there, without looking at the rest of the event (sp-stream(5)). */
#ifndef WINDOW_BOUNDS_H
#define WINDOW_BOUNDS_H
#include "base/span.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* [start, end) in milliseconds since 1970-01-01T00:00Z: a window, a slice or a session. */
struct bounds {
	int64_t start, end;
};

static inline bool bounds_eq(struct bounds a, struct bounds b)
{
	return a.start == b.start && a.end == b.end;
}

/* What the bounds at the front of an event are, by the names of their two fields. */
enum bounds_kind {
	BOUNDS_NONE,
	BOUNDS_WINDOW,  /* window_start, window_end: tumbling windows, and all kinds under --expand */
	BOUNDS_SLICE,   /* slice_start, slice_end: hopping and cumulating windows */
	BOUNDS_SESSION, /* session_start, session_end */
};

enum { BOUNDS_TEXT_MAX = 128 };

/* Writes {"window_start":"...","window_end":"...", into OUT, including the final comma, and returns its length. KIND
 * is not BOUNDS_NONE. If no field follows, the caller replaces the comma. */
size_t bounds_write(enum bounds_kind kind, struct bounds b, char out[BOUNDS_TEXT_MAX]);

/* Does the same where TEXT holds, in N bytes, the bounds OLD of the same kind. This is faster when old and new
 * bounds differ by seconds, as those of successive sessions do. N may be 0: TEXT is not set then. */
size_t bounds_move(enum bounds_kind kind, struct bounds old, struct bounds b, char text[BOUNDS_TEXT_MAX], size_t n);

/* Reads the bounds at the front of LINE: start before end, in the form that bounds_write() writes; white space
 * between tokens is allowed. Sets *B, and *PREFIX to the number of bytes before the name of the next field, so that
 * "{" and LINE from *PREFIX on are the event without its bounds. Returns their kind. If LINE does not begin with
 * bounds, returns BOUNDS_NONE; *B and *PREFIX may have changed. */
enum bounds_kind bounds_read(struct span line, struct bounds *b, size_t *prefix);

/* Returns true if NAME is one of the six field names above. */
bool bounds_is_name(struct span name);
#endif
