/* csv_probe.c -- recognizes CSV and TSV by their first lines: the names of the columns, and rows of so many fields. */
#include "sp-capture/format/csv_columns.h"
#include "sp-capture/format/csv_guess.h"
#include "sp-capture/format/csv_internal.h"

enum { TITLE_LINES = 10 }; /* a table is looked for below so many lines */

/* Returns how many fields LINE has between separators outside quotes. *OPEN is true if the line before has ended inside
 * quotes, and is set to whether this line does. */
static size_t count_fields(struct span line, char separator, bool *open)
{
	size_t fields = 1;
	bool start = true;
	for (size_t i = 0; i < line.n; i++) {
		char c = line.p[i];
		if (c == '"' && (*open || start))
			*open = !*open;
		fields += !*open && c == separator;
		/* A quote directly after a closing quote stands for a quote, and opens again. */
		start = c == '"' || c == separator;
	}
	return fields;
}

/* Accepts line HEADER of SAMPLE, which names the columns, and all later lines with the same number of fields. Sets their
 * MINE, and returns their number. */
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

/* Accepts the lines from HEADER on if they are a table with SEPARATOR to the end of SAMPLE: names and at least two rows.
 * Sets their MINE, and returns whether it has accepted them. */
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

/* Accepts a table below lines that name no columns, such as a title. The decoder takes the first of these lines for the
 * header, and its message about the rows says how such lines are skipped. */
static void probe_below_title(const struct format_sample *sample, bool *mine)
{
	for (size_t header = 1; header < sample->count && header <= TITLE_LINES; header++)
		for (const char *separator = ",;|\t"; *separator; separator++)
			if (probe_table(sample, header, *separator, mine))
				return;
}

/* If the first line is "sep=C", the next one names the columns. Otherwise each usual separator is tried. A header line
 * may end in a carriage return alone, as all lines of the file then do, and csv_head() will say so. */
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

/* Accepts a first line with at least one tab, because tabs are rare in text. A line that begins with a bracket is
 * probably a log line with its time in brackets, and is not accepted. */
void csv_probe_tsv(const struct format_sample *sample, bool *mine)
{
	struct span line = sample->count > 0 ? sample->line[0] : SPAN_NONE;
	if (line.n > 0 && line.p[0] != '[' && memchr(line.p, '\t', line.n))
		probe_rows(sample, 0, '\t', mine);
}
