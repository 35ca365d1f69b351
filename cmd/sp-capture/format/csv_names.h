/* csv_names.h -- makes names for the columns of a table whose header line gives none. */
#ifndef CAPTURE_FORMAT_CSV_NAMES_H
#define CAPTURE_FORMAT_CSV_NAMES_H
#include "base/buf.h"

/* Gives each of COUNT columns that has no name, or the name of an earlier column, a name of its own: column_3 for the third
 * column, a_2 for the second column named a. A made name is none that the header line has. KEYS and ENDS are those of
 * struct csv_columns. Sets *SAID to what was made, in words; SAID stays empty if all names were good. Returns 0, or -1
 * with EX_OSERR if memory is exhausted. */
int csv_names_make(struct buf *keys, struct buf *ends, size_t count, struct buf *said, struct err *e) MUST_USE;
#endif
