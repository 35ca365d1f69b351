/* merge.h -- merges the records of several sources into one sequence by event time.
 *
 * A source is nearly in order, but not quite: threads write a log a little out of order, and a clock may be wrong for one
 * line. So a source is not judged by its next record alone. Its position is the oldest time among its next MERGE_RECORDS
 * records, the look-ahead; the next record comes from the source with the oldest position, and of equal ones from that
 * with the lower number. The order within a source never changes. The result depends on the records only, not on how fast
 * each source was read, unless a source has nothing for a while (NEXT_LATER).
 *
 * The merge knows nothing of files: a source gives it a time and bytes for each record. */
#ifndef CAPTURE_MERGE_H
#define CAPTURE_MERGE_H
#include "base/err.h"
#include "base/span.h"
#include "stream/next.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MERGE_RECORDS = 1000, /* of look-ahead for each source, ... */
	MERGE_BYTES =
		1 << 20, /* ... or so many bytes, whichever is reached first; with many sources less, so that ... */
	MERGE_BYTES_ALL = 32 << 20, /* ... all of them have no more than this, but 64 KiB each at least */
	MERGE_OPEN = 32,            /* with more sources, those whose turn has not come are parked */
};
/* The time of a record that has none, such as a rejected line: it keeps its place among those of its source. */
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
