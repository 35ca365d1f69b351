/* merge_record.h -- a record as it travels through the merge: of an event the line as it will be written, of a rejected
 * one the reason and the raw bytes, so that it is reported in its turn and place. */
#ifndef CAPTURE_MERGE_RECORD_H
#define CAPTURE_MERGE_RECORD_H
#include "sp-capture/merge.h"
#include "sp-capture/run.h"

/* RECORD goes into the merge as the next one of SOURCE: as EVENT, or as what was rejected. -1: E. */
int merge_record_event(struct merge *m, size_t source, const struct record *record, const struct event *event,
	struct err *e) MUST_USE;
int merge_record_reject(struct merge *m, size_t source, const struct record *record, struct err *e) MUST_USE;
/* The number of the record that BYTES hold. */
uint64_t merge_record_number(struct span bytes);
/* Writes or reports what BYTES, from source NAME, hold. */
int merge_record_deliver(struct run *r, const char *name, struct span bytes, struct err *e) MUST_USE;
#endif
