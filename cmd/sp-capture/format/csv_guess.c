/* csv_guess.c -- finds out from the first lines of a table which character separates its fields.
 *
 * The best separator splits the first two records into the same number of fields. If several separators do, the one
 * with the most fields is chosen. If these numbers are equal too, the one that is rarer in text is chosen: in the
 * header "Name, first name;Age" it is the semicolon. */
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

/* Skips blank lines from *AT on, and sets *AT to the end of the record that follows in HEAD. Returns the number of
 * fields of the record. Returns 0 if the record is not whole, or text follows a closing quote. If a quote is not
 * closed, sets *WHOLE to false. */
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
		/* If numbers contain commas, a comma cannot be the separator. */
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
