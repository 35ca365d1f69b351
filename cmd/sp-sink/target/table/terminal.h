/* terminal.h -- the terminal on standard output: its size, and text that is painted over what was painted last. */
#ifndef SINK_TARGET_TABLE_TERMINAL_H
#define SINK_TARGET_TABLE_TERMINAL_H
#include "base/buf.h"
#include <stddef.h>

struct terminal {
	bool is_terminal; /* standard output is a terminal that can move its cursor */
	bool styled;      /* text may be bold or dim: IS_TERMINAL, and NO_COLOR (no-color.org) is not set */
	size_t columns, lines;
	size_t *widths;      /* the widths of the painted lines, in columns; owned */
	size_t painted, cap; /* the number of widths, and the number for which there is room */
};

/* Fills T according to standard output, TERM and NO_COLOR. On a terminal, a change of its size ends a wait for input
 * from now on. */
void terminal_init(struct terminal *t);
void terminal_release(struct terminal *t);
/* If the size has changed since the last call, reads it again and returns true. */
bool terminal_resized(struct terminal *t);
/* Appends the escape sequence that removes the painted lines and puts the cursor where they began. Returns 0, or -1 if
 * OUT is full. */
int terminal_unpaint(struct terminal *t, struct buf *out) MUST_USE;
/* Records that TEXT, whole lines, was painted. Returns 0, or -1 if memory is exhausted. */
int terminal_painted(struct terminal *t, struct span text) MUST_USE;
#endif
