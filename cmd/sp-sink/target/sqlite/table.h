/* table.h -- the columns of one SQLite table, and how they grow with the events.
 *
 * A column gets the type of the first value that is stored in it: INTEGER, REAL or TEXT. A column that has had only
 * nulls is declared at the end of the run, without a type.
 *
 * SQLite changes a value to fit the affinity of its column: "007" becomes 7 in an INTEGER column, an integer of 20
 * digits becomes a REAL. If that would lose anything, the column is rebuilt without a type (sqlite_table_drop_type()).
 * A column without a type keeps every value as it came. This is done only for columns that sp-sink made and that no
 * index, view or trigger of the user depends on. If any other column would have to be rebuilt, the event is
 * rejected.
 *
 * A simple column is declared by a name and a type only. A column whose declaration has more, such as a default, NOT
 * NULL or PRIMARY KEY, is constrained. */
#ifndef SINK_TARGET_SQLITE_TABLE_H
#define SINK_TARGET_SQLITE_TABLE_H
#include "sp-sink/name_table.h"
#include "sp-sink/target/sqlite/db.h"

/* SQLite's type affinities (https://www.sqlite.org/datatype3.html, section 3). */
enum affinity { AFFINITY_NONE, AFFINITY_INTEGER, AFFINITY_REAL, AFFINITY_NUMERIC, AFFINITY_TEXT };

struct sqlite_column {
	enum affinity affinity;
	bool declared; /* the column is in the database's table */
	bool simple;   /* declared by a name and a type only, and not yet refused by sqlite_table_drop_type() */
	/* Its declaration has more than a name and a type, such as NOT NULL. Unless the column is in the key, it is in
	 * the statements only for events that have it. */
	bool constrained;
	bool computed; /* SQLite computes it from other columns, so it cannot be written */
	bool used;     /* it is in the statements */
	bool key;      /* it is part of --key */
	uint64_t seen; /* sqlite_row.number of the last event that had the column */
};

struct sqlite_table {
	struct sqlite_db *db;          /* borrowed; NULL: sqlite_table_init() was not called */
	const char *name;              /* borrowed */
	bool exists;                   /* the table is in the database */
	bool changed;                  /* prepared statements no longer fit the columns */
	bool indexed;                  /* the key has its index */
	int64_t schema;                /* PRAGMA schema_version when the table was read */
	size_t constrained_count;      /* number of constrained columns */
	struct name_table names;       /* the names of the columns; upper and lower case are equal, as in SQLite */
	struct sqlite_column *columns; /* parallel to names.all; owned */
	size_t cap;
	size_t limit; /* the most columns that SQLite allows */
};

/* Reads the columns of table NAME (borrowed), which need not exist. Returns 0, or -1 with E set. */
int sqlite_table_init(struct sqlite_table *t, struct sqlite_db *db, const char *name, struct err *e) MUST_USE;
void sqlite_table_release(struct sqlite_table *t);
/* Reads the table again if the schema has changed. The caller must hold the write lock. Returns 0, or -1 with E set. */
int sqlite_table_refresh(struct sqlite_table *t, struct err *e) MUST_USE;
/* Sets the key to the columns that are named in KEY, the value of --key. Returns 0, or -1 with E set (EX_USAGE). */
int sqlite_table_set_key(struct sqlite_table *t, const char *key, struct err *e) MUST_USE;
/* Makes room in columns for all names; new columns are all zero. Returns 0, or -1 with E set (out of memory). */
int sqlite_table_grow(struct sqlite_table *t, struct err *e) MUST_USE;
/* Declares column I with the type of AFFINITY; if the table does not exist, creates it with that column. Returns 0, or
 * -1 with E set. */
int sqlite_table_declare(struct sqlite_table *t, size_t i, enum affinity affinity, struct err *e) MUST_USE;
/* Declares the columns of the key and creates their index, unless t->indexed. Returns 0, or -1 with E set. */
int sqlite_table_ensure_key_index(struct sqlite_table *t, struct err *e) MUST_USE;
/* Returns 1 if columns may be rebuilt: the table is one that sp-sink may have made, and no view or trigger names it.
 * Returns 0 if not, or -1 with E set. (table_rules.c) */
int sqlite_table_can_rebuild(struct sqlite_table *t, struct err *e) MUST_USE;
/* Rebuilds column I without a type: it keeps its values and becomes the last column. Returns 0; 1 if the column must
 * not be rebuilt; or -1 with E set. */
int sqlite_table_drop_type(struct sqlite_table *t, size_t i, struct err *e) MUST_USE;

/* Append the text of a statement on the columns in use, in which parameter ?N+1 is column N. Return 0, or -1 if OUT is
 * full. (statements.c) */
int sqlite_table_insert_text(const struct sqlite_table *t, struct buf *out);
int sqlite_table_update_text(const struct sqlite_table *t, struct buf *out);
int sqlite_table_delete_text(const struct sqlite_table *t, struct buf *out);
#endif
