/* check.h -- deciding whether a line is an event.
 *
 * This is the one strict reader of JSON. sp-capture asks it for every event, so that all other programs may trust the
 * grammar. Messages are a few words, made to follow "at byte N". */
#ifndef JSON_CHECK_H
#define JSON_CHECK_H
#include "base/err.h"
#include "base/span.h"

enum { JSON_DEPTH_MAX = 128 }; /* arrays and objects inside one another; the value itself counts */

/* A checker. It remembers the names of the events before, so that the next event like them costs little. */
struct json_checker {
	struct json_dup_names *names; /* owned */
	unsigned depth_max;           /* JSON_DEPTH_MAX unless the caller sets it lower */
};

/* Makes C ready. Returns 0; -1 with EX_OSERR when memory is exhausted. */
int json_checker_init(struct json_checker *c, struct err *e) MUST_USE;
/* Frees what C owns. */
void json_checker_release(struct json_checker *c);

/* Checks that LINE is exactly one JSON object that may be an event:
 *   - the grammar of RFC 8259, with white space allowed around the object;
 *   - valid UTF-8 without NUL, and no escape for half of a surrogate pair (RFC 7493, section 2.1);
 *   - at most depth_max levels;
 *   - no name twice at the top level (RFC 7493, section 2.3; names are compared unescaped);
 *   - no name at the top level that begins with "$sp", which is reserved for control lines.
 * Returns 0; or -1, with the byte offset of the fault in *AT and its description in *WHY ("number with a leading zero",
 * "not UTF-8"). *WHY is static or owned by C and valid until the next call. */
int json_check(struct json_checker *c, struct span line, size_t *at, const char **why) MUST_USE;

/* Checks a value of any type at the start of TEXT by the same grammar, without the rules about names. Returns 0 and
 * sets *END to the position after the value; or -1 as json_check() does. */
int json_check_value(struct span text, unsigned depth_max, const char **end, size_t *at, const char **why) MUST_USE;
#endif
