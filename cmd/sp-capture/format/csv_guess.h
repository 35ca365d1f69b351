/* csv_guess.h -- finds out from the first lines of a table which character separates its fields. */
#ifndef CAPTURE_FORMAT_CSV_GUESS_H
#define CAPTURE_FORMAT_CSV_GUESS_H
#include "sp-capture/format/csv_dialect.h"

/* If LINE is the line "sep=C" that Excel reads, sets *SEPARATOR to C and returns true. Otherwise returns false. */
bool csv_guess_sep_line(struct span line, char *separator);
/* Returns the separator of a table with dialect D that begins with HEAD, which has at least one line. It is a tab, '|',
 * ';' or ','. If COLUMNS is not 0, it is the number of columns. Otherwise the first record names the columns. Returns ','
 * if none fits, or ';' if numbers have a decimal comma. Sets *WHOLE to false if the first two records may go on behind
 * HEAD, because a quote in them is not closed there. */
char csv_guess_separator(const struct csv_dialect *d, struct span head, size_t columns, bool *whole);
#endif
