/* csv_guess.c -- finds out from the first lines of a table which character separates its fields.
 *
 * The right separator cuts the first two records into the same number of fields, and into the most. Of two that are
 * equally good, the rarer one in text is right: "Name, first name;Age" has two columns. */
#include "sp-capture/format/csv_guess.h"
#include "sp-capture/format/csv_walk.h"
#include <strings.h>

bool csv_guess_sep_line(struct span line, char *separator)
{
	while (line.n > 5 && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == '\n'))
		line.n--;
	if (line.n != 5 || strncasecmp(line.p, "sep=", 4) != 0 || line.p[4] == '"')
		return false;
	*separator = line.p[4];
	return true;
}

/* Returns the number of fields of the record at *AT of HEAD, and moves *AT to the next record that is not blank. Returns
 * 0 if there is no whole record, or text follows a closing quote. If a quote is not closed, sets *WHOLE to false. */
static size_t count_fields(struct csv_walk *w, struct span head, size_t *at, bool *whole)
{
	while (*at < head.n && (head.p[*at] == '\n' || head.p[*at] == '\r'))
		++*at;
	if (*at == head.n)
		return 0;
	csv_walk_start(w);
	enum csv_walked walked = csv_walk(w, (struct span){ head.p + *at, head.n - *at }, true);
	*whole &= walked != CSV_UNCLOSED;
	if (walked != CSV_DONE)
		return 0;
	*at += w->record_end;
	return w->count;
}

char csv_guess_separator(const struct csv_dialect *d, struct span head, size_t columns, bool *whole)
{
	static const char separators[] = "\t|;,";
	char best = d->decimal_comma ? ';' : ',';
	size_t most = 1;
	bool even = false;
	*whole = true;
	for (const char *s = separators; *s; s++) {
		struct csv_walk w;
		struct csv_dialect tried = *d;
		size_t at = 0;
		/* A comma that stands in numbers is not between them. */
		if (*s == ',' && d->decimal_comma)
			continue;
		csv_dialect_separate(&tried, *s);
		csv_walk_init(&w, tried);
		size_t first = count_fields(&w, head, &at, whole);
		size_t second = first > 1 ? count_fields(&w, head, &at, whole) : 0;
		csv_walk_release(&w);
		bool fits = first > 1 && (columns ? first == columns : first == second);
		if (first > 1 && ((fits && !even) || (fits == even && first > most))) {
			best = *s;
			most = first;
			even = fits;
		}
	}
	return best;
}
