/* csv.h -- comma-separated values by RFC 4180 (lines end in LF, as everywhere on Unix), and
 * tab-separated ones with \t, \n, \r and \\ for what cannot stand there.
 *
 * Null is nothing; an empty string is "" (in TSV nothing, too). */
#ifndef TEXT_CSV_H
#define TEXT_CSV_H
#include "base/buf.h"

/* Appends TEXT (plain bytes) as a cell; QUOTE: even if it need not be. SEPARATOR: ',' or '\t'. -1: full. */
int csv_write_cell(struct span text, char separator, bool quote, struct buf *out) MUST_USE;
/* Reads the cell at *P into OUT (emptied) and moves *P behind it and the separator there. 1: a cell, and more
 * follow; 0: the last one; -1: no good (a quote that does not end, text behind it). */
int csv_read_cell(const char **p, const char *end, char separator, struct buf *out) MUST_USE;
#endif
