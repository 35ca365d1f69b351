/* table.h -- the formats, one file each; ndjson is format_ndjson.c's. */
#ifndef CAPTURE_FORMAT_TABLE_H
#define CAPTURE_FORMAT_TABLE_H
#include "sp-capture/format/format.h"

extern const struct format format_ndjson, format_json, format_csv, format_tsv, format_logfmt, format_clf,
	format_combined, format_syslog, format_regex, format_line;
#endif
