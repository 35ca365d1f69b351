/* check.h -- the strict check of JSON that decides whether a line is an event.
 *
 * sp-capture checks every event with it. Programs after sp-capture check only those parts of an event that they use. A
 * fault is described by a few words that can follow "at byte N" in a message. */
#ifndef JSON_CHECK_H
#define JSON_CHECK_H
#include "base/err.h"
#include "base/span.h"

enum { JSON_DEPTH_MAX = 128 }; /* levels of arrays and objects; the outermost one is level 1 */

/* A checker. It remembers the member names of earlier events, so that it costs little to check another event with the
 * same names. */
struct json_checker {
	struct json_dup_names *names; /* owned */
	unsigned depth_max;           /* JSON_DEPTH_MAX unless the caller sets a lower limit */
};

/* Initializes C. Returns 0; -1 with E set to EX_OSERR if memory is exhausted. */
int json_checker_init(struct json_checker *c, struct err *e) MUST_USE;
/* Frees what C owns. */
void json_checker_release(struct json_checker *c);

/* Checks that LINE is exactly one JSON object that may be an event:
 *   - the grammar of RFC 8259, with white space allowed around the object;
 *   - valid UTF-8 without NUL, and no escape for half of a surrogate pair (RFC 7493, section 2.1);
 *   - at most c->depth_max levels of arrays and objects;
 *   - no name twice at the top level (RFC 7493, section 2.3; names are compared unescaped);
 *   - no name at the top level that begins with "$sp", which is reserved for control lines.
 * Returns 0 if LINE may be an event. Otherwise returns -1, with the byte offset of the fault in *AT and its description
 * in *WHY, for example "number with a leading zero". *WHY is static or owned by C, and valid until the next call for
 * C. */
int json_check(struct json_checker *c, struct span line, size_t *at, const char **why) MUST_USE;

/* Checks the value at the start of TEXT, after any white space. The value can be of any type. It must follow the same
 * rules as an event, except those about names, and have at most DEPTH_MAX levels of arrays and objects. Returns 0 and
 * sets *END to the position after the value; or -1 with *AT and *WHY set as by json_check(), where *WHY is static. */
int json_check_value(struct span text, unsigned depth_max, const char **end, size_t *at, const char **why) MUST_USE;
#endif
