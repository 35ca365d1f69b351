/* seen.h -- which paths of a set no event has had, and which fields the events have instead.
 *
 * A path that no event has is mostly a typing error: its value is null in every event, and nothing fails. While a path
 * is missing, the fields of the first events are collected for the message. */
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
	uint16_t slots[JSON_PATHS_MAX]; /* the first `left` are the paths that no event has had */
	size_t left;
	unsigned events;   /* events whose fields were collected */
	struct buf fields; /* the paths of these fields, each with a NUL at its end; owned */
	size_t field_count;
	int depth; /* members are collected down to this depth; the members of the event have depth 1 */
};

/* Initializes S. The caller may set s->depth to 1 if only the members of the event itself can be meant. */
void seen_init(struct seen *s);
void seen_release(struct seen *s);

/* Adds the path SLOT of a set of paths, less than JSON_PATHS_MAX. Each path must be added only once. */
void seen_add(struct seen *s, int slot);

/* Notes the paths that EVENT has. FOUND is what json_paths_run() has set for it. */
void seen_update(struct seen *s, struct span event, const struct span *found);

/* The same, and does nothing once every path was seen. */
static inline void seen_event(struct seen *s, struct span event, const struct span *found)
{
	if (s->left)
		seen_update(s, event, found);
}

/* Collects the fields of EVENT, at most SEEN_EVENTS_MAX times. For callers that look for their fields themselves. */
void seen_collect(struct seen *s, struct span event);

/* Returns true if there were events, and none of them had the path SLOT. */
bool seen_never(const struct seen *s, int slot);

/* Appends a hint for PATH, such as ".url", which no event has had: "fields seen: .ts, .path; did you mean .path?".
 * Appends nothing if memory is exhausted. */
void seen_hint(const struct seen *s, const char *path, struct buf *out);
#endif
