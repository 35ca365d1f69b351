/* csv_dialect.h -- what tables of text do differently from one another: the delimiter, quotes, escapes. */
#ifndef CAPTURE_FORMAT_CSV_DIALECT_H
#define CAPTURE_FORMAT_CSV_DIALECT_H
#include "base/buf.h"
#include <stdbool.h>

/* What the options of the command line say about tables. The pointers are borrowed; NULL: the option was not given. */
struct csv_options {
	const char *quote; /* --quote double|none */
};

struct csv_dialect {
	char separator; /* between the fields of a record */
	bool quotes;    /* a field may stand in double quotes, and then contain separators and newlines */
	/* A backslash in a field without quotes begins an escape, as in TSV: \t, \n, \r and \\ stand for one character,
	 * \" at the start of a field for a quote, and a field \N for null. */
	bool escapes;
};

/* Sets *D to the dialect with SEPARATOR and what O says. Returns 0, or -1 with EX_USAGE if O is wrong. */
int csv_dialect_set(struct csv_dialect *d, char separator, const struct csv_options *o, struct err *e) MUST_USE;

/* Resolves the escapes of S, a field without quotes. Any other backslash is text. Returns the result: S itself if S has
 * no backslash, else a copy in SCRATCH, which is valid until SCRATCH changes; or SPAN_NONE if memory is exhausted. */
struct span csv_dialect_unescape(struct span s, struct buf *scratch);
#endif
