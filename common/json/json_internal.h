/* json_internal.h -- what the JSON files share among themselves. */
#ifndef JSON_JSON_INTERNAL_H
#define JSON_JSON_INTERNAL_H
#include "json/json.h"

/* Rare work stays out of the hot loops, where it would only take registers. */
#define RARE __attribute__((noinline, cold))
#define HOT inline __attribute__((always_inline))

static inline bool json_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Does C end a number, true, false or null? Skipping stops nowhere else, so that one look at a block of
 * bytes finds it; whoever uses the value sees what it is. */
static inline bool json_ends_scalar(char c)
{
	return (unsigned char)c <= ' ' || c == ',' || c == ']' || c == '}';
}

/* Can C begin a number, true, false or null? */
static inline bool json_begins_scalar(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == 't' || c == 'f' || c == 'n';
}

/* Value of the four hex digits at P; -1 if they are none. */
int json_hex4(const char *p, const char *end);

/* The bytes that a string's raw text stands for, one after the other. What is no escape stands for itself. */
struct json_bytes {
	const char *p, *end;
	char decoded[4];
	int ready, taken;
};
/* The next byte, or -1 at the end. */
int json_next_byte(struct json_bytes *b);
/* Order of two strings (raw, between the quotes) by code point, which is that of their UTF-8 bytes. */
int json_string_order(struct span a, struct span b);

/* Length of the well-formed UTF-8 sequence (Unicode 15, table 3-7) at P; 0 if there is none. */
size_t utf8_length(const char *p, const char *end);
/* Writes code point CP (below 0x110000) to TO, at most 4 bytes; returns behind it. */
char *utf8_put(char *to, uint32_t cp);
#endif
