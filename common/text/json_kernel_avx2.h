/* json_kernel_avx2.h -- the kernel of json_kernel_plain.h, 32 bytes at a time.
 *
 * A block that would reach behind END is loaded from END - 32 on instead, and the marks in front of P are
 * shifted out: nothing outside [BASE, END) is ever read. */
#include "text/json_parts.h"
#include <immintrin.h>

static inline __m256i load(const char *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

static inline __m256i is(__m256i v, char c)
{
	return _mm256_cmpeq_epi8(v, _mm256_set1_epi8(c));
}

static inline uint32_t bits(__m256i v)
{
	return (uint32_t)_mm256_movemask_epi8(v);
}

/* One bit a byte that string_stop() stops at. Compared as signed, bytes from 0x80 are below 0x20 too. */
static inline uint32_t string_marks(__m256i v)
{
	__m256i low = _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), v);
	return bits(_mm256_or_si256(low, _mm256_or_si256(is(v, '"'), is(v, '\\'))));
}

static inline uint32_t quote_marks(__m256i v)
{
	return bits(_mm256_or_si256(is(v, '"'), is(v, '\\')));
}

static inline uint32_t scalar_marks(__m256i v)
{
	__m256i low = _mm256_cmpeq_epi8(_mm256_min_epu8(v, _mm256_set1_epi8(0x20)), v);
	__m256i close = is(_mm256_or_si256(v, _mm256_set1_epi8(0x20)), '}'); /* ] and } */
	return bits(_mm256_or_si256(low, _mm256_or_si256(is(v, ','), close)));
}

static inline uint32_t bracket_marks(__m256i v)
{
	__m256i w = _mm256_or_si256(v, _mm256_set1_epi8(0x20)); /* [ is {, ] is } */
	return bits(_mm256_or_si256(is(v, '"'), _mm256_or_si256(is(w, '{'), is(w, '}'))));
}

static inline uint32_t digit_ends(__m256i v)
{
	__m256i d = _mm256_sub_epi8(v, _mm256_set1_epi8('0'));
	return ~bits(_mm256_cmpeq_epi8(_mm256_min_epu8(d, _mm256_set1_epi8(9)), d));
}

/* The first marked byte of [P, END), or END. Always inlined, so that MARKS is no call. */
static inline __attribute__((always_inline)) const char *stop(
	const char *p, const char *base, const char *end, uint32_t (*marks)(__m256i))
{
	uint32_t m;
	for (; end - p >= 32; p += 32)
		if ((m = marks(load(p))) != 0)
			return p + __builtin_ctz(m);
	if (p == end)
		return end;
	size_t left = (size_t)(end - p);
	if (end - base >= 32) {
		m = marks(load(end - 32)) >> (32 - left);
	} else {
		char copy[32] = { 0 };
		memcpy(copy, p, left);
		m = marks(load(copy)) & (uint32_t)((UINT64_C(1) << left) - 1);
	}
	return m ? p + __builtin_ctz(m) : end;
}

static inline const char *string_stop(const char *p, const char *base, const char *end)
{
	return stop(p, base, end, string_marks);
}

static inline const char *quote_stop(const char *p, const char *base, const char *end)
{
	return stop(p, base, end, quote_marks);
}

static inline const char *scalar_stop(const char *p, const char *base, const char *end)
{
	return stop(p, base, end, scalar_marks);
}

static inline const char *bracket_stop(const char *p, const char *base, const char *end)
{
	return stop(p, base, end, bracket_marks);
}

/* Behind the number at P if it is a valid one without exponent that ends in the next 31 bytes; NULL: look
 * closer. */
static inline const char *number_stop(const char *p, const char *end)
{
	p += *p == '-';
	if (end - p < 32)
		return NULL;
	uint32_t marks = digit_ends(load(p)), rest = marks & (marks - 1);
	if (rest == 0)
		return NULL;
	int n = __builtin_ctz(marks);
	if (n == 0 || (*p == '0' && n > 1))
		return NULL;
	if (p[n] == '.') {
		int m = __builtin_ctz(rest);
		if (m == n + 1)
			return NULL;
		n = m;
	}
	return (p[n] | 0x20) == 'e' ? NULL : p + n;
}
