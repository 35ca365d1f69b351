/* csv_dialect.h -- what tables of text do differently from one another: delimiter, quotes, escapes, numbers, comments. */
#ifndef CAPTURE_FORMAT_CSV_DIALECT_H
#define CAPTURE_FORMAT_CSV_DIALECT_H
#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>

/* What the options of the command line say about tables. The pointers are borrowed; NULL: the option was not given. */
struct csv_options {
	const char *delimiter; /* --delimiter CHAR */
	const char *quote;     /* --quote double|none */
	const char *decimal;   /* --decimal .|, */
	const char *comment;   /* --comment CHAR */
	const char *skip;      /* --skip N */
};

struct csv_dialect {
	char separator; /* between the fields of a record; '\0': the first lines decide (csv_guess.h) */
	bool quotes;    /* a field may stand in double quotes, and then contain separators and newlines */
	/* A backslash in a field without quotes begins an escape, as in TSV: \t, \n, \r and \\ stand for one character,
	 * \" at the start of a field for a quote, and a field \N for null. */
	bool escapes;
	bool decimal_comma; /* numbers are written like 1.234,56 */
	char comment;       /* a line that begins with this character is no record; '\0': there are no such lines */
	uint64_t skip;      /* the number of lines before the header line */
};

/* Sets *D to the dialect with SEPARATOR and what O says. If SEPARATOR is '\0', --delimiter or the first lines say it.
 * Returns 0, or -1 with EX_USAGE if O is wrong. */
int csv_dialect_set(struct csv_dialect *d, char separator, const struct csv_options *o, struct err *e) MUST_USE;
/* Sets the separator of D to SEPARATOR, which --delimiter does not give. Fields between tabs have the escapes of TSV. */
void csv_dialect_separate(struct csv_dialect *d, char separator);

/* Resolves the escapes of S, a field without quotes. Any other backslash is text. Returns the result: S itself if S has
 * no backslash, else a copy in SCRATCH, which is valid until SCRATCH changes; or SPAN_NONE if memory is exhausted. */
struct span csv_dialect_unescape(struct span s, struct buf *scratch);

/* Reads S as a number with a decimal comma, and perhaps dots between its groups of three digits: 1.234,56. S must be
 * shorter than SIZE. Writes the JSON number to TO and returns its length. Returns 0 if S is not such a number. The text
 * 10.123.123.123 could be an IPv4 address, and is none. */
size_t csv_dialect_number(struct span s, char *to, size_t size);
#endif
