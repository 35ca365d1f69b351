/* epoch_row.h -- the last epoch of a job, in the database that holds the job's rows.
 *
 *	CREATE TABLE sp_epoch(job TEXT PRIMARY KEY, epoch INTEGER, run TEXT, note TEXT)
 *
 * The row of a job is written in the transaction of the events of that epoch, so the database always tells which epochs
 * it holds. Several jobs may share a database. NOTE is what the next run must know: the columns that had only nulls so
 * far, which are not declared yet: {"table":"pages","nulls":["referrer"]}. */
#ifndef SINK_TARGET_SQLITE_EPOCH_ROW_H
#define SINK_TARGET_SQLITE_EPOCH_ROW_H
#include "sp-sink/target/sqlite/table.h"
#include "stream/barrier.h"

#define EPOCH_TABLE "sp_epoch"

/* Reads the row of JOB: sets *OUT, and appends the note to NOTE (may be NULL). If there is no table or no row, the
 * epoch is 0 and nothing is appended. Returns 0, or -1 with E set. */
int epoch_row_read(struct sqlite_db *db, const char *job, struct epoch *out, struct buf *note, struct err *e) MUST_USE;
/* Changes the row of JOB from epoch FROM to epoch TO with NOTE, if it is at FROM. FROM with number 0 means that there
 * is no row. Creates the table if needed. The caller has opened a transaction. Returns 0, 1 if the row was not at FROM,
 * or -1 with E set. */
int epoch_row_move(struct sqlite_db *db, const char *job, const struct epoch *from, const struct epoch *to,
	struct span note, struct err *e) MUST_USE;

/* Appends the note for T: the columns that are in use but not declared. Appends nothing if there are none. Returns 0,
 * or -1 with E set. */
int epoch_note_write(const struct sqlite_table *t, struct buf *out, struct err *e) MUST_USE;
/* Adds the columns of NOTE to T, in memory, if NOTE is about this table. Returns 0, or -1 with E set. */
int epoch_note_read(struct span note, struct sqlite_table *t, struct err *e) MUST_USE;
#endif
