/* target.c -- events as rows of an SQLite table.
 *
 * A transaction holds the events of one second (due()) or 100,000 events (put()), whichever comes first. The caller
 * commits the transaction, which is on the disk when commit() returns (WAL mode, synchronous=FULL). A change of the
 * table is in the same transaction as the rows that need it. So after a crash the table is as it was at the last
 * commit.
 *
 * If the stream has checkpoints, a transaction holds the events of one epoch, and the row of the job in sp_epoch
 * (epoch_row.h).
 *
 * With --key an event replaces the row with an equal key: UPDATE ... WHERE key IS ?, and INSERT if the UPDATE changed
 * no row. SQLite's upsert is not used, because it needs a UNIQUE index, in which nulls are all different. */
#include "sp-sink/target/sqlite/epoch_row.h"
#include "sp-sink/target/sqlite/row.h"
#include "sp-sink/target/target.h"
#include "base/clock.h"
#include "base/fault.h"
#include "checkpoint/folder.h"
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	COMMIT_MS = 1000,
	COMMIT_ROWS = 100000,
	NOTE_MAX = 64 << 20, /* bytes: the names of all columns that SQLite allows fit */
};

struct target {
	struct sqlite_db db;
	struct sqlite_table table;
	bool keyed;                             /* --key is given */
	sqlite3_stmt *insert, *update, *remove; /* prepared statements; REMOVE deletes a row */
	struct sqlite_row row;                  /* the row of the current event */
	size_t retracted_guess;                 /* place of "retracted" in the last event */
	bool open;                              /* a transaction is open */
	int64_t began_ms;                       /* when the open transaction began */
	uint64_t pending;                       /* events in the open transaction */
	uint64_t commits;
	const char *job;   /* the job that owns the rows, or NULL: there are no checkpoints; borrowed */
	struct epoch last; /* the epoch that the database holds, as far as this run knows */
	struct buf note;   /* scratch: epoch_row.h */
};

/* ---- transactions ---- */

static int sqlite_begin(struct target *t, struct err *e)
{
	if (t->open)
		return 0;
	if (t->job)
		fault_point("before-begin");
	if (sqlite_db_exec(&t->db, "BEGIN IMMEDIATE", e) < 0)
		return -1;
	t->open = true;
	t->began_ms = clock_monotonic_ms();
	/* Another run may have changed the table since the last transaction. */
	return t->table.db ? sqlite_table_refresh(&t->table, e) : 0;
}

static int sqlite_commit(struct target *t, enum target_extent extent, struct err *e)
{
	(void)extent; /* both extents mean the open transaction */
	if (!t->open)
		return 0;
	if (sqlite_db_exec(&t->db, "COMMIT", e) < 0)
		return -1;
	t->open = false;
	t->pending = 0;
	t->commits++;
	return 0;
}

static bool sqlite_due(struct target *t, int64_t now, int64_t *next)
{
	int64_t due = t->began_ms + COMMIT_MS;
	if (t->open && now < due && due < *next)
		*next = due;
	return t->open && now >= due;
}

/* ---- statements ---- */

static void sqlite_finalize(struct target *t)
{
	sqlite3_finalize(t->insert);
	sqlite3_finalize(t->update);
	sqlite3_finalize(t->remove);
	t->insert = t->update = t->remove = NULL;
}

static sqlite3_stmt *sqlite_prepare_one(struct target *t, int (*text)(const struct sqlite_table *, struct buf *),
	struct err *e)
{
	struct buf *b = &t->db.text;
	buf_reset(b);
	const char *string = text(&t->table, b) < 0 ? NULL : buf_string(b);
	if (!string) {
		err_oom(e, "a statement");
		return NULL;
	}
	return sqlite_db_prepare(&t->db, string, e);
}

/* Prepares the statements again if the columns in use have changed. Returns 0, or -1 with E set. */
static int sqlite_prepare(struct target *t, struct err *e)
{
	if (!t->table.changed)
		return 0;
	sqlite_finalize(t);
	t->insert = sqlite_prepare_one(t, sqlite_table_insert_text, e);
	if (!t->insert)
		return -1;
	if (t->keyed &&
		(!(t->update = sqlite_prepare_one(t, sqlite_table_update_text, e)) ||
			!(t->remove = sqlite_prepare_one(t, sqlite_table_delete_text, e))))
		return -1;
	t->table.changed = false;
	return 0;
}

/* Runs ST with the values of the row, or only with the values of the key if ALL is false. Returns 0, 1 if the table
 * rejects EV, or -1 with E set. */
static int sqlite_step(struct target *t, sqlite3_stmt *st, struct event *ev, bool all, struct err *e)
{
	/* A parameter that this event does not set must be null, not the value of the last event. */
	sqlite3_clear_bindings(st);
	for (size_t i = 0; i < ev->count; i++) {
		const struct sqlite_value *v = &t->row.values[i];
		if (v->column < 0 || v->kind == VALUE_NULL || !(all || t->table.columns[v->column].key))
			continue;
		if (sqlite_value_bind(v, st, (int)v->column + 1, t->table.columns[v->column].affinity) != SQLITE_OK)
			return sqlite_db_error(&t->db, e);
	}
	int r = sqlite3_step(st);
	sqlite3_reset(st);
	/* RAISE(ROLLBACK) in a trigger, or ON CONFLICT ROLLBACK, ends the transaction with all events in it. */
	if (r != SQLITE_DONE && t->open && sqlite3_get_autocommit(t->db.handle)) {
		t->open = false;
		return err_set(e, EX_DATAERR,
			"%s: a ROLLBACK in the table's definition (%s) has undone %" PRIu64
			" events; use ABORT there instead",
			t->db.path, sqlite3_errmsg(t->db.handle), t->pending);
	}
	switch (r) {
	case SQLITE_DONE: return 0;
	case SQLITE_CONSTRAINT:
	case SQLITE_TOOBIG:
	case SQLITE_MISMATCH:
		return event_reject(ev, "refused by the table", e, "refused by the table: %s",
			sqlite3_errmsg(t->db.handle));
	default: return sqlite_db_error(&t->db, e);
	}
}

/* ---- the target ---- */

static int sqlite_store(struct target *t, struct event *ev, struct err *e)
{
	if (!t->keyed)
		return sqlite_step(t, t->insert, ev, true, e);
	if (json_type(event_find(ev, SPAN("retracted"), &t->retracted_guess)) == JSON_TRUE)
		return sqlite_step(t, t->remove, ev, false, e);
	/* Most rows of a keyed table are updates, so UPDATE is tried first. */
	int r = sqlite_step(t, t->update, ev, true, e);
	if (r != 0 || sqlite3_changes(t->db.handle) > 0)
		return r;
	return sqlite_step(t, t->insert, ev, true, e);
}

static int sqlite_put(struct target *t, struct event *ev, bool *due, struct err *e)
{
	if (sqlite_begin(t, e) < 0)
		return -1;
	int r = sqlite_row_read(&t->row, &t->table, t->keyed, ev, e);
	if (r == 0)
		r = sqlite_prepare(t, e);
	if (r == 0)
		r = sqlite_store(t, ev, e);
	t->pending += r == 0;
	if (t->job)
		fault_point("in-txn");
	/* A known defect (fault.h): commits rows before their barrier, so that after a crash these rows come twice. */
	if (r == 0 && t->job && fault_mutant("commit-by-rows"))
		return sqlite_commit(t, TARGET_DUE, e);
	*due = *due || t->pending >= COMMIT_ROWS;
	return r;
}

/* Declares the columns that had only nulls, without a type, so that queries can name them. Returns 0, or -1 with E
 * set. */
static int sqlite_declare_nulls(struct target *t, struct err *e)
{
	struct sqlite_table *table = &t->table;
	for (size_t i = 0; i < table->names.count && table->exists; i++) {
		if (!table->columns[i].used || table->columns[i].declared)
			continue;
		if (sqlite_begin(t, e) < 0 || sqlite_table_declare(table, i, AFFINITY_NONE, e) < 0)
			return -1;
	}
	return 0;
}

static int sqlite_finish(struct target *t, struct err *e)
{
	return sqlite_declare_nulls(t, e) < 0 ? -1 : sqlite_commit(t, TARGET_ALL, e);
}

/* ---- epochs ---- */

/* Checks the file's folder and not the file, because closing a descriptor of the file would give up SQLite's
 * locks on it. Returns 0, or -1 with E set if the file is on a network file system. */
static int sqlite_check_fs(const struct target *t, struct err *e)
{
	const char *file = sqlite3_db_filename(t->db.handle, "main");
	const char *slash = file ? strrchr(file, '/') : NULL;
	char *folder = slash ? strndup(file, (size_t)(slash - file) + 1) : strdup(".");
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	const char *name = fd >= 0 ? checkpoint_network_fs(fd) : NULL;
	if (fd >= 0)
		close(fd);
	free(folder);
	return !name ? 0 :
		       err_set(e, EX_CONFIG,
			       "%s is on %s, whose locks cannot be relied on under checkpoints: use a local disk, or "
			       "sp-run --any-fs",
			       t->db.path, name);
}

static int sqlite_recover(struct target *t, const struct target_job *job, struct epoch *out, struct err *e)
{
	if (!job->any_fs && sqlite_check_fs(t, e) < 0)
		return -1;
	t->job = job->name;
	buf_reset(&t->note);
	if (epoch_row_read(&t->db, t->job, &t->last, &t->note, e) < 0 ||
		epoch_note_read(buf_span(&t->note), &t->table, e) < 0)
		return -1;
	*out = t->last;
	return 0;
}

/* The row of the job is not at t->last. Reads it again. If it has the epoch TO, a COMMIT whose answer was lost has
 * stored all that is in the open transaction, which is undone. Otherwise another run has committed. Returns 0, or -1
 * with E set. */
static int sqlite_moved(struct target *t, const struct epoch *to, struct err *e)
{
	struct epoch have;
	if (epoch_row_read(&t->db, t->job, &have, NULL, e) < 0 || sqlite_db_exec(&t->db, "ROLLBACK", e) < 0)
		return -1;
	t->open = false;
	t->pending = 0;
	if (epoch_eq(&have, to))
		return 0;
	return err_set(e, EX_DATAERR,
		"%s: another run has taken over job %s: it has committed epoch %" PRIu64 " of run %s; nothing of epoch "
		"%" PRIu64 " was stored. A job has one DIR: end one of the two runs",
		t->db.path, t->job, have.number, have.run, to->number);
}

/* Moves the row of the job to TO, in the open transaction, and commits. Returns 0, or -1 with E set. */
static int sqlite_commit_row(struct target *t, const struct epoch *to, struct err *e)
{
	buf_reset(&t->note);
	if (sqlite_begin(t, e) < 0 || epoch_note_write(&t->table, &t->note, e) < 0)
		return -1;
	int moved = epoch_row_move(&t->db, t->job, &t->last, to, buf_span(&t->note), e);
	fault_point("before-commit");
	if (moved < 0 || (moved == 1 ? sqlite_moved(t, to, e) : sqlite_commit(t, TARGET_ALL, e)) < 0)
		return -1;
	t->last = *to;
	return 0;
}

static int sqlite_commit_epoch(struct target *t, const struct epoch *epoch, enum target_boundary boundary,
	struct err *e)
{
	/* At a stop, columns that had only nulls stay undeclared, because a later run may learn their types. */
	if (boundary == TARGET_END && sqlite_declare_nulls(t, e) < 0)
		return -1;
	return sqlite_commit_row(t, epoch, e);
}

/* ---- opening and closing ---- */

/* Returns the name of the database for SQLite, which the caller frees, or NULL if memory is exhausted. PATH may begin
 * with "//", as in "sqlite://FILE". For SQLite, ":memory:" would be a database in memory. So "./" is put before a name
 * that begins with ':', which makes it the name of a file. */
static char *sqlite_file_of(const char *path)
{
	char *file = NULL;
	if (strncmp(path, "//", 2) == 0)
		path += 2;
	return asprintf(&file, "%s%s", *path == ':' ? "./" : "", path) < 0 ? NULL : file;
}

static int sqlite_open(struct target **out, const struct target_config *c, struct err *e)
{
	static const char *const params[] = { "table", NULL };
	const char *table = uri_param(&c->uri, "table");
	struct target *t = *out = calloc(1, sizeof *t);
	if (!t)
		return err_oom(e, "a target");
	sqlite_row_init(&t->row);
	buf_init(&t->note, NOTE_MAX);
	if (uri_check_params(&c->uri, params, e) < 0)
		return -1;
	if (!c->uri.path[strspn(c->uri.path, "/")] || !table || !*table)
		return err_set(e, EX_USAGE, "sqlite: needs a file and a table: write sqlite:FILE?table=NAME");
	if (strcasecmp(table, EPOCH_TABLE) == 0)
		return err_set(e, EX_USAGE,
			"sqlite: the table " EPOCH_TABLE " is for the epochs of checkpoints: take another name");
	t->keyed = c->key != NULL;
	char *file = sqlite_file_of(c->uri.path);
	if (!file)
		return err_oom(e, "the name of a file");
	int r = sqlite_db_open(&t->db, file, e);
	free(file);
	t->db.path = c->uri.path;
	if (r < 0)
		return -1;
	/* sqlite_begin() locks the database for writing. So a database that cannot be written is reported before the
	 * first event. */
	if (sqlite_begin(t, e) < 0 || sqlite_table_init(&t->table, &t->db, table, e) < 0)
		return -1;
	if (c->key && sqlite_table_set_key(&t->table, c->key, e) < 0)
		return -1;
	return sqlite_commit(t, TARGET_ALL, e);
}

static void sqlite_describe(const struct target *t, struct buf *out)
{
	buf_addf(out, ", %" PRIu64 " transactions, %" PRIu64 " rows in the open one", t->commits, t->pending);
}

static void sqlite_free(struct target *t)
{
	sqlite_finalize(t);
	sqlite_table_release(&t->table);
	sqlite_db_close(&t->db);
	sqlite_row_release(&t->row);
	buf_release(&t->note);
	free(t);
}

const struct target_type target_sqlite = {
	.schemes = (const char *const[]){ "sqlite", NULL },
	.form = "sqlite:FILE?table=T",
	.help = "a table in an SQLite database",
	.options = TARGET_KEY,
	.guarantee = TARGET_EXACTLY_ONCE,
	.exclusive = true,
	.key_ignores_case = true,
	.open = sqlite_open,
	.put = sqlite_put,
	.due = sqlite_due,
	.commit = sqlite_commit,
	.finish = sqlite_finish,
	.recover = sqlite_recover,
	.adopt = sqlite_commit_row,
	.commit_epoch = sqlite_commit_epoch,
	.describe = sqlite_describe,
	.free = sqlite_free,
};
