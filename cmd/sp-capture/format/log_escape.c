/* log_escape.c -- writes text of a log, in which bytes are escaped with backslashes, as a JSON string.
 *
 * Apache and nginx write control characters and bytes outside ASCII as \xhh. Several such escapes can be one
 * character, for example \xc3\xa9. So all escapes are resolved before the result is read as UTF-8. */
#include "sp-capture/format/log_escape.h"
#include "base/hex.h"
#include "json/json.h"
#include "sp-capture/format/json_build.h"
#include "text/utf8.h"

/* Resolves the escape \uhhhh at S[*I], or two such escapes that are a surrogate pair. Writes the character to TO as
 * UTF-8 and moves *I past the escapes. A surrogate without its partner becomes U+FFFD. Returns the place after the
 * bytes in TO, or NULL with *I unchanged if S has no such escape at *I. */
static char *unicode_escape(struct span s, size_t *i, char *to)
{
	int c = *i + 6 <= s.n ? hex_number(s.p + *i + 2, 4) : -1;
	if (c < 0)
		return NULL;
	*i += 6;
	unsigned v = (unsigned)c;
	/* A code point above U+FFFF is written as two escapes, a surrogate pair (RFC 8259, 7). */
	if (v >= 0xd800 && v < 0xe000) {
		bool next = *i + 6 <= s.n && s.p[*i] == '\\' && s.p[*i + 1] == 'u';
		int low = next ? hex_number(s.p + *i + 2, 4) : -1;
		bool pair = v < 0xdc00 && low >= 0xdc00 && low < 0xe000;
		v = pair ? 0x10000 + ((v - 0xd800) << 10 | ((unsigned)low - 0xdc00)) : 0xfffd;
		*i += pair ? 6 : 0;
	}
	return utf8_put(to, v);
}

/* Resolves the escape at S[*I], which may be of any kind. Writes the bytes that it stands for to TO and moves *I past
 * the escape. Returns the place after the bytes in TO, or NULL with *I unchanged if S has no known escape at *I. */
static char *resolve_escape(struct span s, size_t *i, char *to)
{
	/* Pairs of the letter of an escape and the byte that the escape stands for. */
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
	for (const char *pair = letters; *pair; pair += 2) {
		if (*pair == c) {
			*to++ = pair[1];
			*i += 2;
			return to;
		}
	}
	return NULL;
}

/* Appends S with its escapes resolved to OUT. An escape is never shorter than the bytes that it stands for, so S.n
 * bytes of room are enough. Returns 0, or -1 if memory is exhausted. */
static int log_unescape(struct span s, struct buf *out)
{
	char *start = buf_room(out, s.n + 1), *to = start;
	if (!to)
		return -1;
	/* A backslash that does not begin a known escape is kept, because it is often part of a path of Windows. */
	for (size_t i = 0; i < s.n;) {
		char *after = s.p[i] == '\\' ? resolve_escape(s, &i, to) : NULL;
		if (after)
			to = after;
		else
			*to++ = s.p[i++];
	}
	out->n += (size_t)(to - start);
	return 0;
}

char *log_escape_string(char *to, struct span s, struct buf *unescaped, struct buf *json)
{
	/* Most texts have no backslash. They are valid UTF-8, because the whole line was checked. */
	if (s.n == 0 || !memchr(s.p, '\\', s.n))
		return json_build_string(to, s);
	buf_reset(unescaped);
	buf_reset(json);
	if (log_unescape(s, unescaped) < 0 || json_quote(buf_span(unescaped), json) < 0)
		return NULL;
	return json_build_raw(to, buf_span(json));
}
