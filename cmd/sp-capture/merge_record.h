/* merge_record.h -- a record as it waits in the merge: of an event the line as it will be written, of a rejected record
 * the reason and the raw bytes, so that it is reported in its turn. A failure of a source can wait there, too. */
#ifndef CAPTURE_MERGE_RECORD_H
#define CAPTURE_MERGE_RECORD_H
#include "sp-capture/merge.h"
#include "sp-capture/run.h"

/* Each pushes a copy of one record as the next one of source NUMBER. MARK: the source's position after the record;
 * NULL if the set has no marks. -1: E. */
int merge_record_event(struct merge *m, size_t number, const struct record *record, const struct event *event,
	const struct position *mark, struct err *e) MUST_USE;
int merge_record_reject(struct merge *m, size_t number, const struct record *record, const struct position *mark,
	struct err *e) MUST_USE;
/* WHY is the error that merge_record_deliver() returns when everything of the source before it was delivered. It is also
 * set if there is no memory: -1. */
int merge_record_failure(struct merge *m, size_t number, struct err *why) MUST_USE;

/* Writes or reports what BYTES, from source S, hold, and notes S's position. -1: E. */
int merge_record_deliver(struct run *r, struct source *s, struct span bytes, struct err *e) MUST_USE;
#endif
