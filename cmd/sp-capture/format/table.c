/* table.c -- holds the table of formats. A new format needs a file with its struct format, a declaration in table.h,
 * and an entry in formats[] below.
 *
 * The order of the table is the order of detection: a line counts for the first format whose probe accepts it. So a
 * format with few false matches comes before a format that accepts many lines. For example, csv would accept lines of
 * logfmt with commas, and tsv would accept system logs with tabs.
 *
 * The fuzz test fuzz_formats.c takes the first byte of its input as an index of this table. A new entry directly before
 * the NULL keeps all other indexes. If detection needs the entry further up, the first bytes of the seeds in
 * tests/fuzz/seeds/formats must change with the indexes. */
#include "sp-capture/format/table.h"
#include "base/opt.h"

const struct format *const formats[] = { &format_ndjson, &format_json, &format_w3c, &format_syslog, &format_journal,
	&format_combined, &format_clf, &format_logfmt, &format_csv, &format_tsv, &format_regex, &format_line, NULL };

enum { COUNT = sizeof formats / sizeof formats[0] };

const struct format *format_find(const char *name, struct err *e)
{
	const char *names[COUNT] = { NULL };
	for (int i = 0; formats[i]; i++)
		names[i] = formats[i]->name;
	int i = opt_choice("format", name, names, e);
	return i < 0 ? NULL : formats[i];
}

const struct format *format_with(enum format_flag flag)
{
	for (int i = 0; formats[i]; i++)
		if (formats[i]->flags & flag)
			return formats[i];
	return NULL;
}
