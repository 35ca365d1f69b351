/* scan.h -- types of JSON values, and small steps over JSON text.
 *
 * A text is a span, which does not end with NUL. Results point into the text. The functions are made for valid JSON,
 * because sp-capture checks each event. On other bytes they still stay inside the text, and return NULL or -1 for what
 * they cannot read. No function here allocates memory or recurses. */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H
#include "base/err.h"
#include "base/span.h"

/* Types in jq's order of values, so that comparing the numbers compares the types. */
enum json_type {
	JSON_MISSING = 0, /* no value: the text is absent (p is NULL), empty, or does not begin like JSON */
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

/* The type of a value, indexed by its first byte. */
extern const uint8_t json_types[256];

/* Returns the type of the value that starts at V.p. Only the first byte is read. */
static inline enum json_type json_type(struct span v)
{
	return v.p && v.n > 0 ? (enum json_type)json_types[(unsigned char)*v.p] : JSON_MISSING;
}

/* Returns true if C is white space by RFC 8259, section 2. */
static inline bool json_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Returns true if C ends a scalar, which is a number, true, false or null. json_skip() takes all bytes before C for the
 * scalar and does not check them. */
static inline bool json_ends_scalar(char c)
{
	return (unsigned char)c <= ' ' || c == ',' || c == ']' || c == '}';
}

/* Returns true if C can begin a scalar, which is a number, true, false or null. */
static inline bool json_begins_scalar(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == 't' || c == 'f' || c == 'n';
}

/* Returns the first position from P on that is not white space, or END. */
const char *json_space(const char *p, const char *end);

/* Returns the position after the value that starts at P; NULL if no value starts at P, or if it does not end before
 * END. Brackets are counted without regard to their kind: [} is skipped like []. */
const char *json_skip(const char *p, const char *end);

/* A walk over the members of an object or the elements of an array. */
struct json_walk {
	const char *p, *end;
	bool object; /* the value is an object, otherwise an array */
	bool first;  /* no member was read yet */
};

/* Starts a walk over VALUE, which is borrowed. Returns 0; -1 if VALUE is neither an array nor an object. */
int json_walk_init(struct json_walk *w, struct span value) MUST_USE;
/* Reads the next member or element. Returns 1 with *VALUE set, and *NAME set to the name with its escapes (in an array,
 * to SPAN_NONE); 0 at the end; -1 if the text cannot be read. */
int json_walk(struct json_walk *w, struct span *name, struct span *value) MUST_USE;
#endif
