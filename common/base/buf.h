/* buf.h -- a byte buffer that grows up to a maximum given at the start.
 *
 * A buf owns its bytes. Growing past the maximum, or out of memory, fails: the call returns -1
 * and the buffer keeps what it had. */
#ifndef BASE_BUF_H
#define BASE_BUF_H
#include "base/err.h"
#include "base/span.h"
#include <stdint.h>

struct buf {
	char *p;
	size_t n;   /* bytes in use */
	size_t cap; /* bytes allocated */
	size_t max; /* never more than this */
};

/* An empty buffer of at most MAX bytes; allocates nothing yet. */
void buf_init(struct buf *b, size_t max);
/* Frees the bytes; B may be used again as after buf_init(). */
void buf_release(struct buf *b);
/* Makes room for N more bytes; returns where they go (not yet counted in b->n), or NULL. */
char *buf_room(struct buf *b, size_t n) MUST_USE;
/* Appends; 0, or -1 when it does not fit. */
int buf_add(struct buf *b, const void *p, size_t n);
int buf_add_span(struct buf *b, struct span s);
int buf_addc(struct buf *b, char c);
int buf_adds(struct buf *b, const char *string);
int buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Appends an integer in decimal. */
int buf_add_i64(struct buf *b, int64_t v);

static inline void buf_reset(struct buf *b)
{
	b->n = 0;
}

static inline struct span buf_span(const struct buf *b)
{
	return (struct span){ b->p ? b->p : "", b->n };
}

/* A zero-terminated view of the content, valid until the next change; NULL out of room. */
const char *buf_string(struct buf *b) MUST_USE;
#endif
