/* status_file.h -- DIR/ID/status.json: what a program of a job is doing now. `sp-run DIR --status` reads these files.
 *
 * The file is replaced at each barrier and once a second while the program is busy (rename, no fsync: after a power cut
 * it may be missing). The fields are documented in sp-run(1). */
#ifndef CHECKPOINT_STATUS_FILE_H
#define CHECKPOINT_STATUS_FILE_H
#include "checkpoint/place.h"

enum { STATUS_UNKNOWN = -1 };

/* What the program knows. Numbers that it does not have are STATUS_UNKNOWN; times are INT64_MIN. */
struct status_fields {
	uint64_t events_in, events_out; /* of this run */
	uint64_t rejected, late;        /* of the job, all runs */
	int64_t watermark_ms;
	int64_t open_windows, keys, state_bytes;
	int64_t lag_bytes;        /* a source: bytes that are not read yet */
	const char *waiting_for;  /* "input", "output", "disk", "store", "commit", or NULL: busy */
	int64_t waiting_since_ms; /* when that began; INT64_MIN: not known */
};

#define STATUS_FIELDS_INIT                                                                                \
	{                                                                                                 \
		.watermark_ms = INT64_MIN, .open_windows = STATUS_UNKNOWN, .keys = STATUS_UNKNOWN,        \
		.state_bytes = STATUS_UNKNOWN, .lag_bytes = STATUS_UNKNOWN, .waiting_since_ms = INT64_MIN \
	}

/* Replaces the file. EPOCH is the last one that the program has finished. Failures are ignored. */
void status_file_write(const struct checkpoint_place *p, const struct epoch *epoch, const struct status_fields *f);
#endif
