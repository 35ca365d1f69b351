/* paths.h -- finding the values at several paths of an event in one pass.
 *
 * A set of paths learns where members are in the events that it reads. If the next event has the same shape, its
 * members are found without reading the text between them. */
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
	struct span name; /* the unescaped name of the member, if name.p is not NULL */
	int64_t index;    /* otherwise the element, from 0; negative from the end (-1 is the last one) */
};

struct json_paths;

/* Returns an empty set, which the caller must free by json_paths_free(). Returns NULL with E set to EX_OSERR if memory
 * is exhausted. */
struct json_paths *json_paths_new(struct err *e) MUST_USE;
/* Frees P, which may be NULL. */
void json_paths_free(struct json_paths *p);

/* Adds the path of COUNT steps, which are copied, and returns its number: 0, 1, ... A path without steps is the whole
 * event. A path that was added before keeps its number. Returns -1 with E set: to EX_USAGE if there are too many steps
 * or paths, to EX_OSERR if memory is exhausted. */
int json_paths_add(struct json_paths *p, const struct json_step *steps, size_t count, struct err *e) MUST_USE;

/* Finds all paths in EVENT. Sets OUT[i] to the text of the value at path i, without white space around it; or to
 * SPAN_NONE if there is no value, or if the path steps into null. Returns:
 *    0  all paths were looked up;
 *   -1  EVENT is not an object, or is so damaged (truncated, unbalanced) that the paths cannot be looked up;
 *   -2  some paths step into a value of the wrong type, such as a member of a number, where jq fails. For each such
 *       path json_path_failed(OUT[i]) is true, and *BAD is the number of one of them. All other paths were looked up.
 * If a name occurs several times in an object below the top level, its last member counts, as in jq. For an EVENT that
 * json_check() would refuse, the values are not defined. */
int json_paths_run(struct json_paths *p, struct span event, struct span *out, int *bad) MUST_USE;

/* Returns true if S is what json_paths_run() sets for a path that steps into a value of the wrong type. */
static inline bool json_path_failed(struct span s)
{
	return !s.p && s.n > 0;
}
#endif
