/* merge_record.h -- the form in which a record waits in the merge.
 *
 * An event waits as the line that will be written. A rejected record waits as the reason and its raw bytes, so that it
 * is reported in its turn. The failure of a source can wait in the merge as well. */
#ifndef CAPTURE_MERGE_RECORD_H
#define CAPTURE_MERGE_RECORD_H
#include "sp-capture/merge.h"
#include "sp-capture/run.h"

/* Each pushes a copy of one record as the next one of source NUMBER. MARK is the source's position after the record. It
 * must be NULL if the set does not need positions. Returns 0, or -1 with E set if memory is exhausted. */
int merge_record_event(struct merge *m, size_t number, const struct record *record, const struct event *event,
	const struct position *mark, struct err *e) MUST_USE;
int merge_record_reject(struct merge *m, size_t number, const struct record *record, const struct position *mark,
	struct err *e) MUST_USE;
/* Pushes the failure WHY of source NUMBER. When all records of the source before it are delivered,
 * merge_record_deliver() fails with that error. Returns 0, or -1 if memory is exhausted: then WHY is set to that
 * error. */
int merge_record_failure(struct merge *m, size_t number, struct err *why) MUST_USE;

/* Writes the event or reports the rejected record that BYTES of source S hold, and sets the position of S. Returns 0,
 * or -1 with E set if BYTES hold a failure or the output failed. */
int merge_record_deliver(struct run *r, struct source *s, struct span bytes, struct err *e) MUST_USE;
#endif
