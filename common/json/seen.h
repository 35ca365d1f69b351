/* seen.h -- finds out which paths of a set no event has had, and which fields the events have instead.
 *
 * A path that no event has is usually a typing error. Nothing fails, because the value of a missing path is null. So
 * the user gets a message that names the path and lists the fields of the first events. */
#ifndef JSON_SEEN_H
#define JSON_SEEN_H
#include "base/buf.h"
#include "json/paths.h"
#include <stdbool.h>

enum {
	SEEN_EVENTS_MAX = 64, /* events whose fields are collected */
	SEEN_FIELDS_MAX = 64, /* different fields that are collected */
};

struct seen {
	uint16_t slots[JSON_PATHS_MAX]; /* the paths that no event has had; `left` of them */
	size_t left;
	unsigned events;   /* events whose fields were collected */
	struct buf fields; /* the paths of these fields, each with a NUL at its end; owned */
	size_t field_count;
	int depth; /* the greatest depth of collected members; the members of the event have depth 1 */
};

/* Initializes S. The caller may then set s->depth to 1, so that hints list only members of the event itself. */
void seen_init(struct seen *s);
void seen_release(struct seen *s);

/* Adds the path with number SLOT in a set of paths (json/paths.h). Each path must be added only once. */
void seen_add(struct seen *s, int slot);

/* Notes which paths EVENT has. FOUND has the values that json_paths_run() found in EVENT. */
void seen_update(struct seen *s, struct span event, const struct span *found);

/* Calls seen_update() unless an event has had every path, so that the usual case costs no call. */
static inline void seen_event(struct seen *s, struct span event, const struct span *found)
{
	if (s->left)
		seen_update(s, event, found);
}

/* Collects the fields of EVENT for hints. Does nothing after SEEN_EVENTS_MAX calls. Needed only by callers that do not
 * use seen_update(). */
void seen_collect(struct seen *s, struct span event);

/* Returns true if there were events, and none of them had the path SLOT. */
bool seen_never(const struct seen *s, int slot);

/* Appends a hint to OUT for PATH, such as ".url", which no event has had. An example of a hint is "fields seen: .ts,
 * .path; did you mean .path?". Appends nothing if OUT is full. */
void seen_hint(const struct seen *s, const char *path, struct buf *out);
#endif
