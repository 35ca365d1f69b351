/* csv_dialect.c -- the details in which text tables differ: the options for them, the escapes of TSV, decimal
 * commas. */
#include "sp-capture/format/csv_dialect.h"
#include "base/amount.h"
#include "base/opt.h"
#include "text/csv.h"
#include "text/number.h"
#include <string.h>

void csv_dialect_separate(struct csv_dialect *d, char separator)
{
	d->separator = separator;
	d->escapes = separator == '\t';
}

int csv_dialect_set(struct csv_dialect *d, char separator, const struct csv_options *o, struct err *e)
{
	static const char *const quotes[] = { "double", "none", NULL };
	int64_t skip = 0;
	int quote = 0;
	*d = (struct csv_dialect){ .separator = separator };
	if (o->delimiter && csv_read_character("--delimiter", o->delimiter, &separator, e) < 0)
		return -1;
	if (o->comment && csv_read_character("--comment", o->comment, &d->comment, e) < 0)
		return -1;
	if (o->quote && (quote = opt_choice("value of --quote", o->quote, quotes, e)) < 0)
		return -1;
	if (o->decimal && strcmp(o->decimal, ".") != 0 && strcmp(o->decimal, ",") != 0)
		return err_set(e, EX_USAGE, "--decimal '%s': give . or ,", o->decimal);
	if (o->skip && amount_parse_int(o->skip, 0, INT64_MAX, &skip, e) < 0)
		return err_context(e, "--skip");
	if (separator && separator == d->comment)
		return err_set(e, EX_USAGE, "--delimiter and --comment are the same character");
	csv_dialect_separate(d, separator);
	/* If --delimiter gives the tab, the escapes of TSV stay off, so that the text C:\temp stays as it is. */
	d->escapes &= o->delimiter == NULL;
	d->quotes = quote == 0;
	d->decimal_comma = o->decimal && o->decimal[0] == ',';
	d->skip = (uint64_t)skip;
	return 0;
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
		/* A field that begins with \" is not a quoted field. Its text begins with the quote. */
		bool quote = i == 0 && s.n > 1 && s.p[0] == '\\' && s.p[1] == '"';
		to[n++] = found ? meanings[found - letters] : quote ? '"' : s.p[i];
		i += found || quote;
	}
	return (struct span){ to, n };
}

/* Returns the number of digits at the start of S. */
static size_t count_digits(struct span s)
{
	size_t n = 0;
	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

/* Copies the integer part of a number from S[*AT..) to TO + *N, without the dots between groups of three digits. Adds
 * the number of bytes that were read to *AT, and the number that were written to *N. Returns the number of dots, or
 * -1 if the groups do not have the right numbers of digits. */
static int copy_groups(struct span s, size_t *at, char *to, size_t *n)
{
	int dots = 0;
	for (;; dots++, ++*at) {
		size_t digits = count_digits((struct span){ s.p + *at, s.n - *at });
		memcpy(to + *n, s.p + *at, digits);
		*n += digits;
		*at += digits;
		bool more = *at < s.n && s.p[*at] == '.';
		/* If there are dots, the first group has one to three digits. Every later group has three. */
		if ((dots > 0 && digits != 3) || (dots == 0 && more && (digits == 0 || digits > 3)))
			return -1;
		if (!more)
			return dots;
	}
}

size_t csv_dialect_number(struct span s, char *to, size_t size)
{
	size_t at = 0, n = 0;
	if (s.n == 0 || s.n >= size)
		return 0;
	if (s.p[0] == '-')
		to[n++] = s.p[at++];
	int dots = copy_groups(s, &at, to, &n);
	bool comma = at < s.n && s.p[at] == ',';
	if (dots < 0 || (dots == 3 && !comma && s.p[0] != '-'))
		return 0;
	if (comma) {
		to[n++] = '.';
		at++;
	}
	/* The rest is a fraction or an exponent, whose form num_valid() checks. A second dot makes it invalid. */
	memcpy(to + n, s.p + at, s.n - at);
	n += s.n - at;
	return num_valid((struct span){ to, n }) ? n : 0;
}
