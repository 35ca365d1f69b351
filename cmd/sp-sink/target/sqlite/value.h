/* value.h -- JSON values as SQLite stores them, and whether a column would change them. */
#ifndef SINK_TARGET_SQLITE_VALUE_H
#define SINK_TARGET_SQLITE_VALUE_H
#include "sp-sink/target/sqlite/table.h"

enum value_kind {
	VALUE_NULL,
	VALUE_BOOL,    /* 0 or 1 */
	VALUE_INTEGER, /* a number without point and exponent that fits 64 bits */
	VALUE_REAL,    /* a number with a point or an exponent that fits a double */
	VALUE_DIGITS,  /* an integer too large for 64 bits, or another number too large for a double; stored as text */
	VALUE_TEXT,    /* a string; or the JSON text of an array or object */
};

enum { COLUMN_NONE = -100 }; /* the field is not stored; no NAME_ code of name_table.h has this value */

struct sqlite_value {
	enum value_kind kind;
	int64_t column;  /* the number of the value's column; if negative, COLUMN_NONE or a NAME_ code */
	int64_t integer; /* the value, if KIND is VALUE_BOOL or VALUE_INTEGER */
	double real;     /* the value, if KIND is VALUE_REAL */
	/* VALUE_TEXT: the string. Numbers and VALUE_BOOL: the JSON text. */
	struct span text;
};

/* Reads JSON, a value, into *V, except V's column. A string that must be unescaped, an array or an object is appended
 * to TEXT, and V points into TEXT. So TEXT must not move: the caller must have made room for all values of an event.
 * Returns 0, or -1 if TEXT is full. */
int sqlite_value_read(struct sqlite_value *v, struct span json, struct buf *text) MUST_USE;
/* Returns the affinity for a new column whose first value is V. */
enum affinity sqlite_value_affinity(const struct sqlite_value *v);
/* Returns true if a column of AFFINITY keeps V without losing anything. */
bool sqlite_value_fits(const struct sqlite_value *v, enum affinity affinity);
/* Binds V to parameter NUMBER of ST for a column of AFFINITY. V must stay valid until the statement has run. Returns a
 * result code of SQLite. */
int sqlite_value_bind(const struct sqlite_value *v, sqlite3_stmt *st, int number, enum affinity affinity);
#endif
