/* seen.c -- finds out which paths of a set no event has had, and which fields the events have instead.
 *
 * The list of missing paths gets shorter with the first event that has a path. After SEEN_EVENTS_MAX events, an event
 * costs one comparison, and one more for each path that is still missing. */
#include "json/seen.h"
#include "base/opt.h"
#include "json/json.h"

enum {
	FIELDS_BYTES_MAX = 4096, /* bytes of all collected paths */
	DEPTH_MAX = 3,           /* the depth to which members are collected, unless the caller changes it */
	SHOWN_MAX = 12,          /* the most fields that a hint lists */
};

void seen_init(struct seen *s)
{
	*s = (struct seen){ .depth = DEPTH_MAX };
	buf_init(&s->fields, FIELDS_BYTES_MAX);
}

void seen_release(struct seen *s)
{
	buf_release(&s->fields);
}

void seen_add(struct seen *s, int slot)
{
	s->slots[s->left++] = (uint16_t)slot;
}

/* Returns the collected path after PATH, or the first one if PATH is NULL. Returns NULL after the last one. */
static const char *next_field(const struct seen *s, const char *path)
{
	const char *next = path ? path + strlen(path) + 1 : s->fields.p;
	return next && next < s->fields.p + s->fields.n ? next : NULL;
}

/* Completes the path that begins at byte START of s->fields. Removes the path again if it was collected before, or if
 * there is no room. */
static void keep_field(struct seen *s, size_t start)
{
	if (buf_addc(&s->fields, '\0') < 0) {
		s->fields.n = start;
		return;
	}
	const char *added = s->fields.p + start;
	for (const char *f = next_field(s, NULL); f && f < added; f = next_field(s, f)) {
		if (strcmp(f, added) == 0) {
			s->fields.n = start;
			return;
		}
	}
	s->field_count++;
}

/* Returns true if jq allows .NAME for the member NAME. Other names need quotes: .["NAME"]. */
static bool is_plain_name(struct span name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
		if (!letter && (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return name.n > 0;
}

/* Appends the path PREFIX and a step to the member NAME to s->fields. NAME is JSON text without its quotes. Returns 0,
 * or -1 if there is no room, PREFIX is too long or NAME has a NUL. */
static int add_path(struct seen *s, struct span prefix, struct span name)
{
	/* The copy allows a PREFIX that points into s->fields, whose bytes buf_add() may move. */
	char copy[256];
	if (prefix.n > sizeof copy || memchr(name.p, '\0', name.n))
		return -1;
	memcpy(copy, prefix.p, prefix.n);
	bool plain = is_plain_name(name);
	if (buf_add(&s->fields, copy, prefix.n) < 0 || buf_adds(&s->fields, plain ? "." : ".[\"") < 0 ||
		buf_add_span(&s->fields, name) < 0)
		return -1;
	return plain ? 0 : buf_adds(&s->fields, "\"]");
}

/* Collects the paths of the members of OBJECT, whose own path is PREFIX, until there are SEEN_FIELDS_MAX paths. DEPTH
 * is the depth of the members; it is 1 for the members of the event. */
static void collect_members(struct seen *s, struct span object, const char *prefix, int depth)
{
	struct json_walk w;
	struct span name, value;
	if (json_walk_init(&w, object) < 0)
		return;
	while (s->field_count < SEEN_FIELDS_MAX && json_walk(&w, &name, &value) > 0) {
		size_t start = s->fields.n;
		if (add_path(s, span_of(prefix), name) < 0) {
			s->fields.n = start;
			return;
		}
		char path[256];
		snprintf(path, sizeof path, "%.*s", (int)(s->fields.n - start), s->fields.p + start);
		keep_field(s, start);
		if (depth < s->depth && json_type(value) == JSON_OBJECT)
			collect_members(s, value, path, depth + 1);
	}
}

void seen_collect(struct seen *s, struct span event)
{
	if (s->events >= SEEN_EVENTS_MAX)
		return;
	s->events++;
	collect_members(s, event, "", 1);
}

/* If a path steps into a value of the wrong type, the event does not have the path. */
void seen_update(struct seen *s, struct span event, const struct span *found)
{
	size_t left = 0;
	for (size_t i = 0; i < s->left; i++)
		if (!found[s->slots[i]].p)
			s->slots[left++] = s->slots[i];
	s->left = left;
	if (left)
		seen_collect(s, event);
}

bool seen_never(const struct seen *s, int slot)
{
	for (size_t i = 0; s->events > 0 && i < s->left; i++)
		if (s->slots[i] == slot)
			return true;
	return false;
}

/* Returns the path in NAMES that is most similar to PATH, or NULL if none is similar. NAMES has N elements and room for
 * one more; its elements are overwritten. Objects that would contain PATH are left out, because the user spelled them
 * correctly. Paths of one letter, such as .a, are left out, because each is similar to every other one. */
static const char *nearest_field(const char *path, const char **names, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		size_t length = strlen(names[i]);
		bool on_the_way = strncmp(path, names[i], length) == 0 && (path[length] == '.' || path[length] == '[');
		if (length > 2 && !on_the_way)
			names[kept++] = names[i];
	}
	names[kept] = NULL;
	return strlen(path) < 3 ? NULL : opt_nearest(path, names);
}

void seen_hint(const struct seen *s, const char *path, struct buf *out)
{
	const char *names[SEEN_FIELDS_MAX + 1];
	size_t n = 0;
	for (const char *f = next_field(s, NULL); f && n < SEEN_FIELDS_MAX; f = next_field(s, f))
		names[n++] = f;
	names[n] = NULL;
	size_t start = out->n;
	int r = buf_adds(out, n ? "fields seen: " : "the events have no fields");
	for (size_t i = 0; r == 0 && i < n && i < SHOWN_MAX; i++)
		r = buf_addf(out, "%s%s", i ? ", " : "", names[i]);
	if (r == 0 && n > SHOWN_MAX)
		r = buf_adds(out, ", ...");
	const char *near = nearest_field(path, names, n);
	if (r == 0 && near)
		r = buf_addf(out, "; did you mean %s?", near);
	if (r < 0)
		out->n = start;
}
