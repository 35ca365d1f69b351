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
	/* Pushes the next record of SOURCE, or several, and returns NEXT_EVENT. NEXT_END at its end (records may have been
	 * pushed before it); NEXT_LATER when it has none now: it does not hold up the others, and is asked again;
	 * NEXT_ERROR with E, which ends the merge. */
	enum next (*fill)(void *arg, struct merge *m, size_t source, struct err *e);
	/* SOURCE is not needed for now and will be read again from its beginning: releases what it holds. False: it cannot
	 * be read again. NULL: no source can. */
	bool (*park)(void *arg, size_t source);
	size_t uncounted; /* bytes of each record that do not count for MERGE_BYTES */
};

struct merge *merge_new(size_t sources, struct merge_callbacks callbacks, struct err *e) MUST_USE;
void merge_free(struct merge *m); /* M may be NULL */
/* To be called by fill() only: appends a record to those of SOURCE. MS is its time, or MERGE_NO_TIME. Its bytes are copied
 * from the COUNT PARTS; there must be at least one byte. -1: E. */
int merge_push(struct merge *m, size_t source, int64_t ms, const struct span *parts, size_t count,
	struct err *e) MUST_USE;
/* The next record of all: NEXT_EVENT with *SOURCE and *BYTES, which is valid until the next call; NEXT_END when all sources
 * are at their ends; NEXT_LATER when no source has a record now; NEXT_ERROR with E. */
enum next merge_next(struct merge *m, size_t *source, struct span *bytes, struct err *e) MUST_USE;
#endif
