/* db.c -- an SQLite connection.
 *
 * WAL mode lets readers read while events are stored, and makes a commit one fsync(2) of the log. */
#include "sp-sink/target/sqlite/db.h"
#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum {
	BUSY_MS = 5000, /* longest wait for a lock */
	STEP_MS = 50,   /* time between two tries to switch to WAL mode */
	TEXT_MAX = 64 << 20,
};

/* Returns the errno that explains why the file cannot be opened. SQLite tries several ways and keeps only the errno of
 * the last one, so the file is opened once more here. */
static int db_open_errno(const struct sqlite_db *s)
{
	int fd = open(s->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return errno;
	/* The file can be opened: SQLite must have failed at another file, such as the log beside it. */
	close(fd);
	return sqlite3_system_errno(s->handle);
}

int sqlite_db_error(const struct sqlite_db *s, struct err *e)
{
	/* The low byte of an extended code is the primary code. If there is no handle, SQLite had no memory for it. */
	switch (s->handle ? sqlite3_errcode(s->handle) & 0xff : SQLITE_NOMEM) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(e, EX_TEMPFAIL, "%s: locked by another program for %d s; try again when it has ended",
			s->path, BUSY_MS / 1000);
	case SQLITE_NOTADB: return err_set(e, EX_CANTCREAT, "%s is not an SQLite database", s->path);
	case SQLITE_FULL: return err_set(e, EX_IOERR, "%s: the disk is full", s->path);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return err_set(e, EX_NOPERM, "%s: no permission to write it: %s", s->path, sqlite3_errmsg(s->handle));
	case SQLITE_CANTOPEN: {
		int number = db_open_errno(s);
		return err_errno(e, err_status_write(number), number, "%s: cannot be opened", s->path);
	}
	case SQLITE_IOERR:
	case SQLITE_CORRUPT: return err_set(e, EX_IOERR, "%s: %s", s->path, sqlite3_errmsg(s->handle));
	case SQLITE_NOMEM: return err_set(e, EX_OSERR, "%s: out of memory", s->path);
	default: return err_set(e, EX_CANTCREAT, "%s: %s", s->path, sqlite3_errmsg(s->handle));
	}
}

int sqlite_db_exec(struct sqlite_db *s, const char *text, struct err *e)
{
	return sqlite3_exec(s->handle, text, NULL, NULL, NULL) == SQLITE_OK ? 0 : sqlite_db_error(s, e);
}

sqlite3_stmt *sqlite_db_prepare(struct sqlite_db *s, const char *text, struct err *e)
{
	sqlite3_stmt *st = NULL;
	if (sqlite3_prepare_v2(s->handle, text, -1, &st, NULL) != SQLITE_OK)
		sqlite_db_error(s, e);
	return st;
}

int sqlite_quote_name(struct buf *out, const char *name, size_t n)
{
	if (buf_addc(out, '"') < 0)
		return -1;
	/* A quote in an identifier is doubled; nothing else needs an escape. */
	for (size_t i = 0; i < n; i++)
		if ((name[i] == '"' && buf_addc(out, '"') < 0) || buf_addc(out, name[i]) < 0)
			return -1;
	return buf_addc(out, '"');
}

/* SQLite calls this while another program has a lock, with the number of calls so far for this lock. It waits a
 * millisecond, BUSY_MS in all. SQLite's own timeout looks only every 100 ms, and so would seldom find the lock free
 * between two transactions of a busy program. Returns 1 to try again, or 0 to give up. */
static int db_wait(void *arg, int calls)
{
	struct sqlite_db *s = arg;
	int64_t now = clock_monotonic_ms();
	if (calls == 0)
		s->waits_since_ms = now;
	if (now - s->waits_since_ms >= BUSY_MS)
		return 0;
	sqlite3_sleep(1);
	return 1;
}

/* Switches to WAL mode. SQLite does not use its busy timeout for this change, so this loop waits for a lock itself.
 * Returns 0, or -1 with E set. */
static int db_set_wal(struct sqlite_db *s, struct err *e)
{
	for (int waited = 0;; waited += STEP_MS) {
		int r = sqlite3_exec(s->handle, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
		if (r == SQLITE_OK)
			return 0;
		if ((r & 0xff) != SQLITE_BUSY || waited >= BUSY_MS)
			return sqlite_db_error(s, e);
		sqlite3_sleep(STEP_MS);
	}
}

int sqlite_db_open(struct sqlite_db *s, const char *file, struct err *e)
{
	*s = (struct sqlite_db){ .path = file };
	buf_init(&s->text, TEXT_MAX);
	/* NOMUTEX: only one thread uses the connection. */
	if (sqlite3_open_v2(file, &s->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) !=
		SQLITE_OK)
		return sqlite_db_error(s, e);
	sqlite3_busy_handler(s->handle, db_wait, s);
	if (db_set_wal(s, e) < 0)
		return -1;
	/* The cache is 32 MiB, because an index on a key is read and written at random places. */
	return sqlite_db_exec(s, "PRAGMA synchronous=FULL; PRAGMA cache_size=-32768", e);
}

void sqlite_db_close(struct sqlite_db *s)
{
	sqlite3_close(s->handle);
	s->handle = NULL;
	buf_release(&s->text);
}
