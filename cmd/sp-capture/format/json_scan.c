/* json_scan.c -- finds the end of a JSON value, even if its bytes come in several reads.
 *
 * Outside strings only quotes and brackets change the state of a scan. Inside strings only quotes and backslashes do.
 * All other bytes are skipped, 16 at a time. A later call continues after the bytes that earlier calls have scanned. */
#include "sp-capture/format/json_scan.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Returns the offset of the first byte of P[0..N) that can change the state of a scan, or N if there is none. If
 * STRING is true, P is inside a string, and these bytes are quotes and backslashes. Otherwise these bytes are quotes
 * and brackets. */
static size_t find_mark(const char *p, size_t n, bool string)
{
	size_t i = 0;
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), bit = _mm_set1_epi8(0x20);
	/* The bit 0x20 turns '[' into '{' and ']' into '}', so two comparisons find all four brackets. */
	const __m128i open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}');
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

/* Returns true if C ends a number or a word such as true: white space, a comma, a colon, a bracket or a quote. */
static bool ends_scalar(char c)
{
	return c == ',' || c == ']' || c == '}' || c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == ':' ||
		c == '"' || c == '[' || c == '{';
}

/* Updates SCAN for BYTE, a quote, bracket or backslash that find_mark() has found. Returns true if BYTE is the last
 * byte of the value. */
static bool take_mark(struct json_scan *scan, char byte)
{
	if (scan->string) {
		scan->escape = byte == '\\';
		scan->string = byte == '\\';
		return byte == '"' && scan->depth == 0;
	}
	if (byte == '"')
		scan->string = true;
	else if (byte == '{' || byte == '[')
		scan->depth++;
	else if (scan->depth > 0)
		scan->depth--;
	return !scan->string && scan->depth == 0;
}

bool json_scan(struct json_scan *scan, struct span s)
{
	if (!scan->begun && scan->pos < s.n) {
		char first = s.p[scan->pos];
		scan->begun = true;
		scan->scalar = first != '"' && first != '{' && first != '[';
		/* The first byte always belongs to a number or word, even if the byte is not valid. So the value is
		 * never empty. */
		scan->pos += scan->scalar;
	}
	if (scan->scalar) {
		while (scan->pos < s.n && !ends_scalar(s.p[scan->pos]))
			scan->pos++;
		return scan->pos < s.n;
	}
	while (scan->pos < s.n) {
		/* The byte after a backslash never ends the string. The digits of \uhhhh are ordinary bytes of the
		 * string. */
		if (scan->escape) {
			scan->escape = false;
			scan->pos++;
			continue;
		}
		scan->pos += find_mark(s.p + scan->pos, s.n - scan->pos, scan->string);
		if (scan->pos < s.n && take_mark(scan, s.p[scan->pos++]))
			return true;
	}
	return false;
}
