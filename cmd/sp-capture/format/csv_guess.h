/* csv_guess.h -- finds out from the first lines of a table which character separates its fields. */
#ifndef CAPTURE_FORMAT_CSV_GUESS_H
#define CAPTURE_FORMAT_CSV_GUESS_H
#include "sp-capture/format/csv_dialect.h"

/* If LINE is the line "sep=C" that Excel reads, sets *SEPARATOR to C and returns true. Otherwise returns false. */
bool csv_guess_sep_line(struct span line, char *separator);
/* Guesses the separator of a table from HEAD, its first lines. D is the dialect of the table without the separator.
 * COLUMNS is the number of columns, or 0 if it is not known. Returns a tab, '|', ';' or ','. If none of them splits the
 * first record into several fields, returns ',', or ';' if numbers have a decimal comma. Sets *WHOLE to false if HEAD
 * ends inside a quoted field of the first two records, so that more lines may give another result. */
char csv_guess_separator(const struct csv_dialect *d, struct span head, size_t columns, bool *whole);
#endif
