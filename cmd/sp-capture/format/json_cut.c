/* json_cut.c -- finding the end of a JSON value as its bytes come in.
 *
 * Outside of strings only quotes and brackets matter, inside of them only quotes and backslashes: all other bytes are
 * skipped 16 at a time. Each byte is looked at once, however the input is cut into reads. */
#include "sp-capture/format/json_cut.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Returns the offset of the first byte of P[0..N) that matters: in a STRING a quote or backslash, else a quote or bracket;
 * N if there is none. */
static size_t find_mark(const char *p, size_t n, bool string)
{
	size_t i = 0;
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), bit = _mm_set1_epi8(0x20);
	const __m128i open = _mm_set1_epi8('{'),
		      close = _mm_set1_epi8('}'); /* "[" and "]" are these without the bit 0x20 */
	for (; n - i >= 16; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i)), lower = _mm_or_si128(v, bit);
		__m128i hit = string ? _mm_cmpeq_epi8(v, slash) :
				       _mm_or_si128(_mm_cmpeq_epi8(lower, open), _mm_cmpeq_epi8(lower, close));
		unsigned mask = (unsigned)_mm_movemask_epi8(_mm_or_si128(hit, _mm_cmpeq_epi8(v, quote)));
		if (mask)
			return i + (size_t)__builtin_ctz(mask);
	}
#endif
	for (; i < n; i++) {
		char c = p[i];
		if (c == '"' || (string ? c == '\\' : ((c | 0x20) == '{' || (c | 0x20) == '}')))
			break;
	}
	return i;
}

/* Returns true if C cannot be a part of a number or word, but can follow one. */
static bool ends_scalar(char c)
{
	return c == ',' || c == ']' || c == '}' || c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == ':' ||
		c == '"' || c == '[' || c == '{';
}

/* Processes BYTE, one that find_mark() has found. Returns true if it is the last byte of the value. */
static bool take_mark(struct json_cut *c, char byte)
{
	if (c->string) {
		c->escape = byte == '\\';
		c->string = byte == '\\';
		return byte == '"' && c->depth == 0;
	}
	if (byte == '"')
		c->string = true;
	else if (byte == '{' || byte == '[')
		c->depth++;
	else if (c->depth > 0)
		c->depth--;
	return !c->string && c->depth == 0;
}

bool json_cut(struct json_cut *c, struct span s)
{
	if (!c->begun && c->pos < s.n) {
		char first = s.p[c->pos];
		c->begun = true;
		c->scalar = first != '"' && first != '{' && first != '[';
		c->pos += c->scalar; /* a value has at least one byte, even if it is not valid */
	}
	if (c->scalar) {
		while (c->pos < s.n && !ends_scalar(s.p[c->pos]))
			c->pos++;
		return c->pos < s.n;
	}
	while (c->pos < s.n) {
		/* The byte after a backslash never matters: the digits of \uhhhh are ordinary bytes. */
		if (c->escape) {
			c->escape = false;
			c->pos++;
			continue;
		}
		c->pos += find_mark(s.p + c->pos, s.n - c->pos, c->string);
		if (c->pos < s.n && take_mark(c, s.p[c->pos++]))
			return true;
	}
	return false;
}
