/* table.h -- the columns of one SQLite table, and how they grow with the events.
 *
 * A column's type is that of the first value it gets: INTEGER, REAL or TEXT; a column that has had nulls
 * only is not declared before finish. SQLite changes a value to fit its column's type ("007" becomes 7 in an INTEGER
 * column, an integer of 20 digits a REAL); where that would lose anything the column gives its type
 * up (sqlite_table_widen), so that what is stored is what came. */
#ifndef SINK_TARGET_SQLITE_TABLE_H
#define SINK_TARGET_SQLITE_TABLE_H
#include "sp-sink/name_table.h"
#include "sp-sink/target/sqlite/db.h"

/* SQLite's type affinities ("Datatypes In SQLite", 3.1). */
enum affinity { AFFINITY_NONE, AFFINITY_INTEGER, AFFINITY_REAL, AFFINITY_NUMERIC, AFFINITY_TEXT };

struct sqlite_column {
	enum affinity affinity;
	bool declared; /* it is in the table */
	bool simple;   /* declared as a name and a type, nothing else */
	bool ruled;    /* the user gave it a default or a rule: in the statements only for events that have it */
	bool computed; /* generated from others */
	bool used;     /* events have it: it is in the statements */
	bool key;
	uint64_t seen; /* the number of the row that had it last */
};

struct sqlite_table {
	struct sqlite_db *db; /* borrowed */
	const char *name;
	bool exists, changed; /* changed: statements made before are out of date */
	bool indexed;
	int64_t schema;                /* the database's schema version when it was read */
	size_t ruled;                  /* columns that are */
	struct name_table names;       /* without regard to case, as SQLite has them */
	struct sqlite_column *columns; /* parallel to names.all; owned */
	size_t cap;
	size_t limit; /* of columns */
};

/* Reads what is there of table NAME; it need not exist. -1: E. */
int sqlite_table_init(struct sqlite_table *t, struct sqlite_db *db, const char *name, struct err *e) MUST_USE;
/* Reads it again if somebody has changed the schema since; to be called when the write lock is held. -1: E. */
int sqlite_table_refresh(struct sqlite_table *t, struct err *e) MUST_USE;
void sqlite_table_release(struct sqlite_table *t);
/* KEY ("a,b") are its key columns. -1: EX_USAGE. */
int sqlite_table_set_key(struct sqlite_table *t, const char *key, struct err *e) MUST_USE;
/* Room for the columns of names that were added meanwhile. */
int sqlite_table_grow(struct sqlite_table *t, struct err *e) MUST_USE;
/* Declares column I with AFFINITY; the table is created by the first. */
int sqlite_table_declare(struct sqlite_table *t, size_t i, enum affinity affinity, struct err *e) MUST_USE;
/* Declares the key's columns and makes their index, if that is not done. */
int sqlite_table_index(struct sqlite_table *t, struct err *e) MUST_USE;
/* 1: the table is as sp-sink makes them, and no view or trigger knows it; 0: it is not; -1: E. (table_rules.c) */
int sqlite_table_is_free(struct sqlite_table *t, struct err *e) MUST_USE;
/* Takes the type of column I away, keeping its values. 0; 1: the column is not ours to change. */
int sqlite_table_widen(struct sqlite_table *t, size_t i, struct err *e) MUST_USE;

/* Appends statements over the used columns; parameter N + 1 is column N. */
int sqlite_table_insert_text(const struct sqlite_table *t, struct buf *out);
int sqlite_table_update_text(const struct sqlite_table *t, struct buf *out);
int sqlite_table_delete_text(const struct sqlite_table *t, struct buf *out);
#endif
