/* terminal.h -- the terminal: its size, and text that is painted over what was painted last. */
#ifndef SINK_TARGET_TABLE_TERMINAL_H
#define SINK_TARGET_TABLE_TERMINAL_H
#include "base/buf.h"
#include <stddef.h>

struct screen {
	bool terminal; /* standard output is one that can move its cursor */
	bool styled;   /* ... and NO_COLOR is not set */
	size_t columns, lines;
	size_t *widths; /* of the painted lines, in columns; owned */
	size_t painted, cap;
};

/* Looks at standard output and TERM. */
void screen_init(struct screen *s);
void screen_release(struct screen *s);
/* Has the size of the terminal changed? Then it is read anew. */
int screen_resized(struct screen *s);
/* Appends what takes the painted lines away again and puts the cursor where they began. */
int screen_unpaint(struct screen *s, struct buf *out) MUST_USE;
/* Counts TEXT, whole lines, as painted. */
int screen_painted(struct screen *s, struct span text) MUST_USE;
#endif
