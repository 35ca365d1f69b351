/* event.c -- splits an event into its top-level fields.
 *
 * Nothing is copied: a field is two spans (address and length) into the line. The array of fields is kept from event to
 * event, so that reading an event allocates nothing once the array is large enough. */
#include "sp-sink/event.h"
#include "base/vec.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void event_release(struct event *ev)
{
	free(ev->fields);
	*ev = (struct event){ 0 };
}

/* Returns S without white space around it; a line may end with a carriage return. */
static struct span event_trim(struct span s)
{
	const char *end = s.p + s.n;
	const char *p = json_space(s.p, end);
	while (end > p && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	return (struct span){ p, (size_t)(end - p) };
}

int event_read(struct event *ev, struct span line, struct err *e)
{
	struct json_walk w;
	struct field f;
	ev->text = event_trim(line);
	ev->count = 0;
	ev->kind = NULL;
	/* json_check() has accepted the line, so json_walk_init() cannot fail. */
	if (json_walk_init(&w, ev->text) < 0)
		return 0;
	while (json_walk(&w, &f.name, &f.value) > 0) {
		/* vec_room() is called only if the array is full, because a call for every field would be slow. */
		if (ev->count == ev->cap) {
			struct field *fields = vec_room(ev->fields, &ev->cap, ev->count + 1, sizeof *fields);
			if (!fields)
				return err_set(e, EX_OSERR, "out of memory: an event of %zu fields", ev->count);
			ev->fields = fields;
		}
		ev->fields[ev->count++] = f;
	}
	return 0;
}

struct span event_find(const struct event *ev, struct span name, size_t *guess)
{
	/* Events of one source have the same order of fields, so the first comparison mostly succeeds. */
	if (*guess < ev->count && json_string_is(ev->fields[*guess].name, name))
		return ev->fields[*guess].value;
	for (size_t i = 0; i < ev->count; i++) {
		if (json_string_is(ev->fields[i].name, name)) {
			*guess = i;
			return ev->fields[i].value;
		}
	}
	return SPAN_NONE;
}

/* err_set() takes no va_list, so the message is formatted here. */
int event_reject(struct event *ev, const char *kind, struct err *e, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	vsnprintf(e->msg, sizeof e->msg, format, ap);
	va_end(ap);
	e->status = EX_DATAERR;
	ev->kind = kind;
	return 1;
}

/* Returns true if TEXT, the inside of a JSON string, has an escaped NUL. Skips a backslash together with the next
 * character, because in "\\u0000" the first backslash escapes the second. */
static bool event_has_nul(struct span text)
{
	const char *p = text.p, *end = text.p + text.n;
	while (end - p >= 6 && (p = memchr(p, '\\', (size_t)(end - p)))) {
		if (end - p >= 6 && memcmp(p, "\\u0000", 6) == 0)
			return true;
		p += 2;
	}
	return false;
}

int event_check_nul(struct event *ev, const char *store, struct err *e)
{
	/* A NUL can only be written as an escape, because a NUL byte is not valid JSON. Few events have a backslash, so
	 * most events need no further check. */
	if (!memchr(ev->text.p, '\\', ev->text.n))
		return 0;
	for (size_t i = 0; i < ev->count; i++) {
		const struct field *f = &ev->fields[i];
		if (event_has_nul(f->name) || (json_type(f->value) == JSON_STRING && event_has_nul(f->value)))
			return event_reject(ev, "a NUL character", e,
				"field \"%.*s\" has a NUL character, which %s cannot hold", EVENT_NAME_ARG(f->name),
				store);
	}
	return 0;
}
