/* json_kernel_plain.h -- finding the next byte of interest, in plain C: eight bytes at a time where that pays.
 *
 * A window is the state of such a search over one text; here there is nothing to remember. A window serves
 * one set of marks: check (string, number), pick (quote, scalar) or nested (quote, nested). */
#include "text/json_runs.h"

struct window {
	const char *end;
};

#define ONES UINT64_C(0x0101010101010101)
#define TOPS UINT64_C(0x8080808080808080)

/* Does the text at P begin with RUN? */
static inline bool run_at(const struct json_run *run, const char *p, const char *end)
{
	return json_run_at(run, p, end);
}

/* Has X a byte that is zero? */
static inline uint64_t zero_bytes(uint64_t x)
{
	return (x - ONES) & ~x & TOPS;
}

static inline struct window window_over(const char *base, const char *end, enum mark_set set)
{
	(void)base;
	(void)set;
	return (struct window){ .end = end };
}

/* The first byte from P on that does not stand for itself in a string: ", \, a control character or one of
 * UTF-8 beyond ASCII; the text's end if there is none. */
static inline const char *string_stop(struct window *w, const char *p)
{
	uint64_t x;
	for (; w->end - p >= 8; p += 8) {
		memcpy(&x, p, 8);
		if (zero_bytes(x ^ ONES * '"') | zero_bytes(x ^ ONES * '\\') | ((x - ONES * 0x20) & TOPS) |
			(x & TOPS))
			break;
	}
	while (p < w->end && *p != '"' && *p != '\\' && (signed char)*p >= 0x20)
		p++;
	return p;
}

/* The first " or \ from P on. */
static inline const char *quote_stop(struct window *w, const char *p, enum mark_set set)
{
	uint64_t x;
	(void)set;
	for (; w->end - p >= 8; p += 8) {
		memcpy(&x, p, 8);
		if (zero_bytes(x ^ ONES * '"') | zero_bytes(x ^ ONES * '\\'))
			break;
	}
	while (p < w->end && *p != '"' && *p != '\\')
		p++;
	return p;
}

/* The first byte from P on that ends a number, true, false or null. */
static inline const char *scalar_stop(struct window *w, const char *p)
{
	while (p < w->end && !json_ends_scalar(*p))
		p++;
	return p;
}

/* The first quote or bracket from P on. */
static inline const char *nested_stop(struct window *w, const char *p)
{
	while (p < w->end && *p != '"' && (*p | 0x20) != '{' && (*p | 0x20) != '}')
		p++;
	return p;
}

/* Behind the number at P if it is a valid one and that was easy to see; NULL: look closer. */
static inline const char *number_stop(struct window *w, const char *p)
{
	(void)w;
	(void)p;
	return NULL;
}
