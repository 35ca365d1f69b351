/* utf8.c -- well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
 *
 * The tests follow table 3-7 of the Unicode standard. For each first byte, the table gives the range of the second
 * byte; all later bytes are 80..BF. ASCII, which most text consists of, is checked eight bytes at a time. */
#include "text/utf8.h"
#include <stdbool.h>

/* Returns true if C is a continuation byte, 10xxxxxx. */
static bool is_tail(unsigned char c)
{
	return (c & 0xC0) == 0x80;
}

size_t utf8_length(const char *text, const char *end)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n = (size_t)(end - text);
	if (n == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	/* 80 to BF are continuation bytes. C0 and C1 begin only overlong forms of ASCII. */
	if (p[0] < 0xC2 || n < 2 || !is_tail(p[1]))
		return 0;
	if (p[0] < 0xE0)
		return 2;
	if (n < 3 || !is_tail(p[2]))
		return 0;
	/* E0 before 80..9F is overlong. ED before A0..BF is a surrogate. */
	if (p[0] < 0xF0)
		return (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] >= 0xA0) ? 0 : 3;
	if (n < 4 || !is_tail(p[3]) || p[0] > 0xF4)
		return 0;
	/* F0 before 80..8F is overlong. F4 before 90..BF is above U+10FFFF. */
	return (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] >= 0x90) ? 0 : 4;
}

size_t utf8_valid(struct span s)
{
	const char *p = s.p, *end = s.p + s.n;
	while (p < end) {
		uint64_t eight;
		/* If no byte of the eight has its top bit set, all eight are ASCII. */
		if (end - p >= 8 && (memcpy(&eight, p, 8), (eight & UINT64_C(0x8080808080808080)) == 0)) {
			p += 8;
			continue;
		}
		size_t n = utf8_length(p, end);
		if (n == 0)
			break;
		p += n;
	}
	return (size_t)(p - s.p);
}

char *utf8_put(char *to, uint32_t cp)
{
	if (cp < 0x80) {
		*to++ = (char)cp;
	} else if (cp < 0x800) {
		*to++ = (char)(0xC0 | cp >> 6);
		*to++ = (char)(0x80 | (cp & 0x3F));
	} else if (cp < 0x10000) {
		*to++ = (char)(0xE0 | cp >> 12);
		*to++ = (char)(0x80 | (cp >> 6 & 0x3F));
		*to++ = (char)(0x80 | (cp & 0x3F));
	} else {
		*to++ = (char)(0xF0 | cp >> 18);
		*to++ = (char)(0x80 | (cp >> 12 & 0x3F));
		*to++ = (char)(0x80 | (cp >> 6 & 0x3F));
		*to++ = (char)(0x80 | (cp & 0x3F));
	}
	return to;
}
