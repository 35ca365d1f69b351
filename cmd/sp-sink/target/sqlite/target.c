/* target.c -- events as rows of a table.
 *
 * A transaction takes a second's events, or 100,000. With --key an event replaces the row with the same key:
 * UPDATE ... WHERE key IS ?, and INSERT if that met none. */
#include "sp-sink/target/sqlite/columns.h"
#include "base/clock.h"
#include "sp-sink/target/target.h"
#include "sp-sink/target/sqlite/value.h"
#include <inttypes.h>

enum { COMMIT_MS = 1000, COMMIT_ROWS = 100000, CLOCK_EVERY = 256 };

struct target {
	struct sqlite_db sql;
	struct sqlite_table table;
	bool keyed;
	sqlite3_stmt *insert, *update, *remove;
	struct sqlite_value *values; /* of one ev, parallel to its fields; owned */
	size_t value_cap;
	size_t retracted_guess;
	uint64_t rows;    /* seen, for sqlite_column.seen */
	uint64_t pending; /* in the open transaction */
	uint64_t commits;
	int64_t began_ms;
	bool open;       /* a transaction is */
	struct buf text; /* unescaped strings of one row */
};

/* ---- transactions ---- */

static int begin(struct target *t, struct err *e)
{
	if (t->open)
		return 0;
	if (sqlite_db_exec(&t->sql, "BEGIN IMMEDIATE", e) < 0)
		return -1;
	t->open = true;
	t->began_ms = clock_monotonic_ms();
	/* Another run may have made the table, or columns, since the last transaction. */
	return t->table.sql ? sqlite_table_refresh(&t->table, e) : 0;
}

static int commit(struct target *t, struct err *e)
{
	if (!t->open)
		return 0;
	if (sqlite_db_exec(&t->sql, "COMMIT", e) < 0)
		return -1;
	t->open = false;
	t->pending = 0;
	t->commits++;
	return 0;
}

/* ---- columns of a row ---- */

static void finalize(struct target *t)
{
	sqlite3_finalize(t->insert);
	sqlite3_finalize(t->update);
	sqlite3_finalize(t->remove);
	t->insert = t->update = t->remove = NULL;
}

static sqlite3_stmt *prepare(struct target *t, int (*text)(const struct sqlite_table *, struct buf *), struct err *e)
{
	struct buf *b = &t->sql.text;
	buf_reset(b);
	const char *string = text(&t->table, b) < 0 ? NULL : buf_string(b);
	if (!string) {
		err_set(e, EX_OSERR, "out of memory for a statement");
		return NULL;
	}
	return sqlite_db_prepare(&t->sql, string, e);
}

static int prepare_all(struct target *t, struct err *e)
{
	if (!t->table.changed)
		return 0;
	finalize(t);
	t->insert = prepare(t, sqlite_table_insert_text, e);
	if (!t->insert)
		return -1;
	if (t->keyed &&
		(!(t->update = prepare(t, sqlite_table_update_text, e)) ||
			!(t->remove = prepare(t, sqlite_table_delete_text, e))))
		return -1;
	t->table.changed = false;
	return 0;
}

/* A field that --key makes an order rather than data. */
static bool is_order(const struct target *t, const struct field *f)
{
	return t->keyed && json_string_is(f->name, SPAN("retracted"));
}

/* Finds the column of each field; those that are new are only counted, so that a refused row changes nothing. */
static int find_columns(struct target *t, struct event *ev, size_t *fresh, struct err *e)
{
	struct sqlite_table *table = &t->table;
	*fresh = 0;
	for (size_t i = 0; i < ev->count; i++) {
		const struct field *f = &ev->fields[i];
		struct sqlite_value *v = &t->values[i];
		v->column = is_order(t, f) ? COLUMN_NONE : name_table_find(&table->names, f->name, i);
		if (v->column == NAME_NONE && !is_order(t, f))
			++*fresh;
		if (v->column < 0)
			continue;
		struct sqlite_column *c = &table->columns[v->column];
		if (c->seen == t->rows)
			return event_reject(ev, "equal names", e,
				"field \"%.*s\": names that differ only in case are one column in SQLite",
				EVENT_NAME_ARG(f->name));
		c->seen = t->rows;
	}
	if (table->names.count + *fresh > table->limit)
		return event_reject(ev, "too many columns", e,
			"%zu new fields: the table would have more than %zu columns, SQLite's limit", *fresh,
			table->limit);
	return 0;
}

static int add_columns(struct target *t, struct event *ev, struct err *e)
{
	struct sqlite_table *table = &t->table;
	for (size_t i = 0; i < ev->count; i++) {
		struct sqlite_value *v = &t->values[i];
		if (v->column != NAME_NONE)
			continue;
		v->column = name_table_add(&table->names, ev->fields[i].name, i);
		if (v->column < 0 || sqlite_table_grow(table, e) < 0)
			return err_set(e, EX_OSERR, "out of memory for columns");
		if (table->columns[v->column].seen == t->rows)
			return event_reject(ev, "equal names", e,
				"field \"%.*s\": names that differ only in case are one column in SQLite",
				EVENT_NAME_ARG(ev->fields[i].name));
		table->columns[v->column].seen = t->rows;
	}
	return 0;
}

/* The table can take VALUE in its column as it is. */
static int fit_column(struct target *t, struct event *ev, const struct sqlite_value *v, struct err *e)
{
	struct sqlite_table *table = &t->table;
	struct sqlite_column *c = &table->columns[v->column];
	if (c->computed)
		return event_reject(ev, "a computed column", e,
			"field \"%s\": the table computes that column from others", table->names.all[v->column].text);
	if (!c->used) {
		c->used = true;
		table->changed = true;
	}
	if (v->kind == VALUE_NULL)
		return 0;
	if (!c->declared)
		return sqlite_table_declare(table, (size_t)v->column, sqlite_value_affinity(v), e);
	if (sqlite_value_fits(v, c->affinity))
		return 0;
	int r = sqlite_table_widen(table, (size_t)v->column, e);
	if (r == 1)
		return event_reject(ev, "a value that would change", e,
			"field \"%s\": its value would change in a column of that type; "
			"declare the column TEXT or without a type",
			table->names.all[v->column].text);
	return r;
}

/* A table needs a column: when all values of its first row are null, they all are declared. */
static int ensure_table(struct target *t, const struct event *ev, struct err *e)
{
	struct sqlite_table *table = &t->table;
	for (size_t i = 0; i < ev->count && !table->exists; i++)
		if (t->values[i].column >= 0 &&
			sqlite_table_declare(table, (size_t)t->values[i].column, AFFINITY_NONE, e) < 0)
			return -1;
	return t->keyed ? sqlite_table_index(table, e) : 0;
}

static int read_values(struct target *t, struct event *ev, struct err *e)
{
	if (ev->count > t->value_cap) {
		struct sqlite_value *values = realloc(t->values, ev->cap * sizeof *values);
		if (!values)
			return err_set(e, EX_OSERR, "out of memory for %zu fields", ev->count);
		t->values = values;
		t->value_cap = ev->cap;
	}
	buf_reset(&t->text);
	/* Strings stand in t->text one after the other: it must not move once spans point into it. */
	if (!buf_room(&t->text, ev->text.n + 16 * ev->count))
		return err_set(e, EX_OSERR, "out of memory for an event");
	for (size_t i = 0; i < ev->count; i++) {
		if (sqlite_value_read(&t->values[i], ev->fields[i].value, &t->text) < 0)
			return err_set(e, EX_OSERR, "out of memory for an event");
	}
	return 0;
}

/* What has a default, or must not be null, is written only for events that have it. */
static void leave_out_ruled(struct target *t)
{
	struct sqlite_table *table = &t->table;
	for (size_t i = 0; i < table->names.count && table->ruled > 0; i++) {
		struct sqlite_column *c = &table->columns[i];
		if (!c->ruled || !c->used || c->key || c->seen == t->rows)
			continue;
		c->used = false;
		table->changed = true;
	}
}

static int prepare_row(struct target *t, struct event *ev, struct err *e)
{
	size_t fresh = 0;
	int r = event_check_nul(ev, "SQLite", e);
	if (r == 0)
		r = read_values(t, ev, e);
	if (r == 0)
		r = find_columns(t, ev, &fresh, e);
	if (r == 0 && ev->count == 0)
		r = event_reject(ev, "no fields", e, "an event without fields has no columns");
	if (r == 0 && fresh > 0)
		r = add_columns(t, ev, e);
	if (r == 0)
		leave_out_ruled(t);
	for (size_t i = 0; i < ev->count && r == 0; i++)
		if (t->values[i].column >= 0)
			r = fit_column(t, ev, &t->values[i], e);
	if (r == 0 && (!t->table.exists || (t->keyed && !t->table.indexed)))
		r = ensure_table(t, ev, e);
	return r != 0 ? r : prepare_all(t, e);
}

/* ---- rows ---- */

/* Runs ST with the row's values; ALL: not only those of the key. 0; 1: refused; -1. */
static int step(struct target *t, sqlite3_stmt *st, struct event *ev, bool all, struct err *e)
{
	sqlite3_clear_bindings(st);
	for (size_t i = 0; i < ev->count; i++) {
		const struct sqlite_value *v = &t->values[i];
		if (v->column < 0 || v->kind == VALUE_NULL || !(all || t->table.columns[v->column].key))
			continue;
		if (sqlite_value_bind(v, st, (int)v->column + 1, t->table.columns[v->column].affinity) != SQLITE_OK)
			return sqlite_db_error(&t->sql, e);
	}
	int r = sqlite3_step(st);
	sqlite3_reset(st);
	if (r != SQLITE_DONE && t->open && sqlite3_get_autocommit(t->sql.db)) {
		t->open = false;
		return err_set(e, EX_DATAERR,
			"%s: a ROLLBACK of the table's (%s) has taken back %" PRIu64 " events; use ABORT there",
			t->sql.path, sqlite3_errmsg(t->sql.db), t->pending);
	}
	switch (r) {
	case SQLITE_DONE: return 0;
	case SQLITE_CONSTRAINT:
	case SQLITE_TOOBIG:
	case SQLITE_MISMATCH:
		return event_reject(ev, "refused by the table", e, "refused by the table: %s",
			sqlite3_errmsg(t->sql.db));
	default: return sqlite_db_error(&t->sql, e);
	}
}

static int store(struct target *t, struct event *ev, struct err *e)
{
	if (!t->keyed)
		return step(t, t->insert, ev, true, e);
	if (json_type(event_find(ev, SPAN("retracted"), &t->retracted_guess)) == JSON_TRUE)
		return step(t, t->remove, ev, false, e);
	int r = step(t, t->update, ev, true, e);
	if (r != 0 || sqlite3_changes(t->sql.db) > 0)
		return r;
	return step(t, t->insert, ev, true, e);
}

static int sqlite_put(struct target *t, struct event *ev, struct err *e)
{
	t->rows++;
	if (begin(t, e) < 0)
		return -1;
	int r = prepare_row(t, ev, e);
	if (r == 0)
		r = store(t, ev, e);
	t->pending += r == 0;
	if (r < 0)
		return -1;
	bool due = t->pending >= COMMIT_ROWS ||
		(t->rows % CLOCK_EVERY == 0 && clock_monotonic_ms() - t->began_ms >= COMMIT_MS);
	return due && commit(t, e) < 0 ? -1 : r;
}

static int sqlite_tick(struct target *t, int64_t now, int64_t *next, struct err *e)
{
	*next = TICK_NEVER;
	if (!t->open)
		return 0;
	if (now - t->began_ms >= COMMIT_MS)
		return commit(t, e);
	*next = t->began_ms + COMMIT_MS;
	return 0;
}

/* Columns that had nulls only are there for whoever asks for them. */
static int sqlite_finish(struct target *t, struct err *e)
{
	struct sqlite_table *table = &t->table;
	if (commit(t, e) < 0)
		return -1;
	for (size_t i = 0; i < table->names.count && table->exists; i++) {
		if (!table->columns[i].used || table->columns[i].declared)
			continue;
		if (begin(t, e) < 0 || sqlite_table_declare(table, i, AFFINITY_NONE, e) < 0)
			return -1;
	}
	return commit(t, e);
}

/* "sqlite://FILE" is taken, too; ":memory:" is a file like any other. */
static char *file_of(const char *path)
{
	char *file = NULL;
	if (strncmp(path, "//", 2) == 0)
		path += 2;
	return asprintf(&file, "%s%s", *path == ':' ? "./" : "", path) < 0 ? NULL : file;
}

static int sqlite_open(struct target **out, const struct config *c, struct err *e)
{
	static const char *const params[] = { "table", NULL };
	const char *table = uri_param(&c->uri, "table");
	struct target *t = *out = calloc(1, sizeof *t);
	if (!t)
		return err_set(e, EX_OSERR, "out of memory");
	buf_init(&t->text, 256 << 20);
	if (uri_check_params(&c->uri, params, e) < 0)
		return -1;
	if (!c->uri.path[strspn(c->uri.path, "/")] || !table || !*table)
		return err_set(e, EX_USAGE, "which table? write sqlite:FILE?table=NAME");
	t->keyed = c->key != NULL;
	char *file = file_of(c->uri.path);
	if (!file)
		return err_set(e, EX_OSERR, "out of memory");
	int r = sqlite_db_open(&t->sql, file, e);
	free(file);
	t->sql.path = c->uri.path;
	if (r < 0)
		return -1;
	/* Takes the write lock at once: what cannot be written is better known now. */
	if (begin(t, e) < 0 || sqlite_table_init(&t->table, &t->sql, table, e) < 0)
		return -1;
	if (c->key && sqlite_table_set_key(&t->table, c->key, e) < 0)
		return -1;
	return commit(t, e);
}

static void sqlite_describe(const struct target *t, struct buf *out)
{
	buf_addf(out, ", %" PRIu64 " transactions, %" PRIu64 " rows in the open one", t->commits, t->pending);
}

static void sqlite_free(struct target *t)
{
	finalize(t);
	sqlite_table_release(&t->table);
	sqlite_db_close(&t->sql);
	free(t->values);
	buf_release(&t->text);
	free(t);
}

const struct target_type target_sqlite = {
	.open = sqlite_open,
	.put = sqlite_put,
	.tick = sqlite_tick,
	.finish = sqlite_finish,
	.describe = sqlite_describe,
	.free = sqlite_free,
};
