/* buf.h -- a byte buffer that grows up to a maximum given at the start.
 *
 * A buf owns its bytes. If a call would exceed the maximum, or memory is exhausted, the call returns -1 (or NULL) and
 * leaves the buffer unchanged. */
#ifndef BASE_BUF_H
#define BASE_BUF_H
#include "base/err.h"
#include "base/span.h"
#include <stdint.h>

struct buf {
	char *p;    /* the bytes; NULL while nothing is allocated */
	size_t n;   /* bytes in use */
	size_t cap; /* bytes allocated */
	size_t max; /* largest number of bytes that may be allocated */
};

/* Makes B an empty buffer of at most MAX bytes. Allocates nothing. */
void buf_init(struct buf *b, size_t max);
/* Frees the bytes. B is then empty, keeps its maximum, and may be used again. */
void buf_release(struct buf *b);

/* Makes room for N more bytes. Returns the position after the content; NULL if N bytes do not fit. The caller writes
 * the bytes there and then adds their number to b->n. The position is valid until the next call that changes B. */
char *buf_room(struct buf *b, size_t n) MUST_USE;

/* Append the given bytes, span, string or formatted text to B. Return 0; -1 if the bytes do not fit. buf_addf() needs
 * room for one byte more than it appends. */
int buf_add(struct buf *b, const void *p, size_t n);
int buf_add_span(struct buf *b, struct span s);
int buf_adds(struct buf *b, const char *string);
int buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Appends the byte C. Returns 0; -1 if C does not fit. The function is inline, because programs write many single
 * characters. */
static inline int buf_addc(struct buf *b, char c)
{
	if (b->n == b->cap)
		return buf_add(b, &c, 1);
	b->p[b->n++] = c;
	return 0;
}
/* Appends V in decimal. Returns 0; -1 if the digits do not fit. */
int buf_add_i64(struct buf *b, int64_t v);

/* Empties B but keeps its memory. */
static inline void buf_reset(struct buf *b)
{
	b->n = 0;
}

/* Returns the content as a span, which is valid until B changes. The pointer of the span is not NULL, even if B is
 * empty. */
static inline struct span buf_span(const struct buf *b)
{
	return (struct span){ b->p ? b->p : "", b->n };
}

/* Returns the content as a NUL-terminated string, which is valid until B changes; NULL if there is no room for the
 * NUL. */
const char *buf_string(struct buf *b) MUST_USE;
#endif
