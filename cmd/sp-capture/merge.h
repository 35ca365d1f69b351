/* merge.h -- merges the records of several sources into one sequence by event time.
 *
 * The records of a source are nearly in order of time, but not quite: threads write a log a little out of order, and a
 * clock may be wrong for one line. So it is not enough to compare the next record of each source. The merge reads the
 * next MERGE_RECORDS records of each source ahead (the look-ahead). The position of a source is the oldest time in its
 * look-ahead. The next record comes from the source with the oldest position. Sources are numbered from 0. If two
 * positions are equal, the source with the lower number is first. Example: if the next times are 12:05 12:01 in source
 * 0 and 12:03 in source 1, the positions are 12:01 and 12:03, so 12:05 is returned first.
 *
 * The order within a source never changes. The result does not depend on how fast each source was read, unless a source
 * has no record for a while (NEXT_LATER).
 *
 * The merge knows nothing about files. All that it gets of each record is a time and bytes. */
#ifndef CAPTURE_MERGE_H
#define CAPTURE_MERGE_H
#include "base/err.h"
#include "base/span.h"
#include "stream/next.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	/* A look-ahead is long enough when it has reached MERGE_RECORDS or MERGE_BYTES. */
	MERGE_RECORDS = 1000, /* records with a time, of each source */
	/* Bytes of each source, or the source's share of MERGE_BYTES_ALL if the share is less. */
	MERGE_BYTES = 1 << 20,
	/* Bytes of all sources together. The share of a source is never less than 64 KiB. */
	MERGE_BYTES_ALL = 32 << 20,
	/* If there are more sources than this, the merge closes (parks) those whose turn has not come. */
	MERGE_OPEN = 32,
};
/* Stands for the time of a record without a time, such as a rejected line. Such a record keeps its place among the
 * records of its source. */
#define MERGE_NO_TIME INT64_MAX

struct merge;
struct merge_callbacks {
	void *arg;
	/* Reads one or more records of SOURCE and pushes them by merge_push(). Returns
	 * - NEXT_EVENT: at least one record was pushed;
	 * - NEXT_END: SOURCE is at its end (records may have been pushed before it);
	 * - NEXT_LATER: SOURCE has no record now. The other sources continue without it, and fill() is called again
	 *   later;
	 * - NEXT_ERROR with E set: the merge ends. */
	enum next (*fill)(void *arg, struct merge *m, size_t source, struct err *e);
	/* Releases what SOURCE holds (its file, its buffers), because its turn has not come. The merge drops the
	 * records of SOURCE, and later fill() must push them again, from the first one on. Returns false if SOURCE
	 * cannot begin again at its first record. NULL: no source can. */
	bool (*park)(void *arg, size_t source);
	size_t overhead_bytes; /* number of bytes in each record that do not count for MERGE_BYTES */
};

/* Returns a merge of SOURCES sources, numbered from 0. The caller must call merge_free(). Returns NULL with E set if
 * memory is exhausted. */
struct merge *merge_new(size_t sources, struct merge_callbacks callbacks, struct err *e) MUST_USE;
void merge_free(struct merge *m); /* M may be NULL */
/* Appends a record to the records of SOURCE. Only fill() is allowed to call merge_push(). MS is the time of the record,
 * or MERGE_NO_TIME. The record consists of the COUNT PARTS, one after the other, which are copied. There must be at
 * least one byte. Returns 0, or -1 with E set if memory is exhausted. */
int merge_push(struct merge *m, size_t source, int64_t ms, const struct span *parts, size_t count,
	struct err *e) MUST_USE;
/* Finds the next record of all sources. Returns
 * - NEXT_EVENT: *SOURCE and *BYTES are set; *BYTES is valid until the next call;
 * - NEXT_END: all sources are at their ends;
 * - NEXT_LATER: no source has a record now;
 * - NEXT_ERROR with E set: fill() failed. */
enum next merge_next(struct merge *m, size_t *source, struct span *bytes, struct err *e) MUST_USE;
#endif
