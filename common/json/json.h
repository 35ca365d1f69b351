/* json.h -- scanning, checking and writing JSON text (RFC 8259) in place.
 *
 * Three kinds of call, from strict to fast:
 *   json_check()     the whole grammar, UTF-8, depth, names: what sp-capture asks of every event
 *   json_paths_*()    the values at given paths of one event, in one pass, remembering the shape of
 *                    the event before: what every other program asks
 *   json_skip() ...  small steps for everything else
 * All but json_check() assume valid text yet are safe on any bytes: they never read outside the
 * span, never recurse without bound, and answer "not found" or NULL for what they cannot read.
 * Text must not be NUL-terminated; results are spans into it. Nothing here allocates per event.
 * Wide instructions (AVX2) are chosen at run time; SP_PLAIN=1 in the environment forces plain C. */
#ifndef JSON_JSON_H
#define JSON_JSON_H
#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>

enum { JSON_DEPTH_MAX = 128 };

/* In jq's order of types, so that comparing the numbers compares the types. */
enum json_type {
	JSON_MISSING = 0, /* no value there (a span with p == NULL) */
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

/* By the first byte of a value. */
extern const uint8_t json_types[256];

/* The type of the value that starts at v.p. */
static inline enum json_type json_type(struct span v)
{
	return v.p && v.n > 0 ? (enum json_type)json_types[(unsigned char)*v.p] : JSON_MISSING;
}

/* ---- checking ---- */

/* State kept between events so that checking one that looks like the last costs little. */
struct json_checker {
	struct json_shape *shape; /* owned */
	unsigned depth_max;       /* JSON_DEPTH_MAX unless set lower */
};
int json_checker_init(struct json_checker *c, struct err *e) MUST_USE;
void json_checker_release(struct json_checker *c);

/* Is LINE exactly one JSON object that may be an event: RFC 8259 grammar, valid UTF-8 without NUL,
 * no lone surrogate escapes, depth at most depth_max, no name twice at the top level (RFC 7493,
 * names compared unescaped), and no top-level name that begins with "$sp" (unescaped)?
 * White space around the object is accepted. 0: yes. -1: *AT is the byte offset of the
 * fault and *WHY says what it is in a few words ("number with a leading zero", "name \"x\" twice",
 * "not UTF-8"); WHY points to static or checker-owned memory, valid until the next call. */
int json_check(struct json_checker *c, struct span line, size_t *at, const char **why) MUST_USE;

/* The same grammar for a value of any type (no rule about names): where it ends in *END. */
int json_check_value(struct span text, unsigned depth_max, const char **end, size_t *at, const char **why) MUST_USE;

/* ---- picking values out of events ---- */

enum { JSON_PATH_MAX = 32, JSON_PICK_MAX = 256 };

/* One step of a path: a member (name, unescaped bytes) or an array element (index from 0, or from
 * the end when negative). */
struct json_step {
	struct span name; /* p != NULL: member */
	int64_t index;    /* else: element */
};

/* A set of paths that are looked up together, and what was learnt from the last event. */
struct json_paths;
#define JSON_WRONG ((struct span){ NULL, 1 }) /* what json_paths_run() gives for a path that cannot be */
struct json_paths *json_paths_new(struct err *e) MUST_USE;
void json_paths_free(struct json_paths *p);
/* Adds a path of COUNT steps (copied); returns its number (0, 1, ...; the same path again gets the
 * same number), -1 with EX_USAGE if there are too many. COUNT 0 is the whole event. */
int json_paths_add(struct json_paths *p, const struct json_step *steps, size_t count, struct err *e) MUST_USE;
/* Sets OUT[i] to the text of the value at path i, without white space around it, or SPAN_NONE when
 * there is none or something on the way is null. 0; -1 when EVENT is no object that can be
 * walked as far as needed (torn, unbalanced). -2 when a path steps into a value of the wrong type
 * (a member of a number), as jq would fail there: OUT of each such path is JSON_WRONG, *BAD is the
 * first one's number, and all others are as they should be.
 * Of members of one name the first counts at the top level, deeper the last (as in jq). An EVENT that json_check()
 * would refuse gives values too, as far as they can be seen; which, is then open. */
int json_paths_run(struct json_paths *p, struct span event, struct span *out, int *bad) MUST_USE;

/* ---- small steps ---- */

/* Behind white space. */
const char *json_space(const char *p, const char *end);
/* Behind the value that starts at P; NULL if it does not end before END. Brackets are counted, not matched. */
const char *json_skip(const char *p, const char *end);
/* Walks the members of an object (or the elements of an array, whose names are SPAN_NONE).
 * Start with json_walk_init(); json_walk() gives 1 and one member (NAME is the raw text between the
 * quotes), 0 at the end, -1 when it cannot be read. */
struct json_walk {
	const char *p, *end;
	bool object, first;
};
int json_walk_init(struct json_walk *w, struct span value) MUST_USE;
int json_walk(struct json_walk *w, struct span *name, struct span *value) MUST_USE;

/* ---- strings and writing ---- */

/* Appends the bytes that the string text S (raw, between the quotes) stands for, in UTF-8;
 * lone surrogates become U+FFFD. -1: bad escape or OUT is full. */
int json_unescape(struct span s, struct buf *out) MUST_USE;
/* True if S (raw, between quotes) stands for exactly the bytes of NAME. */
bool json_string_is(struct span s, struct span name);
/* Appends S as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD. Escapes only
 * what RFC 8259 asks for: ", \, and below 0x20 (\b \f \n \r \t by letter, others \u00xx). */
int json_quote(struct span s, struct buf *out) MUST_USE;
/* Appends VALUE in one canonical form: no white space, names of objects sorted by their unescaped
 * bytes (the last of equal ones kept), strings as json_quote() writes them, numbers as num_canon()
 * does. Two values are equal in jq's sense exactly if these bytes are equal. Serves grouping keys. */
int json_canon(struct span value, struct buf *out) MUST_USE;
/* Compares two JSON texts in jq's order (null < false < true < numbers < strings < arrays <
 * objects; numbers exactly, strings by code point): <0, 0, >0. */
int json_compare(struct span a, struct span b);
/* Appends VALUE with the white space outside strings taken out. */
int json_compact(struct span value, struct buf *out) MUST_USE;
#endif
