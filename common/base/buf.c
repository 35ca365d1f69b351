/* buf.c -- a byte buffer that grows up to a maximum.
 *
 * The capacity doubles, so that appending N bytes one at a time costs O(N) in all. At all times n <= cap <= max. A call
 * that fails leaves the buffer unchanged. */
#include "base/buf.h"
#include <stdarg.h>

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void buf_release(struct buf *b)
{
	free(b->p);
	buf_init(b, b->max);
}

char *buf_room(struct buf *b, size_t n)
{
	/* In most calls the buffer has enough room. That case is tested first, because this function is called for
	 * every piece of output. */
	if (b->p && n <= b->cap - b->n)
		return b->p + b->n;
	/* The subtraction replaces the sum b->n + n, which could overflow. */
	if (n > b->max || b->n > b->max - n)
		return NULL;
	size_t cap = b->cap ? b->cap : b->max < 256 ? b->max : 256;
	if (cap > b->max)
		cap = b->max;
	/* The loop ends, because the test above has shown that b->max is large enough. CAP is doubled only if it is at
	 * most half of b->max, so that doubling CAP cannot overflow. */
	while (cap < b->n + n)
		cap = cap > b->max / 2 ? b->max : cap * 2;
	char *p = realloc(b->p, cap);
	if (!p)
		return NULL;
	b->p = p;
	b->cap = cap;
	return p + b->n;
}

int buf_add(struct buf *b, const void *p, size_t n)
{
	/* Appending no bytes succeeds without an allocation. */
	char *to = n > 0 ? buf_room(b, n) : NULL;
	if (!to)
		return n == 0 ? 0 : -1;
	memcpy(to, p, n);
	b->n += n;
	return 0;
}

int buf_add_span(struct buf *b, struct span s)
{
	return buf_add(b, s.p, s.n);
}

int buf_adds(struct buf *b, const char *string)
{
	return buf_add(b, string, strlen(string));
}

/* Formats twice: first to learn the length, then to write the text. vsnprintf(3) also writes a NUL, so the text needs
 * room for N + 1 bytes. */
int buf_addf(struct buf *b, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	int n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	char *to = n < 0 ? NULL : buf_room(b, (size_t)n + 1);
	if (!to)
		return -1;
	va_start(ap, format);
	vsnprintf(to, (size_t)n + 1, format, ap);
	va_end(ap);
	b->n += (size_t)n;
	return 0;
}

int buf_add_i64(struct buf *b, int64_t v)
{
	/* The digits are produced from the last to the first. The magnitude is unsigned because -INT64_MIN does not fit
	 * int64_t. */
	char text[24], *end = text + sizeof text, *p = end;
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	do
		*--p = (char)('0' + u % 10);
	while ((u /= 10) != 0);
	if (v < 0)
		*--p = '-';
	return buf_add(b, p, (size_t)(end - p));
}

/* Stores the NUL after the content. The NUL is not counted in b->n. */
const char *buf_string(struct buf *b)
{
	char *p = buf_room(b, 1);
	if (!p)
		return NULL;
	*p = '\0';
	return b->p;
}
