/* table.c -- the table of formats. */
#include "sp-capture/format/format.h"
#include "base/opt.h"
#include "sp-capture/format/table.h"

const struct format *const formats[] = { &format_ndjson, &format_json, &format_csv, &format_tsv, &format_logfmt,
	&format_clf, &format_combined, &format_syslog, &format_regex, &format_line, NULL };

enum { COUNT = sizeof formats / sizeof formats[0] };

const struct format *format_find(const char *name, struct err *e)
{
	const char *names[COUNT] = { NULL };
	for (int i = 0; formats[i]; i++)
		names[i] = formats[i]->name;
	int i = opt_choice("format", name, names, e);
	return i < 0 ? NULL : formats[i];
}
