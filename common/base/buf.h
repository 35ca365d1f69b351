/* buf.h -- a byte buffer that grows up to a maximum given at the start.
 *
 * A buf owns its bytes. A call that would go past the maximum, or for which memory is exhausted, returns -1 (or NULL),
 * and the buffer keeps what it had. */
#ifndef BASE_BUF_H
#define BASE_BUF_H
#include "base/err.h"
#include "base/span.h"
#include <stdint.h>

struct buf {
	char *p;    /* the bytes; NULL while nothing is allocated */
	size_t n;   /* bytes in use */
	size_t cap; /* bytes allocated */
	size_t max; /* the most that may be allocated */
};

/* Makes B an empty buffer of at most MAX bytes. Allocates nothing. */
void buf_init(struct buf *b, size_t max);
/* Frees the bytes. B may be used again, as after buf_init(). */
void buf_release(struct buf *b);

/* Makes room for N more bytes and returns where they start, or NULL. The caller writes them and then adds their number
 * to b->n. The position is valid until the next call. */
char *buf_room(struct buf *b, size_t n) MUST_USE;

/* Append bytes. Return 0, or -1 if they do not fit. */
int buf_add(struct buf *b, const void *p, size_t n);
int buf_add_span(struct buf *b, struct span s);
int buf_addc(struct buf *b, char c);
int buf_adds(struct buf *b, const char *string);
int buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Appends V in decimal. */
int buf_add_i64(struct buf *b, int64_t v);

/* Empties B and keeps its memory. */
static inline void buf_reset(struct buf *b)
{
	b->n = 0;
}

/* Returns the content, valid until the next change. Its p is never NULL. */
static inline struct span buf_span(const struct buf *b)
{
	return (struct span){ b->p ? b->p : "", b->n };
}

/* Returns the content as a NUL-terminated string, valid until the next change; NULL if there is no room for the NUL. */
const char *buf_string(struct buf *b) MUST_USE;
#endif
