/* event.h -- one event taken apart into its top-level members. */
#ifndef SINK_EVENT_H
#define SINK_EVENT_H
#include "base/buf.h"
#include "json/json.h"

struct field {
	struct span name;  /* raw, between the quotes */
	struct span value; /* JSON text */
};

/* Spans point into the line that was read last. */
struct event {
	struct span text;     /* the object, without white space around it */
	struct field *fields; /* owned */
	size_t count, cap;
	const char *kind; /* of a rejected row: what kind of fault (static string) */
};

void event_release(struct event *ev);
/* Takes LINE apart, which json_check() has passed. -1: out of memory (EX_OSERR). */
int event_read(struct event *ev, struct span line, struct err *e) MUST_USE;
/* The value of NAME (unescaped bytes), SPAN_NONE if there is none. *GUESS is where it was the last
 * time; any number to begin with. */
struct span event_find(const struct event *ev, struct span name, size_t *guess);

/* The row is refused, and why: sets ev->kind and E (EX_DATAERR); always 1, as put() gives it. */
int event_reject(struct event *ev, const char *kind, struct err *e, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Refuses (1) a row with a NUL character in a name or a string at its top level, which STORE cannot hold; else 0. */
int event_check_nul(struct event *ev, const char *store, struct err *e);
/* For "%.*s" of a field's name in a message. */
#define EVENT_NAME_ARG(s) ((s).n > 200 ? 200 : (int)(s).n), (s).p
/* Raw text of a string VALUE, between its quotes. */
static inline struct span event_string_inside(struct span value)
{
	return (struct span){ value.p + 1, value.n - 2 };
}
#endif
