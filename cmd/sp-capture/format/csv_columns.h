/* csv_columns.h -- the names of a table's columns, from its header line or from --columns. */
#ifndef CAPTURE_FORMAT_CSV_COLUMNS_H
#define CAPTURE_FORMAT_CSV_COLUMNS_H
#include "sp-capture/format/csv_walk.h"
#include <stdint.h>

struct csv_columns {
	size_t count;    /* 0: not known yet */
	struct buf keys; /* '{"a":' ',"b":' ...: what precedes each value in an event, one after the other */
	struct buf ends; /* size_t each: where a key ends in KEYS */
	bool no_ts;      /* none of them is named ts or ts_source */
};

void csv_columns_init(struct csv_columns *c);
void csv_columns_release(struct csv_columns *c);
/* Forgets the names. */
void csv_columns_reset(struct csv_columns *c);
/* Takes the names from RECORD, which W has walked; C must have none. TEXT is scratch space. Returns 0; or -1 with
 * EX_DATAERR if a name is missing, reserved, or there twice, EX_OSERR when memory is exhausted. */
int csv_columns_set(struct csv_columns *c, const struct csv_walk *w, struct span record, struct buf *text,
	struct err *e) MUST_USE;
/* Takes the names from TEXT, the value of --columns, which is a record of CSV. Returns 0; or -1 with EX_USAGE or EX_OSERR. */
int csv_columns_parse(struct csv_columns *c, const char *text, struct err *e) MUST_USE;
/* Returns the key of column I and moves *AT, at first 0, past it. Columns must be asked for in their order. */
static inline struct span csv_columns_key(const struct csv_columns *c, size_t i, size_t *at)
{
	const size_t *ends = (const size_t *)(const void *)c->ends.p;
	struct span key = { c->keys.p + *at, ends[i] - *at };
	*at = ends[i];
	return key;
}

/* Does LINE look like the names of columns: several fields with SEPARATOR between them, each like a name? */
bool csv_columns_probe(struct span line, char separator);
#endif
