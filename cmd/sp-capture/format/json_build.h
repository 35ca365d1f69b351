/* json_build.h -- writing the JSON text of an event.
 *
 * A decoder reserves room for the worst case of a record once (json_build_room()) and then writes through a plain
 * pointer without further checks: each writer takes the place of the next byte and returns the place after its last
 * one. */
#ifndef CAPTURE_FORMAT_JSON_BUILD_H
#define CAPTURE_FORMAT_JSON_BUILD_H
#include "base/buf.h"
#include "sp-capture/record.h"

enum { JSON_BUILD_BYTE_MAX = 6 }; /* what one byte of text can take in a JSON string: \u001f */

/* Empties B and makes room in it for FIXED bytes and for TEXT bytes of text inside strings. Returns where the first
 * byte goes; NULL with E when memory is exhausted. */
char *json_build_room(struct buf *b, size_t fixed, size_t text, struct err *e) MUST_USE;
/* Makes the text of B, which ends before END, the event of OUT. Returns NEXT_EVENT; or NEXT_REJECTED with OUT rejected
 * if the event is longer than MAX bytes. */
int json_build_event(struct record *out, struct buf *b, const char *end, size_t max);

/* Writes S as it is. */
static inline char *json_build_raw(char *to, struct span s)
{
	memcpy(to, s.p, s.n);
	return to + s.n;
}
#define JSON_BUILD_RAW(to, literal) json_build_raw((to), SPAN(literal))
/* Writes S, which must be valid UTF-8, as a JSON string (RFC 8259, 7). May write up to 16 bytes more after the end,
 * within the room that json_build_room() made. */
char *json_build_string(char *to, struct span s);
/* The same for text in which nothing needs an escape: no control characters, quotes or backslashes. */
static inline char *json_build_plain(char *to, struct span s)
{
	*to++ = '"';
	to = json_build_raw(to, s);
	*to++ = '"';
	return to;
}
/* Writes S as a number, digit for digit, if it matches JSON's grammar of numbers; else as a string (PLAIN: with nothing
 * that needs an escape). */
char *json_build_value(char *to, struct span s, bool plain);

/* Returns true if no field may have this NAME (as plain text): names that begin with "$sp" are those of control
 * lines. */
static inline bool json_build_reserved(struct span name)
{
	return span_starts(name, SPAN("$sp"));
}

/* Returns a name that occurs twice among the COUNT NAMES, or SPAN_NONE. May sort NAMES. */
struct span json_build_twice(struct span *names, size_t count);
#endif
