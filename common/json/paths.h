/* paths.h -- the values at given paths of an event, all of them found in one pass.
 *
 * A set of paths learns the shape of the events it sees, so that members of the next event like them are found without
 * reading what lies between. Every program that needs more than one member of an event uses it. */
#ifndef JSON_PATHS_H
#define JSON_PATHS_H
#include "base/err.h"
#include "base/span.h"

enum {
	JSON_PATH_STEPS_MAX = 32, /* steps of one path */
	JSON_PATHS_MAX = 256,     /* paths of one set */
};

/* One step of a path: to a member of an object, or to an element of an array. */
struct json_step {
	struct span name; /* p != NULL: the member's name, unescaped */
	int64_t index;    /* otherwise: the element, from 0, or from the end when negative (-1 is the last) */
};

struct json_paths;

/* Returns an empty set, to be freed by json_paths_free(); NULL with EX_OSERR when memory is exhausted. */
struct json_paths *json_paths_new(struct err *e) MUST_USE;
/* P may be NULL. */
void json_paths_free(struct json_paths *p);

/* Adds the path of COUNT steps (copied); no steps mean the whole event. Returns its number: 0, 1, ...; a path that was
 * added before keeps its number. Returns -1 with EX_USAGE if there are too many steps or paths. */
int json_paths_add(struct json_paths *p, const struct json_step *steps, size_t count, struct err *e) MUST_USE;

/* Finds all paths in EVENT and sets OUT[i] to the text of the value at path i, without white space around it, or to
 * SPAN_NONE if there is no value, or if null is on the way to it. Returns:
 *    0  all paths were looked up;
 *   -1  EVENT is not an object, or cannot be read as far as it is needed (cut off, unbalanced);
 *   -2  a path steps into a value of the wrong type (a member of a number), where jq fails: OUT of each such path
 *       satisfies json_path_failed(), *BAD is the number of the first one, and all others are set as for 0.
 * If a name occurs several times, its first member counts at the top level and its last one further down, as in jq. An
 * EVENT that json_check() would refuse may give values, too, as far as they can be found; which ones is not defined. */
int json_paths_run(struct json_paths *p, struct span event, struct span *out, int *bad) MUST_USE;

/* Returns true if S is what json_paths_run() sets for a path that steps into a value of the wrong type. */
static inline bool json_path_failed(struct span s)
{
	return !s.p && s.n > 0;
}
#endif
