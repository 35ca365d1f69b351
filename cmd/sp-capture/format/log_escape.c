/* log_escape.c -- text in which a log has escaped bytes with backslashes.
 *
 * Apache and nginx write control characters and bytes of unknown encoding as \xhh. The bytes of one character can be
 * several escapes, so all escapes are resolved before the result is read as UTF-8. */
#include "sp-capture/format/log_escape.h"
#include "base/hex.h"
#include "json/json.h"
#include "sp-capture/format/json_build.h"
#include "text/utf8.h"

/* Writes the code point of the escape \uhhhh at S[*I], or of a surrogate pair of two, to TO as UTF-8, and moves *I past
 * it. A surrogate without its partner becomes U+FFFD. Returns the place after the bytes; NULL if it is not an
 * escape. */
static char *unicode_escape(struct span s, size_t *i, char *to)
{
	int c = *i + 6 <= s.n ? hex_number(s.p + *i + 2, 4) : -1;
	if (c < 0)
		return NULL;
	*i += 6;
	unsigned v = (unsigned)c;
	/* Code points above U+FFFF are written as two escapes (RFC 8259, 7). */
	if (v >= 0xd800 && v < 0xe000) {
		bool next = *i + 6 <= s.n && s.p[*i] == '\\' && s.p[*i + 1] == 'u';
		int low = next ? hex_number(s.p + *i + 2, 4) : -1;
		bool pair = v < 0xdc00 && low >= 0xdc00 && low < 0xe000;
		v = pair ? 0x10000 + ((v - 0xd800) << 10 | ((unsigned)low - 0xdc00)) : 0xfffd;
		*i += pair ? 6 : 0;
	}
	return utf8_put(to, v);
}

/* Does the same for an escape of any kind at S[*I]. */
static char *escape(struct span s, size_t *i, char *to)
{
	/* Pairs of a letter and the byte that it means. */
	static const char letters[] = "n\nt\tr\rb\bf\fv\va\a\"\"\\\\//";
	char c = *i + 1 < s.n ? s.p[*i + 1] : '\0';
	if (c == 'u')
		return unicode_escape(s, i, to);
	if (c == 'x') {
		int byte = *i + 4 <= s.n ? hex_number(s.p + *i + 2, 2) : -1;
		if (byte < 0)
			return NULL;
		*to++ = (char)byte;
		*i += 4;
		return to;
	}
	for (const char *l = letters; *l; l += 2) {
		if (*l == c) {
			*to++ = l[1];
			*i += 2;
			return to;
		}
	}
	return NULL;
}

/* Appends S to OUT with its escapes resolved. An escape is never shorter than what it stands for. */
static int log_unescape(struct span s, struct buf *out)
{
	char *start = buf_room(out, s.n + 1), *to = start;
	if (!to)
		return -1;
	/* A backslash that does not begin a known escape is kept: in paths of Windows it is often not doubled. */
	for (size_t i = 0; i < s.n;) {
		char *after = s.p[i] == '\\' ? escape(s, &i, to) : NULL;
		if (after)
			to = after;
		else
			*to++ = s.p[i++];
	}
	out->n += (size_t)(to - start);
	return 0;
}

char *log_escape_string(char *to, struct span s, struct buf *a, struct buf *b)
{
	/* Most text has no escape. */
	if (s.n == 0 || !memchr(s.p, '\\', s.n))
		return json_build_string(to, s);
	buf_reset(a);
	buf_reset(b);
	if (log_unescape(s, a) < 0 || json_quote(buf_span(a), b) < 0)
		return NULL;
	return json_build_raw(to, buf_span(b));
}
