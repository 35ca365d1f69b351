/* csv_names.h -- makes names for the columns that have no name in the header line, or the name of an earlier
 * column. */
#ifndef CAPTURE_FORMAT_CSV_NAMES_H
#define CAPTURE_FORMAT_CSV_NAMES_H
#include "base/buf.h"

/* Gives a new name to each of COUNT columns that has no name, or the name of an earlier column. The third column
 * becomes column_3, and the second column with the name a becomes a_2. No new name is in the header line already.
 * KEYS and ENDS are the members of struct csv_columns, and are changed. Appends a message about the new names to
 * SAID, or nothing if there are none. Returns 0, or -1 with EX_OSERR if memory is exhausted. */
int csv_names_make(struct buf *keys, struct buf *ends, size_t count, struct buf *said, struct err *e) MUST_USE;
#endif
