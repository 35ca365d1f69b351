/* csv.c -- writes and reads cells of CSV and TSV.
 *
 * csv_read_cell() returns exactly the bytes that csv_write_cell() was given. The reader also accepts cells that other
 * programs write: a CSV cell may be quoted without need. In TSV a backslash that does not begin an escape is read as a
 * backslash. */
#include "text/csv.h"
#include <string.h>

/* Appends S as a TSV cell, with escapes for tab, line feed, carriage return and backslash. A quote at the start gets a
 * backslash, so that no reader takes S for a quoted cell. Returns 0; -1 if OUT is full. */
static int csv_write_escaped(struct span s, struct buf *out)
{
	static const char special[] = "\t\n\r\\", letters[] = "tnr\\";
	if (s.n > 0 && s.p[0] == '"' && buf_addc(out, '\\') < 0)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		const char *found = s.p[i] ? strchr(special, s.p[i]) : NULL;
		if (found ? buf_addc(out, '\\') < 0 || buf_addc(out, letters[found - special]) < 0 :
			    buf_addc(out, s.p[i]) < 0)
			return -1;
	}
	return 0;
}

/* Appends S as a quoted CSV cell, with each quote in S written twice. Returns 0; -1 if OUT is full. */
static int csv_write_quoted(struct span s, struct buf *out)
{
	if (buf_addc(out, '"') < 0)
		return -1;
	while (s.n > 0) {
		const char *q = memchr(s.p, '"', s.n);
		size_t n = q ? (size_t)(q - s.p) + 1 : s.n;
		if (buf_add(out, s.p, n) < 0 || (q && buf_addc(out, '"') < 0))
			return -1;
		s.p += n;
		s.n -= n;
	}
	return buf_addc(out, '"');
}

int csv_read_character(const char *option, const char *text, char *out, struct err *e)
{
	bool tab = strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0 || strcmp(text, "\t") == 0;
	/* A control character is possible: Hive has the byte 0x01 between the fields. */
	if (!tab && (text[0] <= 0 || strchr("\"\r\n", text[0]) || text[1] != '\0'))
		return err_set(e, EX_USAGE, "%s '%s': give one character of ASCII that is no quote, or tab", option,
			text);
	*out = tab ? '\t' : text[0];
	return 0;
}

static bool csv_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

int csv_write_cell(struct span s, char separator, bool quote, struct buf *out)
{
	if (separator == '\t')
		return csv_write_escaped(s, out);
	/* Some programs drop blanks at the ends of a cell without quotes, or read a cell of only blanks as empty. */
	quote = quote || (s.n > 0 && (csv_is_blank(s.p[0]) || csv_is_blank(s.p[s.n - 1])));
	for (size_t i = 0; i < s.n && !quote; i++)
		quote = s.p[i] == separator || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r';
	return quote ? csv_write_quoted(s, out) : buf_add_span(out, s);
}

/* Reads a TSV cell, which ends before the next tab or at END, into OUT. Returns 0; -1 if OUT is full. */
static int csv_read_escaped(const char **p, const char *end, struct buf *out)
{
	static const char letters[] = "tnr\\", meanings[] = "\t\n\r\\";
	/* A backslash before a quote at the start of the cell is dropped. It only says that the cell is not quoted. */
	if (end - *p >= 2 && (*p)[0] == '\\' && (*p)[1] == '"')
		++*p;
	for (; *p < end && **p != '\t'; ++*p) {
		char c = **p;
		if (c == '\\' && *p + 1 < end) {
			const char *found = memchr(letters, (*p)[1], 4);
			if (found) {
				c = meanings[found - letters];
				++*p;
			}
		}
		if (buf_addc(out, c) < 0)
			return -1;
	}
	return 0;
}

/* Reads a quoted CSV cell, whose opening quote is at *P, up to a quote that is not followed by another one. Returns 0;
 * -1 if there is no such quote or OUT is full. */
static int csv_read_quoted(const char **p, const char *end, struct buf *out)
{
	for (++*p; *p < end; ++*p) {
		if (**p == '"') {
			++*p;
			if (*p == end || **p != '"')
				return 0;
		}
		if (buf_addc(out, **p) < 0)
			return -1;
	}
	return -1;
}

int csv_read_cell(const char **p, const char *end, char separator, struct buf *out)
{
	int r = 0;
	buf_reset(out);
	if (*p < end && **p == '"') {
		r = csv_read_quoted(p, end, out);
	} else if (separator == '\t') {
		r = csv_read_escaped(p, end, out);
	} else {
		const char *next = *p < end ? memchr(*p, separator, (size_t)(end - *p)) : NULL;
		const char *stop = next ? next : end;
		r = buf_add(out, *p, (size_t)(stop - *p));
		*p = stop;
	}
	/* Text between the closing quote and the next separator is an error. Otherwise such text would be lost. */
	if (r < 0 || (*p < end && **p != separator))
		return -1;
	if (*p == end)
		return 0;
	++*p;
	return 1;
}
