/* table.h -- the formats of the table, for the files that define them and for table.c. */
#ifndef CAPTURE_FORMAT_TABLE_H
#define CAPTURE_FORMAT_TABLE_H
#include "sp-capture/format/format.h"

extern const struct format format_ndjson, format_json, format_syslog, format_combined, format_clf, format_logfmt,
	format_csv, format_tsv, format_regex, format_line;
#endif
