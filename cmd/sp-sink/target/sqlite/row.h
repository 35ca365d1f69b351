/* row.h -- one event as a row of an SQLite table: its values, each with its column. */
#ifndef SINK_TARGET_SQLITE_ROW_H
#define SINK_TARGET_SQLITE_ROW_H
#include "sp-sink/event.h"
#include "sp-sink/target/sqlite/value.h"

struct sqlite_row {
	struct sqlite_value *values; /* parallel to the fields of the event; owned */
	size_t cap;
	uint64_t number; /* of the event, from 1; in sqlite_column.seen it marks the columns that the event has */
	struct buf text; /* unescaped strings, which the values point into */
};

void sqlite_row_init(struct sqlite_row *r);
void sqlite_row_release(struct sqlite_row *r);
/* Reads the values of EV and finds their columns in T. Creates the table, adds columns and drops types of columns if EV
 * needs it (table.h); the caller must have opened a transaction. If KEYED, T has a key, which gets an index, and the
 * field "retracted" is not stored. Returns 0; 1 if EV is rejected (E and EV's kind say why); or -1 with E. */
int sqlite_row_read(struct sqlite_row *r, struct sqlite_table *t, bool keyed, struct event *ev, struct err *e) MUST_USE;
#endif
