/* row.h -- one event as a row of an SQLite table: its values, each with its column. */
#ifndef SINK_TARGET_SQLITE_ROW_H
#define SINK_TARGET_SQLITE_ROW_H
#include "sp-sink/event.h"
#include "sp-sink/target/sqlite/value.h"

struct sqlite_row {
	struct sqlite_value *values; /* parallel to the fields of the event; owned */
	size_t cap;
	/* The number of the event, from 1. sqlite_column.seen is set to this number for each column that the event
	 * has. */
	uint64_t number;
	struct buf text; /* unescaped strings, which the values point into */
};

void sqlite_row_init(struct sqlite_row *r);
void sqlite_row_release(struct sqlite_row *r);
/* Reads the values of EV and finds their columns in T. If EV needs it, creates the table, adds columns and drops types
 * of columns (table.h). The caller must have opened a transaction. KEYED says that T has a key. The key then gets an
 * index, and the field "retracted" is not stored. Returns 0, 1 if EV is rejected (E and EV's kind say why), or -1 with
 * E set. */
int sqlite_row_read(struct sqlite_row *r, struct sqlite_table *t, bool keyed, struct event *ev, struct err *e) MUST_USE;
#endif
