/* terminal.h -- the terminal: its size, and text that is painted over what was painted last. */
#ifndef SINK_TARGET_TABLE_TERMINAL_H
#define SINK_TARGET_TABLE_TERMINAL_H
#include "base/buf.h"
#include <stddef.h>

struct terminal {
	bool is_terminal; /* standard output is one that can move its cursor */
	bool styled;      /* ... and NO_COLOR is not set */
	size_t columns, lines;
	size_t *widths; /* of the painted lines, in columns; owned */
	size_t painted, cap;
};

/* Looks at standard output and TERM. */
void terminal_init(struct terminal *t);
void terminal_release(struct terminal *t);
/* Has the size of the terminal changed? Then it is read anew. */
int terminal_resized(struct terminal *t);
/* Appends what takes the painted lines away again and puts the cursor where they began. */
int terminal_unpaint(struct terminal *t, struct buf *out) MUST_USE;
/* Counts TEXT, whole lines, as painted. */
int terminal_painted(struct terminal *t, struct span text) MUST_USE;
#endif
