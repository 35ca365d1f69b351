/* csv_columns.h -- reads and keeps the names of the columns of CSV or TSV. The names come from the header line or from
 * the option --columns. */
#ifndef CAPTURE_FORMAT_CSV_COLUMNS_H
#define CAPTURE_FORMAT_CSV_COLUMNS_H
#include "sp-capture/format/csv_walk.h"
#include <stdint.h>

struct csv_columns {
	size_t count; /* number of columns; 0 before the names are known */
	/* The keys of all columns, one after the other. The key of a column is the text before its value in an event:
	 * '{"a":' for the first column, ',"b":' for the next. */
	struct buf keys;
	/* For each column, ENDS holds a size_t: the offset in KEYS at which the key of the column ends. */
	struct buf ends;
	bool no_ts; /* no column is named ts or ts_source */
};

void csv_columns_init(struct csv_columns *c);
void csv_columns_release(struct csv_columns *c);
/* Removes all names from C, so that new names can be set. */
void csv_columns_reset(struct csv_columns *c);
/* Sets the names in C, which must have none, to the fields of the header RECORD. W has the offsets of the fields in
 * RECORD. TEXT is scratch space. If MADE is not NULL, a column whose name is empty or occurs before gets a new name,
 * and a message about the new names is appended to MADE. If MADE is NULL, such a name is an error. Returns 0. Returns
 * -1 with EX_DATAERR for this error or for a reserved name. Returns -1 with EX_OSERR if memory is exhausted. */
int csv_columns_set(struct csv_columns *c, const struct csv_walk *w, struct span record, struct buf *text,
	struct buf *made, struct err *e) MUST_USE;
/* Sets the names in C, which must have none, to the fields of TEXT. TEXT is the value of --columns, one record of CSV.
 * Returns 0. Returns -1 with EX_USAGE if TEXT is not valid, and -1 with EX_OSERR if memory is exhausted. */
int csv_columns_parse(struct csv_columns *c, const char *text, struct err *e) MUST_USE;
/* Returns the key of column I. *OFFSET must be the offset of this key in c->keys, and is set to the offset of the next
 * key. The caller must ask for the columns in their order, starting with I = 0 and *OFFSET = 0. */
static inline struct span csv_columns_key(const struct csv_columns *c, size_t i, size_t *offset)
{
	const size_t *ends = (const size_t *)(const void *)c->ends.p;
	struct span key = { c->keys.p + *offset, ends[i] - *offset };
	*offset = ends[i];
	return key;
}

/* Returns true if LINE looks like a header line: at least two fields with SEPARATOR between them, all of which look
 * like names. */
bool csv_columns_probe(struct span line, char separator);
#endif
