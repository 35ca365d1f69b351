/* merge_record.h -- the form in which a record waits in the merge.
 *
 * An event waits as the line that will be written. A rejected record waits as its reason and its raw bytes, and is
 * reported when its turn comes. The failure of a source can wait in the merge as well. */
#ifndef CAPTURE_MERGE_RECORD_H
#define CAPTURE_MERGE_RECORD_H
#include "sp-capture/merge.h"
#include "sp-capture/run.h"

/* merge_record_event() pushes EVENT, which was made of RECORD. merge_record_reject() pushes the rejected RECORD. Both
 * push a copy, as the next record of source NUMBER. MARK is the position of the source after the record. MARK must
 * be NULL if source_set.needs_positions is false. Both return 0, or -1 with E set if memory is exhausted. */
int merge_record_event(struct merge *m, size_t number, const struct record *record, const struct event *event,
	const struct position *mark, struct err *e) MUST_USE;
int merge_record_reject(struct merge *m, size_t number, const struct record *record, const struct position *mark,
	struct err *e) MUST_USE;
/* Pushes the failure WHY of source NUMBER. When all records of the source before it are delivered,
 * merge_record_deliver() fails with the error WHY. Returns 0. If memory is exhausted, sets WHY to that new error and
 * returns -1. */
int merge_record_failure(struct merge *m, size_t number, struct err *why) MUST_USE;

/* BYTES is a record of source S that merge_next() returned. Writes its event, or reports it as rejected. If the run
 * needs positions, sets S->written to the position after the record. Returns 0, or -1 with E set if BYTES hold a
 * failure or the output failed. */
int merge_record_deliver(struct run *r, struct source *s, struct span bytes, struct err *e) MUST_USE;
#endif
