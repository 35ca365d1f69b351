/* json_group.h -- writes named values as a JSON object in which each name stands once.
 *
 * Some logs may have a name several times. An object of JSON must not, so such a name has an array of all its values. */
#ifndef CAPTURE_FORMAT_JSON_GROUP_H
#define CAPTURE_FORMAT_JSON_GROUP_H
#include "base/span.h"
#include <stdbool.h>

struct json_group_item {
	struct span name;    /* without anything that JSON escapes */
	struct span text;    /* the value, as the caller understands it; borrowed */
	size_t place, first; /* its place among the items, and the place of the first one with its name */
};

/* A list of named values. All bytes are zero before the first use. The memory is used again for each list. */
struct json_group {
	struct json_group_item *items; /* owned */
	size_t count, cap;
};

static inline void json_group_reset(struct json_group *g)
{
	g->count = 0;
}
void json_group_release(struct json_group *g);
/* Appends an item to G. Returns 0, or -1 if memory is exhausted. */
int json_group_add(struct json_group *g, struct span name, struct span text);
/* Writes G as an object to TO. A name has the place of its first item. PUT writes the value of one item to TO and returns
 * the place after it, or NULL; it gets ARG. Returns the place after the object, or NULL if PUT does. TO must have room for
 * what PUT writes, and for the names and 8 bytes of each item. */
char *json_group_put(struct json_group *g, char *to, char *(*put)(void *arg, char *to, struct span text), void *arg);
#endif
