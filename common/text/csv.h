/* csv.h -- writes and reads cells of CSV and TSV.
 *
 * CSV is that of RFC 4180: a cell is put in double quotes if it contains the separator, a quote or a line break, or begins
 * or ends with a blank; each quote in it is doubled. TSV is written without quotes: tab, line feed, carriage return and backslash are written \t,
 * \n, \r and \\ instead, and a quote at the start of a cell is written \". A quoted TSV cell can be read. The two functions handle one cell. The caller writes the separators and line ends, and finds the line ends
 * when it reads. */
#ifndef TEXT_CSV_H
#define TEXT_CSV_H
#include "base/buf.h"

/* Appends TEXT, which may have any bytes, to OUT as a cell. A SEPARATOR of '\t' means TSV. If QUOTE is true, a CSV cell is
 * quoted even without need. A reader can then distinguish an empty string, which has quotes, from a missing value.
 * Returns 0; -1 if OUT is full. */
int csv_write_cell(struct span text, char separator, bool quote, struct buf *out) MUST_USE;
/* Sets *OUT to the character that TEXT, the value of OPTION, names: one character of ASCII that is no quote, or "tab" or
 * "\t" for a tab. Returns 0, or -1 with E set (EX_USAGE). */
int csv_read_character(const char *option, const char *text, char *out, struct err *e) MUST_USE;
/* Empties OUT, reads the cell at *P into it, and moves *P past the cell and the separator after it. END is the end of
 * the text. Returns 1 if a separator followed, so that there is another cell; 0 after the last cell. Returns -1 if a
 * quoted cell does not end, text follows its closing quote, or OUT is full. */
int csv_read_cell(const char **p, const char *end, char separator, struct buf *out) MUST_USE;
#endif
