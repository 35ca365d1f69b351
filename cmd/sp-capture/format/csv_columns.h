/* csv_columns.h -- the names of the columns of CSV or TSV, from the header line or from --columns. */
#ifndef CAPTURE_FORMAT_CSV_COLUMNS_H
#define CAPTURE_FORMAT_CSV_COLUMNS_H
#include "sp-capture/format/csv_walk.h"
#include <stdint.h>

struct csv_columns {
	size_t count; /* number of columns; 0 if the names are not known yet */
	/* The key of each column, one after the other. A key is the text before the value in an event: '{"a":' for the
	 * first column, ',"b":' for the next. */
	struct buf keys;
	struct buf ends; /* a size_t for each column: the offset in KEYS where its key ends */
	bool no_ts;      /* no column is named ts or ts_source */
};

void csv_columns_init(struct csv_columns *c);
void csv_columns_release(struct csv_columns *c);
/* Removes all names from C. */
void csv_columns_reset(struct csv_columns *c);
/* Sets the names in C, which must have none, to the fields of RECORD. The offsets of the fields are in W. TEXT is
 * scratch space. Returns 0; or -1 with EX_DATAERR if a name is empty, reserved, or occurs twice; or -1 with
 * EX_OSERR. */
int csv_columns_set(struct csv_columns *c, const struct csv_walk *w, struct span record, struct buf *text,
	struct err *e) MUST_USE;
/* Sets the names in C to the fields of TEXT, a record of CSV: the value of --columns. Returns 0; or -1 with EX_USAGE or
 * EX_OSERR. */
int csv_columns_parse(struct csv_columns *c, const char *text, struct err *e) MUST_USE;
/* Returns the key of column I, which begins at *OFFSET in c->keys, and sets *OFFSET to the start of the next key. The
 * caller must begin with I and *OFFSET 0 and continue column by column. */
static inline struct span csv_columns_key(const struct csv_columns *c, size_t i, size_t *offset)
{
	const size_t *ends = (const size_t *)(const void *)c->ends.p;
	struct span key = { c->keys.p + *offset, ends[i] - *offset };
	*offset = ends[i];
	return key;
}

/* Returns true if LINE looks like the names of columns: several fields with SEPARATOR between them, each like a
 * name. */
bool csv_columns_probe(struct span line, char separator);
#endif
