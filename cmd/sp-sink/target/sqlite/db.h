/* db.h -- a connection to an SQLite database, and its errors as messages of this program. */
#ifndef SINK_TARGET_SQLITE_DB_H
#define SINK_TARGET_SQLITE_DB_H
#include "base/buf.h"
#include <sqlite3.h>
#include <stdbool.h>

struct sqlite_db {
	sqlite3 *handle;        /* owned */
	const char *path;       /* for messages; borrowed */
	struct buf text;        /* scratch: the text of a statement */
	int64_t waits_since_ms; /* when the present wait for a lock began, by the monotonic clock */
};

/* Opens FILE, or creates it if it does not exist. Uses WAL mode, and synchronous=FULL, so that a commit is on the disk
 * when it returns. If another program holds a lock, waits for it 5 seconds at most. Returns 0, or -1 with E set. The
 * caller must call sqlite_db_close(), even after a failure. */
int sqlite_db_open(struct sqlite_db *s, const char *file, struct err *e) MUST_USE;
void sqlite_db_close(struct sqlite_db *s);
/* Sets E to the last error of SQLite, with the exit status that fits it. Returns -1. */
int sqlite_db_error(const struct sqlite_db *s, struct err *e);
/* Runs TEXT, one or more statements without results. Returns 0, or -1 with E set. */
int sqlite_db_exec(struct sqlite_db *s, const char *text, struct err *e) MUST_USE;
/* Prepares TEXT. Returns a statement, which the caller finalizes, or NULL with E set. */
sqlite3_stmt *sqlite_db_prepare(struct sqlite_db *s, const char *text, struct err *e) MUST_USE;
/* Appends the N bytes of NAME as a quoted identifier, whatever they are. Returns 0, or -1 if OUT is full. */
int sqlite_quote_name(struct buf *out, const char *name, size_t n);
#endif
