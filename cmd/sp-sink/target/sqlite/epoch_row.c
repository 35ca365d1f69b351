/* epoch_row.c -- the last epoch of a job, in the database that holds the job's rows.
 *
 * The row is changed only if it still has the epoch that this run has read or written last (compare-and-set). So if two
 * runs of a job are alive, for example one on a copied DIR, only one of them can commit after an epoch. */
#include "sp-sink/target/sqlite/epoch_row.h"
#include "json/json.h"
#include "sp-sink/event.h"

/* Returns 1 if the database has the table of epochs, 0 if not, or -1 with E set. */
static int row_table_exists(struct sqlite_db *db, struct err *e)
{
	sqlite3_stmt *st = sqlite_db_prepare(db,
		"SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '" EPOCH_TABLE "' COLLATE NOCASE", e);
	if (!st)
		return -1;
	int r = sqlite3_step(st);
	int exists = r == SQLITE_ROW ? 1 : r == SQLITE_DONE ? 0 : sqlite_db_error(db, e);
	sqlite3_finalize(st);
	return exists;
}

/* Reads the values of the present row of ST. Returns 0, or -1 with E set if they are not what sp-sink writes. */
static int row_take(struct sqlite_db *db, sqlite3_stmt *st, struct epoch *out, struct buf *note, struct err *e)
{
	int64_t number = sqlite3_column_int64(st, 0);
	const char *run = (const char *)sqlite3_column_text(st, 1), *text = (const char *)sqlite3_column_text(st, 2);
	if (number < 0 || !run || strlen(run) >= sizeof out->run)
		return err_set(e, EX_DATAERR, "%s: the row of this job in the table " EPOCH_TABLE " is damaged",
			db->path);
	out->number = (uint64_t)number;
	memcpy(out->run, run, strlen(run) + 1);
	return note && text && buf_adds(note, text) < 0 ? err_oom(e, "the state of a table") : 0;
}

int epoch_row_read(struct sqlite_db *db, const char *job, struct epoch *out, struct buf *note, struct err *e)
{
	*out = (struct epoch){ 0 };
	int r = row_table_exists(db, e);
	if (r <= 0)
		return r;
	sqlite3_stmt *st = sqlite_db_prepare(db, "SELECT epoch, run, note FROM " EPOCH_TABLE " WHERE job = ?1", e);
	if (!st)
		return -1;
	sqlite3_bind_text(st, 1, job, -1, SQLITE_STATIC);
	r = sqlite3_step(st);
	r = r == SQLITE_ROW ? row_take(db, st, out, note, e) : r == SQLITE_DONE ? 0 : sqlite_db_error(db, e);
	sqlite3_finalize(st);
	return r;
}

int epoch_row_move(struct sqlite_db *db, const char *job, const struct epoch *from, const struct epoch *to,
	struct span note, struct err *e)
{
	if (sqlite_db_exec(db,
		    "CREATE TABLE IF NOT EXISTS " EPOCH_TABLE
		    "(job TEXT PRIMARY KEY, epoch INTEGER, run TEXT, note TEXT)",
		    e) < 0)
		return -1;
	sqlite3_stmt *st = sqlite_db_prepare(db,
		from->number == 0 ? "INSERT INTO " EPOCH_TABLE "(job, epoch, run, note) VALUES (?1, ?2, ?3, ?4) "
				    "ON CONFLICT DO NOTHING" :
				    "UPDATE " EPOCH_TABLE " SET epoch = ?2, run = ?3, note = ?4 "
				    "WHERE job = ?1 AND epoch = ?5 AND run = ?6",
		e);
	if (!st)
		return -1;
	sqlite3_bind_text(st, 1, job, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 2, (int64_t)to->number);
	sqlite3_bind_text(st, 3, to->run, -1, SQLITE_STATIC);
	if (note.n > 0)
		sqlite3_bind_text64(st, 4, note.p, note.n, SQLITE_STATIC, SQLITE_UTF8);
	if (from->number > 0) {
		sqlite3_bind_int64(st, 5, (int64_t)from->number);
		sqlite3_bind_text(st, 6, from->run, -1, SQLITE_STATIC);
	}
	int r = sqlite3_step(st) == SQLITE_DONE ? 0 : sqlite_db_error(db, e);
	/* After a failure, sqlite3_changes() would give the number of an earlier statement. */
	if (r == 0 && sqlite3_changes(db->handle) == 0)
		r = 1;
	sqlite3_finalize(st);
	return r;
}

/* ---- the note ---- */

int epoch_note_write(const struct sqlite_table *t, struct buf *out, struct err *e)
{
	const char *between = ",\"nulls\":[";
	size_t start = out->n;
	int r = buf_adds(out, "{\"table\":") < 0 || json_quote(span_of(t->name), out) < 0 ? -1 : 0;
	for (size_t i = 0; i < t->names.count && r == 0; i++) {
		if (!t->columns[i].used || t->columns[i].declared)
			continue;
		r = buf_adds(out, between) < 0 ||
				json_quote((struct span){ t->names.all[i].text, t->names.all[i].n }, out) < 0 ?
			-1 :
			0;
		between = ",";
	}
	if (r < 0 || buf_adds(out, "]}") < 0)
		return err_oom(e, "the state of a table");
	/* Without columns that had only nulls, there is no note. */
	if (*between == ',' && between[1] == '"')
		out->n = start;
	return 0;
}

/* Adds the columns in LIST, a JSON array of names, to T. The statements have them from now on, as in the run that
 * wrote the note. Returns 0, or -1 with E set. */
static int note_read_names(struct span list, struct sqlite_table *t, struct err *e)
{
	struct json_walk w;
	struct span name, value;
	if (json_walk_init(&w, list) < 0)
		return 0;
	while (json_walk(&w, &name, &value) > 0) {
		if (json_type(value) != JSON_STRING || value.n < 2)
			continue;
		int64_t i = name_table_add(&t->names, (struct span){ value.p + 1, value.n - 2 }, t->names.count);
		if (i < 0)
			return err_set(e, EX_DATAERR,
				"%s: the note of this job in the table " EPOCH_TABLE " is damaged: its column %.*s",
				t->db->path, EVENT_NAME_ARG(value));
		if (sqlite_table_grow(t, e) < 0)
			return -1;
		t->columns[i].used = true;
		t->changed = true;
	}
	return 0;
}

int epoch_note_read(struct span note, struct sqlite_table *t, struct err *e)
{
	struct json_walk w;
	struct span name, value, list = SPAN_NONE;
	bool mine = false;
	if (json_walk_init(&w, note) < 0)
		return 0;
	while (json_walk(&w, &name, &value) > 0) {
		if (span_eq(name, SPAN("table")) && json_type(value) == JSON_STRING && value.n >= 2)
			mine = json_string_is((struct span){ value.p + 1, value.n - 2 }, span_of(t->name));
		else if (span_eq(name, SPAN("nulls")))
			list = value;
	}
	return mine && list.p ? note_read_names(list, t, e) : 0;
}
