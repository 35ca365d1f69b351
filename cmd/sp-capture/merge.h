/* merge.h -- several sources, one stream, by event time (DESIGN, "Several sources, one stream").
 *
 * Next comes the source that stands furthest back; a source stands where the oldest of its next LOOK_AHEAD
 * records does, so that one bad clock does not hold it back; equal ones go by their number. The merge
 * knows nothing of files: a source gives a time and bytes. */
#ifndef CAPTURE_MERGE_H
#define CAPTURE_MERGE_H
#include "base/err.h"
#include "base/span.h"
#include "stream/next.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MERGE_RECORDS = 1000,       /* of look-ahead ... */
	MERGE_BYTES = 1 << 20,      /* ... or these, whatever comes first; less with very many sources: */
	MERGE_BYTES_ALL = 32 << 20, /* so many in all (but 64 KiB each) */
	MERGE_OPEN = 32,            /* with more sources than these, those whose turn has not come are parked */
};
/* The time of a record that has none and just goes with those around it (a rejected line). */
#define MERGE_NO_TIME INT64_MAX

struct merge;
struct merge_callbacks {
	void *arg;
	/* Pushes the next record of SOURCE, or some: 1; 0 at its end (records may have been pushed before it); NEXT_LATER
	 * when it is not known to have one now, and is not to hold up the others; -1 with E, which ends the merge. */
	int (*fill)(void *arg, struct merge *m, size_t source, struct err *e);
	/* SOURCE will be read again from its beginning: let go of what it holds. False: it cannot be.
	 * NULL: none can. */
	bool (*park)(void *arg, size_t source);
};

struct merge *merge_new(size_t sources, struct merge_callbacks callbacks, struct err *e) MUST_USE;
void merge_free(struct merge *m);
/* Within fill(): the next record of SOURCE, at MS, is the COUNT PARTS one behind the other, a byte at least. -1: E. */
int merge_push(struct merge *m, size_t source, int64_t ms, const struct span *parts, size_t count,
	struct err *e) MUST_USE;
/* The next record of all: 1 with *SOURCE and *BYTES (valid until the next call); 0 when all are at
 * their ends; NEXT_LATER when no source has any now; -1 with E. */
int merge_next(struct merge *m, size_t *source, struct span *bytes, struct err *e) MUST_USE;
#endif
