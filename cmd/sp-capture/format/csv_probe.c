/* csv_probe.c -- recognizes CSV and TSV by their first lines: a line with the names of the columns, and rows with the
 * same number of fields. */
#include "sp-capture/format/csv_columns.h"
#include "sp-capture/format/csv_guess.h"
#include "sp-capture/format/csv_internal.h"

enum { TITLE_LINES = 10 }; /* at most so many lines, such as a title, may come before the table */

/* Returns the number of fields in LINE. A separator inside quotes does not count. *OPEN says whether the line before
 * LINE ended inside quotes. It is set to whether LINE ends inside quotes. */
static size_t count_fields(struct span line, char separator, bool *open)
{
	size_t fields = 1;
	bool start = true;
	for (size_t i = 0; i < line.n; i++) {
		char c = line.p[i];
		if (c == '"' && (*open || start))
			*open = !*open;
		fields += !*open && c == separator;
		/* Inside quotes, two quotes stand for one. They are read as a closing quote and one that opens
		 * again. */
		start = c == '"' || c == separator;
	}
	return fields;
}

/* Accepts line HEADER of SAMPLE, which names the columns, and each later line whose record has the same number of
 * fields. A line that begins or ends inside quotes is accepted in any case. Sets MINE[I] to true for an accepted line
 * I. Returns the number of accepted lines. */
static size_t probe_rows(const struct format_sample *sample, size_t header, char separator, bool *mine)
{
	bool open = false, inside = false;
	size_t columns = count_fields(sample->line[header], separator, &open), accepted = 1;
	mine[header] = true;
	for (size_t i = header + 1, fields = 1; i < sample->count; i++) {
		inside = open;
		size_t more = count_fields(sample->line[i], separator, &open);
		/* A field with a newline in its quotes goes on in the next line. */
		fields = inside ? fields + more - 1 : more;
		mine[i] = inside || open || fields == columns;
		accepted += mine[i];
	}
	return accepted;
}

/* Accepts the lines of SAMPLE from line HEADER on if all of them form a table with SEPARATOR: a line of names and at
 * least two rows. Returns true if they are accepted. Then MINE[I] is true for each of these lines. */
static bool probe_table(const struct format_sample *sample, size_t header, char separator, bool *mine)
{
	bool accepted[SAMPLE_LINES] = { false };
	size_t lines = sample->count - header;
	if (lines < 3 || !csv_columns_probe(sample->line[header], separator) ||
		probe_rows(sample, header, separator, accepted) < lines)
		return false;
	memcpy(mine, accepted, sizeof accepted);
	return true;
}

/* Accepts a table that comes after other lines, such as a title. The decoder will read the title as the header line and
 * reject the rows. But the message about these rows tells the user how to skip the title. */
static void probe_below_title(const struct format_sample *sample, bool *mine)
{
	for (size_t header = 1; header < sample->count && header <= TITLE_LINES; header++)
		for (const char *separator = ",;|\t"; *separator; separator++)
			if (probe_table(sample, header, *separator, mine))
				return;
}

/* If the first line is "sep=C", the next line names the columns. Otherwise the separators ',', ';' and '|' are tried.
 * If the first line contains a carriage return, the header ends there. Then all lines of the file may end in a carriage
 * return alone, and csv_head() will refuse the file with a clear message. */
void csv_probe_csv(const struct format_sample *sample, bool *mine)
{
	char said;
	if (sample->count == 0)
		return;
	if (csv_guess_sep_line(sample->line[0], &said)) {
		mine[0] = true;
		if (sample->count > 1)
			probe_rows(sample, 1, said, mine);
		return;
	}
	struct span header = sample->line[0];
	const char *end = memchr(header.p, '\r', header.n);
	header.n = end ? (size_t)(end - header.p) : header.n;
	if (header.n == 0 || memchr(header.p, '\t', header.n))
		return;
	size_t most = 0;
	for (const char *separator = ",;|"; *separator; separator++) {
		bool accepted[SAMPLE_LINES] = { false };
		if (!csv_columns_probe(header, *separator))
			continue;
		size_t count = probe_rows(sample, 0, *separator, accepted);
		if (count > most)
			memcpy(mine, accepted, sizeof accepted);
		most = count > most ? count : most;
	}
	if (most == 0)
		probe_below_title(sample, mine);
}

/* Accepts a table whose first line has at least one tab, because tabs are rare in text. If the first line begins with a
 * bracket, it is probably a log line with its time in brackets, and nothing is accepted. */
void csv_probe_tsv(const struct format_sample *sample, bool *mine)
{
	struct span line = sample->count > 0 ? sample->line[0] : SPAN_NONE;
	if (line.n > 0 && line.p[0] != '[' && memchr(line.p, '\t', line.n))
		probe_rows(sample, 0, '\t', mine);
}
