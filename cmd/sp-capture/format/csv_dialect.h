/* csv_dialect.h -- the details in which text tables differ: delimiter, quotes, escapes, numbers, comments. */
#ifndef CAPTURE_FORMAT_CSV_DIALECT_H
#define CAPTURE_FORMAT_CSV_DIALECT_H
#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>

/* The options of the command line for tables. Each pointer is borrowed, and NULL if its option was not given. */
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
	/* A field without quotes may have the escapes of TSV: \t, \n, \r and \\ stand for one character each. At the
	 * start of a field, \" stands for a quote. The field \N stands for null. */
	bool escapes;
	bool decimal_comma; /* numbers are written like 1.234,56 */
	char comment;       /* a line that begins with this character is no record; '\0': there are no such lines */
	uint64_t skip;      /* the number of lines before the header line */
};

/* Sets *D to the dialect that O describes. SEPARATOR is the separator of the format, or '\0' if --delimiter or the
 * first lines of the table decide it. Returns 0, or -1 with EX_USAGE if an option in O has a wrong value. */
int csv_dialect_set(struct csv_dialect *d, char separator, const struct csv_options *o, struct err *e) MUST_USE;
/* Sets the separator of D. If SEPARATOR is a tab, also turns on the escapes of TSV, else turns them off. */
void csv_dialect_separate(struct csv_dialect *d, char separator);

/* Replaces the escapes of S, a field without quotes, by their characters. A backslash that begins no escape stays.
 * Returns S itself if S has no backslash. Otherwise returns a copy in SCRATCH, which is valid until SCRATCH changes, or
 * SPAN_NONE if memory is exhausted. */
struct span csv_dialect_unescape(struct span s, struct buf *scratch);

/* Reads S as a number with a decimal comma, and perhaps dots between its groups of three digits, such as 1.234,56.
 * Writes the JSON number to TO and returns its length. Returns 0 if S is not such a number, or not shorter than SIZE.
 * Also returns 0 for text such as 10.123.123.123, because it may be an IPv4 address. */
size_t csv_dialect_number(struct span s, char *to, size_t size);
#endif
