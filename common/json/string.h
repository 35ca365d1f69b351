/* string.h -- JSON strings: reading, comparing and writing them.
 *
 * A raw string is the text between the quotes, with its escapes. */
#ifndef JSON_STRING_H
#define JSON_STRING_H
#include "base/buf.h"

/* Appends to OUT the bytes that the raw string S represents, in UTF-8. Half of a surrogate pair becomes U+FFFD. Returns
 * 0; -1 for a bad escape, or if OUT is full. */
int json_unescape(struct span s, struct buf *out) MUST_USE;

/* Appends the bytes S to OUT as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD. Escapes only
 * what RFC 8259, section 7, requires: ", \ and control characters (\b \f \n \r \t by letter, others as \u00xx). Returns
 * 0; -1 if OUT is full. */
int json_quote(struct span s, struct buf *out) MUST_USE;

/* Returns true if the raw string S represents exactly the bytes of NAME. */
bool json_string_is(struct span s, struct span name);

/* Compares two raw strings by code point, which is the order of their UTF-8 bytes. Returns <0, 0 or >0. */
int json_string_order(struct span a, struct span b);

/* Reads the bytes that a raw string represents, one at a time. To start, set p and end to the bounds of the raw string
 * and the other members to 0. A backslash that begins no valid escape represents itself. */
struct json_bytes {
	const char *p, *end;
	/* The bytes of the last escape. READY is their number, and TAKEN is how many of them were already returned. */
	char decoded[4];
	int ready, taken;
};
/* Returns the next byte of B, or -1 at the end. */
int json_next_byte(struct json_bytes *b);
#endif
