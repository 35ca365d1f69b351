/* span.h -- a piece of memory that belongs to somebody else: an address and a length.
 *
 * A span is not owned and not NUL-terminated. It is valid as long as the memory that it points into. If a function
 * keeps a span after it has returned, its comment says so. Spans are passed by value. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *p; /* NULL if there is no value, in contrast to an empty value */
	size_t n;
};

#define SPAN(literal) ((struct span){ (literal), sizeof(literal) - 1 })
#define SPAN_NONE ((struct span){ NULL, 0 })
/* Expands to the two arguments of printf's "%.*s". */
#define SPAN_ARG(s) (int)(s).n, (s).p

/* Returns the bytes of STRING without its NUL. */
static inline struct span span_of(const char *string)
{
	return (struct span){ string, strlen(string) };
}

/* Returns true if the N bytes at A equal those at B. If N is 8 to 16, compares the first 8 and the last 8 bytes. If N
 * is 4 to 7, compares the first 4 and the last 4. The two parts may overlap, but two such comparisons cost less than a
 * call of memcmp(3). */
static inline bool span_bytes_eq(const char *a, const char *b, size_t n)
{
	uint64_t a8[2], b8[2];
	uint32_t a4[2], b4[2];
	if (n > 16)
		return memcmp(a, b, n) == 0;
	if (n >= 8) {
		memcpy(&a8[0], a, 8), memcpy(&a8[1], a + n - 8, 8);
		memcpy(&b8[0], b, 8), memcpy(&b8[1], b + n - 8, 8);
		return a8[0] == b8[0] && a8[1] == b8[1];
	}
	if (n >= 4) {
		memcpy(&a4[0], a, 4), memcpy(&a4[1], a + n - 4, 4);
		memcpy(&b4[0], b, 4), memcpy(&b4[1], b + n - 4, 4);
		return a4[0] == b4[0] && a4[1] == b4[1];
	}
	return n == 0 || (a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1]);
}

/* Returns true if A and B have equal bytes. An absent span equals an empty one. */
static inline bool span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool span_starts(struct span s, struct span prefix)
{
	return s.n >= prefix.n && memcmp(s.p, prefix.p, prefix.n) == 0;
}
#endif
