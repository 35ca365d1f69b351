/* json_kernel_plain.h -- finding the next byte of interest, eight bytes at a time in plain C.
 * BASE is where the text begins: the wide kernel may look back as far. */
#include "text/json_parts.h"

#define ONES UINT64_C(0x0101010101010101)
#define TOPS UINT64_C(0x8080808080808080)

/* The top bit of each byte of X that is zero; bits above the first such byte may be wrong. */
static inline uint64_t zero_bytes(uint64_t x)
{
	return (x - ONES) & ~x & TOPS;
}

/* Which of the eight bytes at P the string scan must look at: ", \, below 0x20, above 0x7F. */
static inline uint64_t string_marks(uint64_t x)
{
	return zero_bytes(x ^ ONES * '"') | zero_bytes(x ^ ONES * '\\') | ((x - ONES * 0x20) & TOPS) | (x & TOPS);
}

static inline bool is_string_mark(char c)
{
	return c == '"' || c == '\\' || (signed char)c < 0x20;
}

/* The first byte of [P, END) that does not stand for itself in a string: ", \, a control character or one
 * of UTF-8 beyond ASCII; END if there is none. */
static inline const char *string_stop(const char *p, const char *base, const char *end)
{
	uint64_t x;
	(void)base;
	for (; end - p >= 8; p += 8) {
		memcpy(&x, p, 8);
		if (string_marks(x))
			break;
	}
	while (p < end && !is_string_mark(*p))
		p++;
	return p;
}

/* The first " or \ of [P, END). */
static inline const char *quote_stop(const char *p, const char *base, const char *end)
{
	uint64_t x;
	(void)base;
	for (; end - p >= 8; p += 8) {
		memcpy(&x, p, 8);
		if (zero_bytes(x ^ ONES * '"') | zero_bytes(x ^ ONES * '\\'))
			break;
	}
	while (p < end && *p != '"' && *p != '\\')
		p++;
	return p;
}

/* The first byte of [P, END) that ends a number, true, false or null. */
static inline const char *scalar_stop(const char *p, const char *base, const char *end)
{
	(void)base;
	while (p < end && !json_ends_scalar(*p))
		p++;
	return p;
}

/* Behind the number at P if it is a valid one and looking at it was easy; NULL: look closer. */
static inline const char *number_stop(const char *p, const char *end)
{
	(void)p;
	(void)end;
	return NULL;
}

/* The first quote or bracket of [P, END). */
static inline const char *bracket_stop(const char *p, const char *base, const char *end)
{
	(void)base;
	while (p < end && *p != '"' && (*p | 0x20) != '{' && (*p | 0x20) != '}')
		p++;
	return p;
}
