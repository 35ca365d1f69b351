/* statements.c -- the statements that store an event.
 *
 * The statements name the columns in use, and are prepared again when the columns in use change. Parameter ?N+1 is
 * always column N, so the values of an event are bound by the numbers of their columns. A parameter that is not bound
 * is null. */
#include "sp-sink/target/sqlite/table.h"

static int add_column_name(const struct sqlite_table *t, size_t i, struct buf *out)
{
	return sqlite_quote_name(out, t->names.all[i].text, t->names.all[i].n);
}

/* Names and parameters are written in two passes over the same columns, so that they pair up. */
int sqlite_table_insert_text(const struct sqlite_table *t, struct buf *out)
{
	const char *between = " (";
	if (buf_adds(out, "INSERT INTO ") < 0 || sqlite_quote_name(out, t->name, strlen(t->name)) < 0)
		return -1;
	for (size_t i = 0; i < t->names.count; i++) {
		if (!t->columns[i].used || !t->columns[i].declared)
			continue;
		if (buf_adds(out, between) < 0 || add_column_name(t, i, out) < 0)
			return -1;
		between = ",";
	}
	/* If no declared column is in use, every column of the row gets its default. */
	if (*between == ' ')
		return buf_adds(out, " DEFAULT VALUES");
	between = ") VALUES (";
	for (size_t i = 0; i < t->names.count; i++) {
		if (!t->columns[i].used || !t->columns[i].declared)
			continue;
		if (buf_addf(out, "%s?%zu", between, i + 1) < 0)
			return -1;
		between = ",";
	}
	return buf_addc(out, ')');
}

/* Appends a WHERE clause that compares every column of the key by IS. IS makes null equal to null, and SQLite can use
 * an index for IS. Returns 0, or -1 if OUT is full. */
static int add_where_key(const struct sqlite_table *t, struct buf *out)
{
	const char *between = " WHERE ";
	for (size_t i = 0; i < t->names.count; i++) {
		if (!t->columns[i].key)
			continue;
		if (buf_adds(out, between) < 0 || add_column_name(t, i, out) < 0 ||
			buf_addf(out, " IS ?%zu", i + 1) < 0)
			return -1;
		between = " AND ";
	}
	return 0;
}

/* The statement sets all columns in use, except the columns of the key. A column that an event lacks is set to null, so
 * the new row keeps no value of the old row. */
int sqlite_table_update_text(const struct sqlite_table *t, struct buf *out)
{
	const char *between = " SET ";
	size_t key = 0;
	if (buf_adds(out, "UPDATE ") < 0 || sqlite_quote_name(out, t->name, strlen(t->name)) < 0)
		return -1;
	for (size_t i = 0; i < t->names.count; i++) {
		key = t->columns[i].key ? i : key;
		if (!t->columns[i].used || !t->columns[i].declared || t->columns[i].key)
			continue;
		if (buf_adds(out, between) < 0 || add_column_name(t, i, out) < 0 || buf_addf(out, " = ?%zu", i + 1) < 0)
			return -1;
		between = ",";
	}
	/* If the table has no column but the key, a key column is set to its own value, because UPDATE must set
	 * something. */
	if (*between == ' ' &&
		(buf_adds(out, between) < 0 || add_column_name(t, key, out) < 0 ||
			buf_addf(out, " = ?%zu", key + 1) < 0))
		return -1;
	return add_where_key(t, out);
}

int sqlite_table_delete_text(const struct sqlite_table *t, struct buf *out)
{
	if (buf_adds(out, "DELETE FROM ") < 0 || sqlite_quote_name(out, t->name, strlen(t->name)) < 0)
		return -1;
	return add_where_key(t, out);
}
