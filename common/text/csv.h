/* csv.h -- writes and reads cells of CSV and TSV.
 *
 * CSV is that of RFC 4180. A cell is put in double quotes if it contains the separator, a quote or a line break, or if
 * it begins or ends with a blank. Each quote within such a cell is written twice.
 *
 * TSV is written without quotes around cells. Tab, line feed, carriage return and backslash are written as \t, \n, \r
 * and \\, and a quote at the start of a cell as \". A TSV cell that another program has quoted can be read.
 *
 * csv_write_cell() and csv_read_cell() handle one cell. The caller writes the separators and line ends, and finds the
 * line ends when it reads. */
#ifndef TEXT_CSV_H
#define TEXT_CSV_H
#include "base/buf.h"

/* Appends TEXT, which may have any bytes, to OUT as a cell. A SEPARATOR of '\t' means TSV. If QUOTE is true, a CSV cell
 * is quoted even without need. A reader can then distinguish an empty string, which has quotes, from a missing value.
 * Returns 0; -1 if OUT is full. */
int csv_write_cell(struct span text, char separator, bool quote, struct buf *out) MUST_USE;
/* Sets *OUT to the character that TEXT, the value of an OPTION such as "--delimiter", names. TEXT is one character of
 * ASCII that is neither a double quote nor a line break, or it is "tab" or "\t" for a tab. Returns 0, or -1 with E set
 * (EX_USAGE). */
int csv_read_character(const char *option, const char *text, char *out, struct err *e) MUST_USE;
/* Empties OUT, reads the cell at *P into it, and moves *P past the cell and the separator after it. END is the end of
 * the text. Returns 1 if a separator followed, so that there is another cell; 0 after the last cell. Returns -1 if a
 * quoted cell does not end, text follows its closing quote, or OUT is full. */
int csv_read_cell(const char **p, const char *end, char separator, struct buf *out) MUST_USE;
#endif
