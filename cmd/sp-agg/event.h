/* event.h -- one event, from the line it was read from until it has been added to its group. */
#ifndef AGG_EVENT_H
#define AGG_EVENT_H
#include "fold/plan.h"
#include "window/windowing.h"

struct event {
	struct span text; /* the line; borrowed from the reader */
	uint64_t line;    /* the number of the line */
	size_t prefix;    /* length of the bounds that TEXT begins with, including "{" and ","; 0: TEXT has no bounds */
	struct bounds bounds; /* the bounds of the event's window, slice or session, if it has any */
	char *hidden;         /* the byte that bounds_hide() has overwritten; NULL: no byte */
	char hidden_value;    /* the value of that byte before */
	struct buf key_text;  /* the text of fold.key, unless fold.key points into the line; owned */
	struct fold_event fold;
};

/* Overwrites the comma after the bounds with '{', so that expressions see the event without its bounds.
 * bounds_restore() undoes this. LINE is ev->text in the reader's buffer, which may be written to. */
static inline void bounds_hide(struct event *ev, char *line)
{
	ev->hidden = ev->prefix ? line + ev->prefix - 1 : NULL;
	if (!ev->hidden)
		return;
	ev->hidden_value = *ev->hidden;
	*ev->hidden = '{';
}

/* Undoes bounds_hide(). */
static inline void bounds_restore(const struct event *ev)
{
	if (ev->hidden)
		*ev->hidden = ev->hidden_value;
}

/* Releases what EV owns. */
static inline void event_release(struct event *ev)
{
	buf_release(&ev->key_text);
	free(ev->fold.args);
}
#endif
