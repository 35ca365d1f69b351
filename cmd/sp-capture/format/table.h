/* table.h -- declares every format, for the file that defines it and for the table in table.c. */
#ifndef CAPTURE_FORMAT_TABLE_H
#define CAPTURE_FORMAT_TABLE_H
#include "sp-capture/format/format.h"

extern const struct format format_ndjson, format_json, format_syslog, format_journal, format_combined, format_clf,
	format_logfmt, format_csv, format_tsv, format_w3c, format_regex, format_line;
#endif
