/* table.c -- the table of formats. A new format is a file with one struct format and a line here.
 *
 * Detection calls the probes in this order, so a format that is easily recognised comes before one that accepts much: a
 * line of logfmt with commas could also be the column names of CSV, and a system log with a tab those of TSV. */
#include "sp-capture/format/table.h"
#include "base/opt.h"

const struct format *const formats[] = { &format_ndjson, &format_json, &format_syslog, &format_combined, &format_clf,
	&format_logfmt, &format_csv, &format_tsv, &format_regex, &format_line, NULL };

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
