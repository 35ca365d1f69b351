/* event.h -- one event: its line, its bounds, and the key and arguments that were read from the line. */
#ifndef AGG_EVENT_H
#define AGG_EVENT_H
#include "fold/plan.h"
#include "window/windowing.h"

struct event {
	struct span text; /* the line; borrowed from the reader */
	uint64_t line;    /* the number of the line */
	/* Length of the bounds at the beginning of TEXT, including their brace and the comma after them. 0: TEXT has no
	 * bounds. */
	size_t prefix;
	struct bounds bounds; /* the bounds of the event's window, slice or session, if it has any */
	char *hidden;         /* the byte that bounds_hide() has overwritten; NULL: no byte */
	char hidden_value;    /* the value of that byte before bounds_hide() */
	struct buf key_text;  /* the text of fold.key, unless fold.key points into the line; owned */
	struct buf spelling;  /* the text of fold.spelling; owned */
	struct fold_event fold;
};

/* Overwrites the comma after the bounds with '{'. A JSON object without the bounds then begins at this byte, and the
 * expressions read that object. LINE points to the same bytes as ev->text, but may be written to. */
static inline void bounds_hide(struct event *ev, char *line)
{
	ev->hidden = ev->prefix ? line + ev->prefix - 1 : NULL;
	if (!ev->hidden)
		return;
	ev->hidden_value = *ev->hidden;
	*ev->hidden = '{';
}

/* Writes back the comma that bounds_hide() has overwritten. */
static inline void bounds_restore(const struct event *ev)
{
	if (ev->hidden)
		*ev->hidden = ev->hidden_value;
}

/* Frees the memory that EV owns. EV itself belongs to the caller. */
static inline void event_release(struct event *ev)
{
	buf_release(&ev->key_text);
	buf_release(&ev->spelling);
	free(ev->fold.args);
}
#endif
