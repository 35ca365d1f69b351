/* text_width.c -- columns of text on a terminal.
 *
 * The text of events cannot be trusted: an escape sequence in it could move the cursor, change the title or worse,
 * and a mark of direction could show one text as another. So all control characters are shown instead of obeyed. */
#include "sp-sink/target/table/text_width.h"
#include <locale.h>
#include <wchar.h>

void text_width_init(void)
{
	/* C.UTF-8 is part of glibc. With another libc, the user's locale may know Unicode. */
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		(void)setlocale(LC_CTYPE, "");
}

/* Sets *C to the UTF-8 character at P and returns its length in bytes. For a byte that does not begin a character, sets
 * *C to U+FFFD and returns 1. */
static size_t decode(const char *p, const char *end, wchar_t *c)
{
	unsigned char b = (unsigned char)*p;
	/* The first byte says how many bytes the character has. The bytes 80 to C1 and F5 to FF begin no character. */
	size_t n = b < 0x80 ? 1 : b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
	*c = n == 1 ? b : b & (0x7f >> n);
	if (b >= 0x80 && (b < 0xc2 || b > 0xf4 || n > (size_t)(end - p))) {
		*c = 0xfffd;
		return 1;
	}
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)p[i] & 0xc0) != 0x80) {
			*c = 0xfffd;
			return 1;
		}
		*c = *c << 6 | ((unsigned char)p[i] & 0x3f);
	}
	return n;
}

/* Returns true if C is a mark that changes the direction of writing (Unicode, UAX #9). */
static bool changes_direction(wchar_t c)
{
	return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Returns true for control characters (C0, DEL, C1), marks of direction, line and paragraph separators, and the
 * byte-order mark. */
static bool harmful(wchar_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || changes_direction(c) || c == 0x2028 || c == 0x2029 || c == 0xfeff;
}

/* Appends C as a JSON escape, such as "\n" or "\u001b". Returns 0, or -1 if OUT is full. */
static int show_escape(wchar_t c, struct buf *out)
{
	static const char special[] = "\b\f\n\r\t", letters[] = "bfnrt";
	const char *at = c > 0 && c < 0x20 ? strchr(special, (char)c) : NULL;
	return at ? buf_addf(out, "\\%c", letters[at - special]) : buf_addf(out, "\\u%04x", (unsigned)c);
}

int text_width_show(struct span s, struct buf *out)
{
	const char *end = s.p + s.n;
	for (const char *p = s.p; p < end;) {
		wchar_t c;
		size_t n = decode(p, end, &c);
		int r = harmful(c)  ? show_escape(c, out) :
			c == 0xfffd ? buf_adds(out, "\xef\xbf\xbd") :
				      buf_add(out, p, n);
		if (r < 0)
			return -1;
		p += n;
	}
	return 0;
}

/* Returns the number of terminal columns that C takes. */
static size_t columns_of(wchar_t c)
{
	/* wcwidth() returns -1 for a character that this libc does not know. Most of these are letters. */
	int n = c < 0x80 ? 1 : wcwidth(c);
	return n < 0 ? 1 : (size_t)n;
}

size_t text_width_of(struct span s)
{
	size_t taken = 0;
	(void)text_width_cut(s, SIZE_MAX, &taken);
	return taken;
}

size_t text_width_cut(struct span s, size_t columns, size_t *taken)
{
	const char *end = s.p + s.n, *p = s.p;
	*taken = 0;
	while (p < end) {
		wchar_t c;
		size_t n = decode(p, end, &c), w = columns_of(c);
		if (w > columns - *taken)
			break;
		*taken += w;
		p += n;
	}
	return (size_t)(p - s.p);
}
