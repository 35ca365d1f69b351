/* event.h -- one event, split into its top-level fields. */
#ifndef SINK_EVENT_H
#define SINK_EVENT_H
#include "base/buf.h"
#include "json/json.h"

struct field {
	struct span name;  /* the text between the quotes, not unescaped */
	struct span value; /* JSON text */
};

/* An event, split into its top-level fields. All spans point into the line that was read last. A struct of zeros is an
 * event without fields. */
struct event {
	struct span text;     /* the object, without white space around it */
	struct field *fields; /* in the order of the line; owned */
	size_t count, cap;
	/* If the event was rejected: the kind of fault, under which the rejection is counted. A static string. */
	const char *kind;
};

void event_release(struct event *ev);
/* Splits LINE, which json_check() must have accepted, into EV. LINE is borrowed until the next call. Returns 0, or -1
 * with E set (EX_OSERR) if memory is exhausted. */
int event_read(struct event *ev, struct span line, struct err *e) MUST_USE;
/* Returns the value of the field NAME (plain bytes), or SPAN_NONE if EV lacks it. *GUESS is the place at which the
 * field is looked for first. If the field is elsewhere, *GUESS is set to its place for the next event. Before the first
 * call *GUESS may be any number. */
struct span event_find(const struct event *ev, struct span name, size_t *guess);

/* Rejects EV: sets its kind to KIND (a static string), and E to EX_DATAERR with the message FORMAT. Always returns 1,
 * the result of a target's put() for a rejected event. */
int event_reject(struct event *ev, const char *kind, struct err *e, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Rejects EV and returns 1 if one of its names or strings at the top level has a NUL character. Otherwise returns 0.
 * STORE is what cannot hold a NUL, such as "CSV", for the message. */
int event_check_nul(struct event *ev, const char *store, struct err *e);

/* The two arguments of "%.*s" that show S, the name of a field, in a message: at most 200 bytes of it. */
#define EVENT_NAME_ARG(s) ((s).n > 200 ? 200 : (int)(s).n), (s).p

/* Returns the text of VALUE, a JSON string, between its quotes; it is not unescaped. */
static inline struct span event_string_inside(struct span value)
{
	return (struct span){ value.p + 1, value.n - 2 };
}
#endif
