/* json_group.h -- writes named values as a JSON object in which each name stands once.
 *
 * An entry of a log may have a name several times, but a JSON object must not. So the name gets an array of all its
 * values. */
#ifndef CAPTURE_FORMAT_JSON_GROUP_H
#define CAPTURE_FORMAT_JSON_GROUP_H
#include "base/span.h"
#include <stdbool.h>

struct json_group_item {
	struct span name; /* borrowed */
	struct span text; /* the value, in the form that PUT of json_group_put() expects; borrowed */
	/* PLACE is the number of items that were added before. FIRST is the PLACE of the first item with the same
	 * name. */
	size_t place, first;
};

/* A list of named values. All bytes must be zero before the first use. json_group_reset() empties the list and keeps
 * the memory for the next list. */
struct json_group {
	struct json_group_item *items; /* owned */
	size_t count, cap;
};

static inline void json_group_reset(struct json_group *g)
{
	g->count = 0;
}
void json_group_release(struct json_group *g);
/* Appends an item with NAME and TEXT, which are borrowed, to G. Returns 0, or -1 if memory is exhausted. */
int json_group_add(struct json_group *g, struct span name, struct span text);
/* Writes G as a JSON object to TO. Names have the order of their first items. For the text of each item, PUT is called
 * with ARG. PUT must write the value to its TO and return the place after the value, or NULL after a failure. Returns
 * the place after the object, or NULL if PUT has returned NULL. TO must have room for all names and values, for 8 more
 * bytes per item, and for the two braces. */
char *json_group_put(struct json_group *g, char *to, char *(*put)(void *arg, char *to, struct span text), void *arg);
#endif
