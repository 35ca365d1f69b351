/* value.h -- JSON values as SQLite stores them. */
#ifndef SINK_TARGET_SQLITE_VALUE_H
#define SINK_TARGET_SQLITE_VALUE_H
#include "sp-sink/target/sqlite/table.h"

enum value_kind {
	VALUE_NULL,
	VALUE_BOOL,    /* 0 or 1 */
	VALUE_INTEGER, /* fits 64 bits */
	VALUE_REAL,
	VALUE_DIGITS, /* a number that neither holds: text */
	VALUE_TEXT,   /* a string; an array's or object's JSON text */
};

enum { COLUMN_NONE = -100 }; /* the field is not stored */

struct sqlite_value {
	enum value_kind kind;
	int64_t column; /* COLUMN_NONE, or a NAME_ code of names.h, when negative */
	int64_t integer;
	double real;
	struct span text; /* for TEXT the string, for numbers their digits */
};

/* Reads a JSON value; TEXT takes the bytes of strings and must have room for all of them. -1: no
 * room. */
int sqlite_value_read(struct sqlite_value *v, struct span json, struct buf *text) MUST_USE;
/* The affinity of a column that V is the first value of. */
enum affinity sqlite_value_affinity(const struct sqlite_value *v);
/* Would a column of AFFINITY keep V without losing anything? */
bool sqlite_value_fits(const struct sqlite_value *v, enum affinity affinity);
/* Binds V to parameter NUMBER of ST; an SQLite result code. */
int sqlite_value_bind(const struct sqlite_value *v, sqlite3_stmt *st, int number, enum affinity affinity);
#endif
