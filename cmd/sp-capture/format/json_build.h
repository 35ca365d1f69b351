/* json_build.h -- writes the JSON text of an event.
 *
 * For each record a decoder first calls json_build_room(), which makes room for the longest event that the record can
 * give. Then it writes the event without further checks: each function takes the pointer TO, where it writes its first
 * byte, and returns the pointer after its last byte. */
#ifndef CAPTURE_FORMAT_JSON_BUILD_H
#define CAPTURE_FORMAT_JSON_BUILD_H
#include "base/buf.h"
#include "sp-capture/record.h"

enum { JSON_BUILD_BYTE_MAX = 6 }; /* the most bytes that a byte of text needs in a JSON string, for example \u001f */

/* Empties B and makes room in it for an event. FIXED is the number of bytes for names, quotes and other fixed parts.
 * TEXT is the number of bytes of text, each of which can need JSON_BUILD_BYTE_MAX bytes. Returns the start of the
 * room, or NULL with E set if memory is exhausted. */
char *json_build_room(struct buf *b, size_t fixed, size_t text, struct err *e) MUST_USE;
/* Sets the event of OUT to the text that the caller has written to B. END points after the last byte of this text.
 * Returns NEXT_EVENT, or NEXT_REJECTED with OUT rejected if the event is longer than MAX bytes. */
int json_build_event(struct record *out, struct buf *b, const char *end, size_t max);

/* Writes S unchanged to TO. Returns the place after S in TO. */
static inline char *json_build_raw(char *to, struct span s)
{
	memcpy(to, s.p, s.n);
	return to + s.n;
}
#define JSON_BUILD_RAW(to, literal) json_build_raw((to), SPAN(literal))
/* Writes S, which must be valid UTF-8, as a JSON string (RFC 8259, 7). May write up to 16 other bytes after the
 * string, for which json_build_room() has made room. Returns the place after the string. */
char *json_build_string(char *to, struct span s);
/* Writes S as a JSON string. S must contain nothing that JSON escapes: no control characters, quotes or backslashes.
 * Returns the place after the string. */
static inline char *json_build_plain(char *to, struct span s)
{
	*to++ = '"';
	to = json_build_raw(to, s);
	*to++ = '"';
	return to;
}
/* Writes S unchanged if S is a valid JSON number, otherwise as a JSON string. PLAIN must be true only if S contains
 * nothing that JSON escapes. Returns the place after the value. */
char *json_build_value(char *to, struct span s, bool plain);

/* Returns true if NAME begins with "$sp". Such names are reserved for control lines (sp-stream(5)), and no member of
 * an event may have one. NAME must not contain escapes. */
static inline bool json_build_reserved(struct span name)
{
	return span_starts(name, SPAN("$sp"));
}

/* Returns a name that occurs twice among the COUNT elements of NAMES, or SPAN_NONE if there is none. May sort NAMES. */
struct span json_build_twice(struct span *names, size_t count);
#endif
