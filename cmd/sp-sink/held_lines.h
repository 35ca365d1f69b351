/* held_lines.h -- lines that wait in memory until the end of their epoch.
 *
 * A store such as SQLite has one writer at a time. If an epoch lasts long, its events are held here and put at the
 * barrier, so that other programs can write in the meantime. */
#ifndef SINK_HELD_LINES_H
#define SINK_HELD_LINES_H
#include "base/buf.h"
#include "stream/reader.h"

struct held_lines {
	struct buf bytes; /* the number of each line, its length, and its text; owned */
	size_t at;        /* the next line to be taken */
};

void held_lines_init(struct held_lines *h);
void held_lines_release(struct held_lines *h);
/* Adds a copy of LINE. Returns 0. Returns 1 if there is no room: the caller must take all lines first. Returns -1 with
 * E set (EX_OSERR) if memory is exhausted. */
int held_lines_add(struct held_lines *h, const struct line *line, struct err *e) MUST_USE;
/* Takes the oldest line into *OUT, with its text and number. Returns false if there is none; the memory is then used
 * again for new lines. OUT's text is valid until the next held_lines_add(). */
bool held_lines_take(struct held_lines *h, struct line *out);
#endif
