/* json_internal.h -- what the JSON files share among themselves. */
#ifndef JSON_JSON_INTERNAL_H
#define JSON_JSON_INTERNAL_H
#include "json/json.h"

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

#endif
