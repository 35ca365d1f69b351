/* db.h -- a connection to an SQLite database, and its errors in our words. */
#ifndef SINK_TARGET_SQLITE_DB_H
#define SINK_TARGET_SQLITE_DB_H
#include "base/buf.h"
#include <sqlite3.h>
#include <stdbool.h>

struct sqlite_db {
	sqlite3 *handle;
	const char *path; /* borrowed */
	struct buf text;  /* for statements that are put together */
};

/* Opens FILE (created if it is not there) in WAL mode, commits durable (synchronous=FULL). -1: E. */
int sqlite_db_open(struct sqlite_db *s, const char *file, struct err *e) MUST_USE;
void sqlite_db_close(struct sqlite_db *s);
/* What SQLite says last went wrong, as an error with the status that fits; -1. */
int sqlite_db_error(const struct sqlite_db *s, struct err *e);
/* Runs TEXT, one statement or more without results. */
int sqlite_db_exec(struct sqlite_db *s, const char *text, struct err *e) MUST_USE;
/* Prepares TEXT. NULL: E. */
sqlite3_stmt *sqlite_db_prepare(struct sqlite_db *s, const char *text, struct err *e) MUST_USE;
/* Appends NAME as a quoted identifier, whatever it contains. */
int sqlite_quote_name(struct buf *out, const char *name, size_t n);
#endif
