/* event.h -- one event, from the line it was read from to the group it is added to. */
#ifndef AGG_EVENT_H
#define AGG_EVENT_H
#include "fold/plan.h"
#include "window/windowing.h"

struct event {
	struct span text;     /* the line; borrowed from the reader */
	uint64_t line;        /* its number */
	size_t prefix;        /* bytes of the bounds that TEXT begins with, "{" and "," included; 0: none */
	struct bounds bounds; /* of its window, slice or session, if it has any */
	char *hidden, was;    /* the byte of the line that bounds_hide() changed, and its value; NULL: none */
	struct buf key_text;  /* what fold.key refers to if it is not a part of the line; owned */
	struct fold_event fold;
};

/* Overwrites the comma after the bounds with '{', so that expressions see the event without its bounds. LINE is EV->text
 * in the reader's buffer, which may be written to. Undone by bounds_restore(). */
static inline void bounds_hide(struct event *ev, char *line)
{
	ev->hidden = ev->prefix ? line + ev->prefix - 1 : NULL;
	if (!ev->hidden)
		return;
	ev->was = *ev->hidden;
	*ev->hidden = '{';
}

static inline void bounds_restore(const struct event *ev)
{
	if (ev->hidden)
		*ev->hidden = ev->was;
}

/* Releases what EV owns. */
static inline void event_release(struct event *ev)
{
	buf_release(&ev->key_text);
	free(ev->fold.args);
}
#endif
