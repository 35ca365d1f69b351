/* csv_dialect.c -- what tables of text do differently from one another. */
#include "sp-capture/format/csv_dialect.h"
#include "base/opt.h"
#include <string.h>

int csv_dialect_set(struct csv_dialect *d, char separator, const struct csv_options *o, struct err *e)
{
	static const char *const quotes[] = { "double", "none", NULL };
	*d = (struct csv_dialect){ .separator = separator, .quotes = true, .escapes = separator == '\t' };
	if (!o->quote)
		return 0;
	int i = opt_choice("value of --quote", o->quote, quotes, e);
	d->quotes = i == 0;
	return i < 0 ? -1 : 0;
}

struct span csv_dialect_unescape(struct span s, struct buf *scratch)
{
	static const char letters[] = "tnr\\", meanings[] = "\t\n\r\\";
	if (!memchr(s.p, '\\', s.n))
		return s;
	buf_reset(scratch);
	char *to = buf_room(scratch, s.n);
	if (!to)
		return SPAN_NONE;
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		const char *found = s.p[i] == '\\' && i + 1 < s.n ? memchr(letters, s.p[i + 1], 4) : NULL;
		/* The backslash in front of a first quote only says that the field is not a quoted one. */
		bool quote = i == 0 && s.n > 1 && s.p[0] == '\\' && s.p[1] == '"';
		to[n++] = found ? meanings[found - letters] : quote ? '"' : s.p[i];
		i += found || quote;
	}
	return (struct span){ to, n };
}
