/* string.c -- JSON strings: the bytes that they represent, and writing them (RFC 8259, section 7).
 *
 * Most strings have no escape and represent their raw text. Only strings with a backslash are decoded. Half of a
 * surrogate pair, which json_check() refuses, is read as U+FFFD, the replacement character. */
#include "base/hex.h"
#include "json/string.h"
#include "text/utf8.h"

/* Reads \uXXXX, where P is at the first X, and the second half of a surrogate pair if it follows. Sets *CP to the code
 * point. Returns the position after what was read; NULL if there are not four digits. */
static const char *read_unicode(const char *p, const char *end, uint32_t *cp)
{
	int high = end - p < 4 ? -1 : hex_number(p, 4);
	if (high < 0)
		return NULL;
	p += 4;
	*cp = (uint32_t)high;
	if (high < 0xD800 || high > 0xDFFF)
		return p;
	*cp = 0xFFFD; /* unless the other half of the pair follows */
	if (high > 0xDBFF || end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return p;
	int low = hex_number(p + 2, 4);
	if (low < 0xDC00 || low > 0xDFFF)
		return p;
	*cp = 0x10000 + ((uint32_t)(high - 0xD800) << 10) + (uint32_t)(low - 0xDC00);
	return p + 6;
}

/* Reads the escape whose backslash precedes P. Sets *CP to the code point. Returns the position after the escape; NULL
 * if there is no valid escape. */
static const char *read_escape(const char *p, const char *end, uint32_t *cp)
{
	static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	if (p == end)
		return NULL;
	if (*p == 'u')
		return read_unicode(p + 1, end, cp);
	const char *letter = memchr(letters, *p, sizeof letters - 1);
	if (!letter)
		return NULL;
	*cp = (uint32_t)meanings[letter - letters];
	return p + 1;
}

/* Copies each piece of text between two escapes as a whole. */
int json_unescape(struct span s, struct buf *out)
{
	const char *p = s.p, *end = s.p + s.n;
	while (p < end) {
		const char *q = memchr(p, '\\', (size_t)(end - p));
		if (buf_add(out, p, (size_t)((q ? q : end) - p)) < 0)
			return -1;
		if (!q)
			break;
		uint32_t cp;
		char text[4];
		if (!(p = read_escape(q + 1, end, &cp)) || buf_add(out, text, (size_t)(utf8_put(text, cp) - text)) < 0)
			return -1;
	}
	return 0;
}

/* An escape may represent several bytes, which are returned one by one. */
int json_next_byte(struct json_bytes *b)
{
	if (b->taken < b->ready)
		return (unsigned char)b->decoded[b->taken++];
	if (b->p == b->end)
		return -1;
	uint32_t cp;
	const char *q;
	if (*b->p != '\\' || !(q = read_escape(b->p + 1, b->end, &cp)))
		return (unsigned char)*b->p++;
	b->p = q;
	b->ready = (int)(utf8_put(b->decoded, cp) - b->decoded);
	b->taken = 1;
	return (unsigned char)b->decoded[0];
}

/* UTF-8 keeps the order of code points, so comparing bytes is enough. */
int json_string_order(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	if (!memchr(a.p, '\\', a.n) && !memchr(b.p, '\\', b.n)) {
		int c = memcmp(a.p, b.p, n);
		return c ? c : (a.n > b.n) - (a.n < b.n);
	}
	struct json_bytes x = { .p = a.p, .end = a.p + a.n }, y = { .p = b.p, .end = b.p + b.n };
	int c, d;
	do {
		c = json_next_byte(&x);
		d = json_next_byte(&y);
	} while (c == d && c >= 0);
	return c - d;
}

bool json_string_is(struct span s, struct span name)
{
	/* An escape is longer than the bytes that it represents. S can therefore represent NAME only if S is not
	 * shorter than NAME, and if S has no escape when both are equally long. */
	if (s.n < name.n)
		return false;
	if (s.n == name.n)
		return memcmp(s.p, name.p, s.n) == 0 && !memchr(s.p, '\\', s.n);
	struct json_bytes x = { .p = s.p, .end = s.p + s.n };
	for (size_t i = 0; i < name.n; i++)
		if (json_next_byte(&x) != (unsigned char)name.p[i])
			return false;
	return json_next_byte(&x) < 0;
}

/* Appends the escape of C, which is a control character, a quote or a backslash. Uses the short escape of C, such as
 * \n, if there is one, otherwise \u00xx. Returns 0; -1 if OUT is full. */
static int quote_control(unsigned char c, struct buf *out)
{
	static const char letters[] = "\b\t\n\f\r\"\\", names[] = "btnfr\"\\";
	const char *letter = memchr(letters, c, sizeof letters - 1);
	if (letter)
		return buf_add(out, (char[]){ '\\', names[letter - letters] }, 2);
	return buf_addf(out, "\\u%04x", c);
}

/* Each byte that is not UTF-8 becomes U+FFFD, the replacement character. */
int json_quote(struct span s, struct buf *out)
{
	const char *p = s.p, *end = s.p + s.n;
	if (buf_addc(out, '"') < 0)
		return -1;
	while (p < end) {
		const char *q = p; /* the bytes from p to q stay as they are */
		size_t n = 1;
		for (; q < end && (unsigned char)*q >= 0x20 && *q != '"' && *q != '\\'; q += n)
			if ((unsigned char)*q >= 0x80 && (n = utf8_length(q, end)) == 0)
				break;
			else if ((unsigned char)*q < 0x80)
				n = 1;
		if (buf_add(out, p, (size_t)(q - p)) < 0)
			return -1;
		p = q;
		if (p == end)
			break;
		/* If n is 0, the byte is not UTF-8. Otherwise it must be escaped. */
		if ((n == 0 ? buf_add(out, "\xEF\xBF\xBD", 3) : quote_control((unsigned char)*p, out)) < 0)
			return -1;
		p++;
	}
	return buf_addc(out, '"');
}
