/* scan.h -- types of JSON values, and small steps over JSON text.
 *
 * Text is a span: it is not NUL-terminated, and results point into it. The functions trust the grammar, which
 * json_check() verified where the event entered the stream, but never the length: on any bytes they stay inside the
 * text, and return NULL or -1 for what they cannot read. Nothing here allocates or recurses. */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H
#include "base/err.h"
#include "base/span.h"

/* Types in jq's order of values, so that comparing the numbers compares the types. */
enum json_type {
	JSON_MISSING = 0, /* no value (a span with p == NULL), or no JSON value starts there */
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

/* The type of a value by its first byte. */
extern const uint8_t json_types[256];

/* Returns the type of the value that starts at V.p. Only the first byte is looked at. */
static inline enum json_type json_type(struct span v)
{
	return v.p && v.n > 0 ? (enum json_type)json_types[(unsigned char)*v.p] : JSON_MISSING;
}

/* Returns true if C is white space by RFC 8259, section 2. */
static inline bool json_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Returns true if C ends a number, true, false or null. Skipping such a value stops nowhere else, so that one look at
 * a block of bytes finds its end. What the value is, is up to the code that uses it. */
static inline bool json_ends_scalar(char c)
{
	return (unsigned char)c <= ' ' || c == ',' || c == ']' || c == '}';
}

/* Returns true if C can begin a number, true, false or null. */
static inline bool json_begins_scalar(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == 't' || c == 'f' || c == 'n';
}

/* Returns the first position from P on that is not white space, or END. */
const char *json_space(const char *p, const char *end);

/* Returns the position after the value that starts at P; NULL if it does not end before END. Brackets are counted, not
 * matched by kind. */
const char *json_skip(const char *p, const char *end);

/* A walk over the members of an object or the elements of an array. */
struct json_walk {
	const char *p, *end;
	bool object; /* of an object; otherwise of an array */
	bool first;  /* nothing was read yet */
};

/* Starts a walk over VALUE, which is borrowed. Returns 0; -1 if VALUE is neither an array nor an object. */
int json_walk_init(struct json_walk *w, struct span value) MUST_USE;
/* Steps to the next member. Returns 1 and sets *NAME (the raw text between the quotes; SPAN_NONE in an array) and
 * *VALUE; 0 at the end; -1 if the text cannot be read. */
int json_walk(struct json_walk *w, struct span *name, struct span *value) MUST_USE;
#endif
