/* table.c -- reads, declares, indexes and rebuilds the columns of an SQLite table.
 *
 * Everything here runs inside the transaction of the events that need it, so that a crash leaves rows and columns that
 * fit each other. The statements for each event are in statements.c. */
#include "sp-sink/target/sqlite/table.h"
#include <stdlib.h>

static int table_oom(struct err *e)
{
	return err_oom(e, "the columns of a table");
}

static bool contains(const char *type, const char *part)
{
	return strcasestr(type, part) != NULL;
}

/* Returns the affinity of the declared type TYPE. These are the rules of https://www.sqlite.org/datatype3.html, section
 * 3.1, in the same order. */
static enum affinity affinity_of(const char *type)
{
	if (contains(type, "INT"))
		return AFFINITY_INTEGER;
	if (contains(type, "CHAR") || contains(type, "CLOB") || contains(type, "TEXT"))
		return AFFINITY_TEXT;
	if (!*type || contains(type, "BLOB"))
		return AFFINITY_NONE;
	if (contains(type, "REAL") || contains(type, "FLOA") || contains(type, "DOUB"))
		return AFFINITY_REAL;
	return AFFINITY_NUMERIC;
}

/* The array of columns gets as large as the array of names. A new column is all zero: neither declared nor used. */
int sqlite_table_grow(struct sqlite_table *t, struct err *e)
{
	if (t->names.count <= t->cap)
		return 0;
	size_t cap = t->names.cap;
	struct sqlite_column *columns = realloc(t->columns, cap * sizeof *columns);
	if (!columns)
		return table_oom(e);
	memset(columns + t->cap, 0, (cap - t->cap) * sizeof *columns);
	t->columns = columns;
	t->cap = cap;
	return 0;
}

/* ---- statements that are run once ---- */

/* Runs the statements in FORMAT, in which %T is the table, %C is column I, and %O is the name that the old column I has
 * while it is rebuilt. Returns 0, or -1 with E set. */
static int table_run(struct sqlite_table *t, const char *format, size_t i, struct err *e)
{
	struct buf *b = &t->db->text;
	int r = 0;
	buf_reset(b);
	for (const char *p = format; *p && r == 0; p++) {
		const struct name *n = i < t->names.count ? &t->names.all[i] : NULL;
		if (*p != '%')
			r = buf_addc(b, *p);
		else if (*++p == 'T')
			r = sqlite_quote_name(b, t->name, strlen(t->name));
		else if (n && *p == 'C')
			r = sqlite_quote_name(b, n->text, n->n);
		else
			r = buf_addf(b, "\"sp-sink old %zu\"", i);
	}
	const char *text = r == 0 ? buf_string(b) : NULL;
	return text ? sqlite_db_exec(t->db, text, e) : table_oom(e);
}

/* Reads the columns from ST, which returns the rows of pragma table_xinfo: cid, name, type, notnull, dflt_value, pk,
 * hidden. The value of hidden is 1 for a hidden column, 2 for a virtual generated column and 3 for a stored one.
 * Returns 0, or -1 with E set. */
static int table_read_columns(struct sqlite_table *t, sqlite3_stmt *st, struct err *e)
{
	int r;
	while ((r = sqlite3_step(st)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(st, 1),
			   *type = (const char *)sqlite3_column_text(st, 2);
		/* If this run knows the column already, I is the number that the column has had from the start. */
		int64_t i = name ? name_table_add_plain(&t->names, span_of(name)) : NAME_MEMORY;
		if (i < 0 || !type || sqlite_table_grow(t, e) < 0)
			return table_oom(e);
		/* A simple column has no NOT NULL and no default. It is not in the primary key, hidden or generated. */
		bool simple = sqlite3_column_int(st, 3) == 0 && sqlite3_column_type(st, 4) == SQLITE_NULL &&
			sqlite3_column_int(st, 5) == 0 && sqlite3_column_int(st, 6) == 0;
		struct sqlite_column *c = &t->columns[i];
		/* The table may be read again, but each constrained column is counted once. */
		t->constrained_count += !simple && !c->constrained;
		c->affinity = affinity_of(type);
		c->declared = true;
		c->simple = simple;
		c->constrained = !simple;
		c->computed = sqlite3_column_int(st, 6) > 1;
		/* A column that any run of sp-sink may have made is in the statements from the start. So an event that
		 * lacks it sets it to null, and a row that is replaced keeps no old value. */
		c->used = c->used || simple;
		t->exists = true;
	}
	return r == SQLITE_DONE ? 0 : sqlite_db_error(t->db, e);
}

/* Checks that the name is not the name of a view, which can be read like a table but not written. Returns 0, or -1 with
 * E set. */
static int table_check_kind(struct sqlite_table *t, struct err *e)
{
	sqlite3_stmt *st = sqlite_db_prepare(t->db,
		"SELECT type FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE "
		"AND type IN ('table', 'view')",
		e);
	if (!st)
		return -1;
	int r = 0;
	sqlite3_bind_text(st, 1, t->name, -1, SQLITE_STATIC);
	if (sqlite3_step(st) == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(st, 0), "view") == 0)
		r = err_set(e, EX_CANTCREAT, "%s: %s is a view, not a table", t->db->path, t->name);
	sqlite3_finalize(st);
	return r;
}

/* Reads the columns that the database has now. They include hidden and generated columns (table_xinfo), because an
 * event may have a field of that name. Returns 0, or -1 with E set. */
static int table_read(struct sqlite_table *t, struct err *e)
{
	sqlite3_stmt *st = sqlite_db_prepare(t->db, "SELECT * FROM pragma_table_xinfo(?1)", e);
	if (!st)
		return -1;
	sqlite3_bind_text(st, 1, t->name, -1, SQLITE_STATIC);
	int r = table_read_columns(t, st, e);
	sqlite3_finalize(st);
	t->changed = true;
	return r;
}

int sqlite_table_refresh(struct sqlite_table *t, struct err *e)
{
	sqlite3_stmt *st = sqlite_db_prepare(t->db, "PRAGMA schema_version", e);
	if (!st)
		return -1;
	/* SQLite raises this number with each change of any table, so one comparison is enough for a transaction. */
	int64_t version = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : -1;
	sqlite3_finalize(st);
	if (version == t->schema)
		return 0;
	t->schema = version;
	return table_read(t, e);
}

int sqlite_table_init(struct sqlite_table *t, struct sqlite_db *db, const char *name, struct err *e)
{
	/* An INSERT has a parameter for each column, so the limit of parameters is a limit of columns too. */
	int limit = sqlite3_limit(db->handle, SQLITE_LIMIT_COLUMN, -1);
	int variables = sqlite3_limit(db->handle, SQLITE_LIMIT_VARIABLE_NUMBER, -1);
	*t = (struct sqlite_table){ .db = db, .name = name, .changed = true };
	t->limit = (size_t)(limit < variables ? limit : variables);
	if (name_table_init(&t->names, t->limit, true, e) < 0 || table_check_kind(t, e) < 0)
		return -1;
	return table_read(t, e);
}

void sqlite_table_release(struct sqlite_table *t)
{
	name_table_release(&t->names);
	free(t->columns);
}

/* name_table_add_key() calls this for each name in --key: makes column NUMBER of the table ARG a part of the key.
 * Returns 0, or -1 if memory is exhausted. */
static int table_add_key_column(void *arg, size_t number)
{
	struct sqlite_table *t = arg;
	struct err unused = ERR_INIT;
	if (sqlite_table_grow(t, &unused) < 0)
		return -1;
	t->columns[number].key = t->columns[number].used = true;
	return 0;
}

int sqlite_table_set_key(struct sqlite_table *t, const char *key, struct err *e)
{
	return name_table_add_key(&t->names, key, table_add_key_column, t, e);
}

int sqlite_table_declare(struct sqlite_table *t, size_t i, enum affinity affinity, struct err *e)
{
	/* NUMERIC is missing, because sqlite_value_affinity() never returns it. Only the user can declare such a
	 * column. */
	static const char *const add[] = {
		[AFFINITY_NONE] = "ALTER TABLE %T ADD COLUMN %C",
		[AFFINITY_INTEGER] = "ALTER TABLE %T ADD COLUMN %C INTEGER",
		[AFFINITY_REAL] = "ALTER TABLE %T ADD COLUMN %C REAL",
		[AFFINITY_TEXT] = "ALTER TABLE %T ADD COLUMN %C TEXT",
	};
	static const char *const create[] = {
		[AFFINITY_NONE] = "CREATE TABLE %T (%C)",
		[AFFINITY_INTEGER] = "CREATE TABLE %T (%C INTEGER)",
		[AFFINITY_REAL] = "CREATE TABLE %T (%C REAL)",
		[AFFINITY_TEXT] = "CREATE TABLE %T (%C TEXT)",
	};
	if (table_run(t, t->exists ? add[affinity] : create[affinity], i, e) < 0)
		return -1;
	t->exists = t->changed = true;
	t->columns[i].declared = t->columns[i].simple = true;
	t->columns[i].affinity = affinity;
	return 0;
}

/* Sets OUT to a statement on the key's index: VERB ("DROP INDEX IF EXISTS "), the name of the index, and, if COLUMNS,
 * the table and the columns of the key. The key is in the name, so that another --key gets an index of its own. Returns
 * 0, or -1 if OUT is full. */
static int table_index_text(const struct sqlite_table *t, const char *verb, bool columns, struct buf *out)
{
	/* The name has the table's name in it, because the name of an index must be unique in the database. */
	struct buf name;
	buf_init(&name, out->max);
	int r = buf_addf(&name, "sp-sink key of %s:", t->name);
	for (size_t i = 0; i < t->names.count && r == 0; i++)
		if (t->columns[i].key)
			r = buf_addf(&name, " %s", t->names.all[i].text);
	buf_reset(out);
	if (r == 0 && (buf_adds(out, verb) < 0 || sqlite_quote_name(out, name.p, name.n) < 0))
		r = -1;
	buf_release(&name);
	if (r < 0 || !columns)
		return r;
	if (buf_adds(out, " ON ") < 0 || sqlite_quote_name(out, t->name, strlen(t->name)) < 0)
		return -1;
	const char *between = "(";
	for (size_t i = 0; i < t->names.count; i++) {
		if (!t->columns[i].key)
			continue;
		if (buf_adds(out, between) < 0 || sqlite_quote_name(out, t->names.all[i].text, t->names.all[i].n) < 0)
			return -1;
		between = ",";
	}
	return buf_addc(out, ')');
}

/* Runs the statement that table_index_text() makes of VERB and COLUMNS. Returns 0, or -1 with E set. */
static int table_run_index(struct sqlite_table *t, const char *verb, bool columns, struct err *e)
{
	int r = table_index_text(t, verb, columns, &t->db->text);
	const char *text = r == 0 ? buf_string(&t->db->text) : NULL;
	return text ? sqlite_db_exec(t->db, text, e) : table_oom(e);
}

int sqlite_table_ensure_key_index(struct sqlite_table *t, struct err *e)
{
	if (t->indexed)
		return 0;
	for (size_t i = 0; i < t->names.count; i++)
		if (t->columns[i].key && !t->columns[i].declared && sqlite_table_declare(t, i, AFFINITY_NONE, e) < 0)
			return -1;
	if (table_run_index(t, "CREATE INDEX IF NOT EXISTS ", true, e) < 0)
		return -1;
	t->indexed = true;
	return 0;
}

/* SQLite cannot change the type of a column. So the column is renamed, a new one is added under its name, the values
 * are copied, and the old column is dropped. The copies are what the events had, because no value was stored that the
 * old type would have changed. If the column is in the key, the key's index is dropped first. row_ensure_table()
 * creates it again before the event is stored. */
int sqlite_table_drop_type(struct sqlite_table *t, size_t i, struct err *e)
{
	struct sqlite_column *c = &t->columns[i];
	/* Only a column that sp-sink declared, in a table that nothing depends on, may be rebuilt. */
	int can_rebuild = c->simple ? sqlite_table_can_rebuild(t, e) : 0;
	if (can_rebuild <= 0)
		return can_rebuild < 0 ? -1 : 1;
	if (c->key && t->indexed && table_run_index(t, "DROP INDEX IF EXISTS ", false, e) < 0)
		return -1;
	t->indexed = t->indexed && !c->key;
	if (table_run(t,
		    "SAVEPOINT drop_type; ALTER TABLE %T RENAME COLUMN %C TO %O; ALTER TABLE %T ADD COLUMN %C;"
		    "UPDATE %T SET %C = %O; ALTER TABLE %T DROP COLUMN %O; RELEASE drop_type",
		    i, e) < 0) {
		/* SQLITE_ERROR means that an index that the user made depends on the column. */
		bool refused = (sqlite3_errcode(t->db->handle) & 0xff) == SQLITE_ERROR;
		(void)sqlite3_exec(t->db->handle, "ROLLBACK TO drop_type; RELEASE drop_type", NULL, NULL, NULL);
		if (!refused)
			return -1;
		/* The event is rejected instead. The column is not tried again, because it is not simple any more. */
		*e = (struct err)ERR_INIT;
		c->simple = false;
		return c->key && sqlite_table_ensure_key_index(t, e) < 0 ? -1 : 1;
	}
	c->affinity = AFFINITY_NONE;
	t->changed = true;
	return 0;
}
