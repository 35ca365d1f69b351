/* csv.h -- cells of CSV and TSV, written and read back.
 *
 * CSV is RFC 4180: a cell is put in double quotes if it has the separator, a quote or a line break in it, and a
 * quote is doubled. TSV has no quotes: tab, line feed, carriage return and backslash are written \t, \n, \r and \\
 * instead. Both functions know one cell; separators and the ends of lines are the caller's. */
#ifndef TEXT_CSV_H
#define TEXT_CSV_H
#include "base/buf.h"

/* Appends TEXT (plain bytes) to OUT as a cell. SEPARATOR is ',' or '\t'. QUOTE: CSV quotes the cell even if it need not
 * be, so that an empty string can be told from no value. Returns 0, or -1 when OUT is full. */
int csv_write_cell(struct span text, char separator, bool quote, struct buf *out) MUST_USE;
/* Reads the cell at *P, which ends at END at the latest, into OUT, which is emptied first. *P is then after the
 * cell and after the separator that follows it. Returns 1 if a separator followed, so that there is another cell; 0
 * after the last cell; -1 if a quoted cell does not end, or text follows its closing quote, or OUT is full. */
int csv_read_cell(const char **p, const char *end, char separator, struct buf *out) MUST_USE;
#endif
