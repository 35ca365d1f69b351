/* log_cursor.h -- a place in a log line, which moves to the right as the fields are read. */
#ifndef CAPTURE_FORMAT_LOG_CURSOR_H
#define CAPTURE_FORMAT_LOG_CURSOR_H
#include "base/span.h"

struct log_cursor {
	const char *p, *end; /* what was not read yet */
};

static inline size_t log_cursor_left(const struct log_cursor *c)
{
	return (size_t)(c->end - c->p);
}

/* Sets *OUT to the bytes before the next STOP and moves after it. Returns false, and moves nothing, if there is
 * none. */
static inline bool log_cursor_until(struct log_cursor *c, char stop, struct span *out)
{
	const char *at = c->p < c->end ? memchr(c->p, stop, log_cursor_left(c)) : NULL;
	if (!at)
		return false;
	*out = (struct span){ c->p, (size_t)(at - c->p) };
	c->p = at + 1;
	return true;
}

/* Returns everything that is left and moves to the end. */
static inline struct span log_cursor_rest(struct log_cursor *c)
{
	struct span s = { c->p, log_cursor_left(c) };
	c->p = c->end;
	return s;
}

/* Returns the bytes before the next space, which is moved past; or everything that is left if there is no space. */
static inline struct span log_cursor_word(struct log_cursor *c)
{
	struct span s;
	return log_cursor_until(c, ' ', &s) ? s : log_cursor_rest(c);
}
#endif
