/* string.h -- strings of JSON: reading, comparing and writing them.
 *
 * A raw string is the text between the quotes, with its escapes. */
#ifndef JSON_STRING_H
#define JSON_STRING_H
#include "base/buf.h"

/* Appends the bytes that the raw string S represents, in UTF-8; a lone surrogate becomes U+FFFD. Returns -1 for a bad
 * escape, or if OUT is full. */
int json_unescape(struct span s, struct buf *out) MUST_USE;

/* Appends S as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD. Escapes only what RFC 8259,
 * section 7, requires: ", \ and control characters (\b \f \n \r \t by letter, others as \u00xx). Returns -1 if OUT is
 * full. */
int json_quote(struct span s, struct buf *out) MUST_USE;

/* Returns true if the raw string S represents exactly the bytes of NAME. */
bool json_string_is(struct span s, struct span name);

/* Compares two raw strings by code point, which is the order of their UTF-8 bytes: <0, 0, >0. */
int json_string_order(struct span a, struct span b);

/* The bytes that a raw string represents, one at a time. Set p and end to start; a backslash that begins no valid
 * escape represents itself. */
struct json_bytes {
	const char *p, *end;
	char decoded[4]; /* bytes of the last escape: READY of them, TAKEN already returned */
	int ready, taken;
};
/* Returns the next byte, or -1 at the end. */
int json_next_byte(struct json_bytes *b);
#endif
