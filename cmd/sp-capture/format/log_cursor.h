/* log_cursor.h -- a place in a log line, which moves towards the end when a field is read. */
#ifndef CAPTURE_FORMAT_LOG_CURSOR_H
#define CAPTURE_FORMAT_LOG_CURSOR_H
#include "base/span.h"

struct log_cursor {
	const char *p, *end; /* the bytes of the line that were not read yet */
};

static inline size_t log_cursor_left(const struct log_cursor *c)
{
	return (size_t)(c->end - c->p);
}

/* Sets *OUT to the bytes before the next byte STOP and moves C past this byte. Returns true, or false with C unchanged
 * if there is no such byte. */
static inline bool log_cursor_until(struct log_cursor *c, char stop, struct span *out)
{
	const char *found = c->p < c->end ? memchr(c->p, stop, log_cursor_left(c)) : NULL;
	if (!found)
		return false;
	*out = (struct span){ c->p, (size_t)(found - c->p) };
	c->p = found + 1;
	return true;
}

/* Returns all bytes that are left and moves C to the end of the line. */
static inline struct span log_cursor_rest(struct log_cursor *c)
{
	struct span s = { c->p, log_cursor_left(c) };
	c->p = c->end;
	return s;
}

/* Returns the bytes before the next space and moves C past the space. If there is no space, returns all bytes that are
 * left and moves C to the end of the line. */
static inline struct span log_cursor_word(struct log_cursor *c)
{
	struct span s;
	return log_cursor_until(c, ' ', &s) ? s : log_cursor_rest(c);
}
#endif
