/* json_build.c -- writes the JSON text of an event.
 *
 * Text is copied in blocks of 16 or 8 bytes. While a block is in a register, it is checked for bytes that need an
 * escape. A copied block may end after the end of the text, so json_build_room() adds SLACK bytes. */
#include "sp-capture/format/json_build.h"
#include "base/hex.h"
#include "stream/next.h"
#include "text/number.h"
#include <stdlib.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { SLACK = 16 }; /* bytes that copying may write after the end of the text */

char *json_build_room(struct buf *b, size_t fixed, size_t text, struct err *e)
{
	buf_reset(b);
	char *p = buf_room(b, fixed + JSON_BUILD_BYTE_MAX * text + SLACK);
	if (!p)
		err_set(e, EX_OSERR, "out of memory for an event made of %zu bytes", text);
	return p;
}

int json_build_event(struct record *out, struct buf *b, const char *end, size_t max)
{
	/* The functions that write to B do not set the length of B, so it is set here. */
	b->n = (size_t)(end - b->p);
	out->event = buf_span(b);
	out->checked = true;
	if (b->n > max)
		return record_reject(out, "event too long",
			"makes an event of %zu bytes, the limit is %zu (see --max-event)", b->n, max);
	return NEXT_EVENT;
}

/* Returns true if C must be escaped in a string (RFC 8259, 7). */
static bool must_escape(unsigned char c)
{
	return c == '"' || c == '\\' || c < 0x20;
}

#define EACH_BYTE UINT64_C(0x0101010101010101)

/* Returns true if at least one of the eight bytes of V needs an escape. Tests all eight bytes at once, with the
 * methods "haszero" and "hasless" of Anderson's "Bit Twiddling Hacks". */
static bool any_escape(uint64_t v)
{
	uint64_t quote = v ^ EACH_BYTE * '"', slash = v ^ EACH_BYTE * '\\';
	uint64_t low = (v - EACH_BYTE * 0x20) & ~v;
	return ((low | ((quote - EACH_BYTE) & ~quote) | ((slash - EACH_BYTE) & ~slash)) & EACH_BYTE * 0x80) != 0;
}

/* Copies the bytes of P[0..N) that are before the first byte that needs an escape to TO. Returns the number of these
 * bytes. May write up to SLACK bytes more. */
static size_t copy_plain(char *to, const char *p, size_t n)
{
	size_t i = 0;
	uint64_t v;
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), low = _mm_set1_epi8(0x1f);
	for (; n - i >= 16; i += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		__m128i bad = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(x, low), x),
			_mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, slash)));
		unsigned mask = (unsigned)_mm_movemask_epi8(bad);
		/* Store the whole block. The caller overwrites the bytes from the first escape on. */
		_mm_storeu_si128((__m128i *)(void *)(to + i), x);
		if (mask)
			return i + (size_t)__builtin_ctz(mask);
	}
#endif
	for (; n - i >= 8; i += 8) {
		memcpy(&v, p + i, 8);
		if (any_escape(v))
			break;
		memcpy(to + i, &v, 8);
	}
	/* If fewer than eight bytes are left, copy the last eight bytes of the text as one block. Some bytes are then
	 * copied twice, but this is faster than single bytes. In a text of four to seven bytes, copy the first four
	 * and the last four. */
	if (n >= 8 && n - i < 8) {
		memcpy(&v, p + n - 8, 8);
		if (!any_escape(v)) {
			memcpy(to + n - 8, &v, 8);
			return n;
		}
	} else if (n >= 4 && n < 8) {
		uint32_t first, last;
		memcpy(&first, p, 4);
		memcpy(&last, p + n - 4, 4);
		if (!any_escape((uint64_t)last << 32 | first)) {
			memcpy(to, &first, 4);
			memcpy(to + n - 4, &last, 4);
			return n;
		}
	}
	for (; i < n && !must_escape((unsigned char)p[i]); i++)
		to[i] = p[i];
	return i;
}

/* Writes the JSON escape of the byte C: the short form if there is one, such as \n, otherwise \u00hh. Returns the
 * place after the escape. */
static char *put_escape(char *to, unsigned char c)
{
	/* Pairs of a byte and the letter of its short escape. */
	static const char letters[] = "\bb\ff\nn\rr\tt\"\"\\\\";
	*to++ = '\\';
	for (const char *pair = letters; *pair; pair += 2) {
		if ((unsigned char)*pair == c) {
			*to++ = pair[1];
			return to;
		}
	}
	to = JSON_BUILD_RAW(to, "u00");
	return hex_put(to, c);
}

char *json_build_string(char *to, struct span s)
{
	/* Each round copies the bytes before the next escape, and then writes the escape. */
	const char *p = s.p, *end = s.p + s.n;
	*to++ = '"';
	for (;;) {
		size_t run = copy_plain(to, p, (size_t)(end - p));
		to += run;
		p += run;
		if (p == end)
			break;
		to = put_escape(to, (unsigned char)*p++);
	}
	*to++ = '"';
	return to;
}

/* Returns true if S, which must not be empty, consists of at most 18 digits without a leading zero. Most numbers have
 * this form, and this test is faster than num_valid(). */
static bool is_integer(struct span s)
{
	if (s.n > 18 || (s.p[0] == '0' && s.n > 1))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

char *json_build_value(char *to, struct span s, bool plain)
{
	/* A number begins with a digit or '-'. Nearly all other texts begin with another byte and need no further
	 * test. */
	bool maybe = s.n > 0 && ((s.p[0] >= '0' && s.p[0] <= '9') || s.p[0] == '-');
	return maybe && (is_integer(s) || num_valid(s)) ? json_build_raw(to, s) :
		plain                                   ? json_build_plain(to, s) :
							  json_build_string(to, s);
}

/* Compares two names for qsort(), first by length and then by bytes. Any order would do in which equal names are
 * neighbours. */
static int compare_names(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return x->n ? memcmp(x->p, y->p, x->n) : 0;
}

struct span json_build_twice(struct span *names, size_t count)
{
	/* Up to this number of names, a comparison of all pairs is faster than sorting. */
	enum { FEW = 24 };
	if (count <= FEW) {
		for (size_t i = 1; i < count; i++)
			for (size_t j = 0; j < i; j++)
				if (span_eq(names[i], names[j]))
					return names[i];
		return SPAN_NONE;
	}
	qsort(names, count, sizeof *names, compare_names);
	for (size_t i = 1; i < count; i++)
		if (span_eq(names[i], names[i - 1]))
			return names[i];
	return SPAN_NONE;
}
