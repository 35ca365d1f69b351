/* rejects.h -- lines that are not events: reported, counted, and kept as dead letters.
 *
 * A kind is a sort of mistake, such as "not UTF-8". The first ten lines of a kind are reported one by one. The others
 * are counted, and their number is reported at the end. If consecutive lines have no time, for the same reason, only
 * the first of them is reported. With --reject FILE each rejected line becomes a dead letter, a line of FILE:
 *
 *	{"error":"...","source":"...","position":...,"raw":"..."} */
#ifndef STREAM_REJECTS_H
#define STREAM_REJECTS_H
#include "base/buf.h"
#include "base/span.h"
#include "stream/aside.h"
#include <stdint.h>

struct rejects {
	struct aside file; /* the dead letters */
	const char *path;  /* path of the file; borrowed; NULL if there is no file */
	struct buf line;   /* the dead letter that is being written; owned */
	uint64_t total;    /* lines rejected */
	/* Position of the last rejected line, and the reason why it was rejected. A reason that does not fit is cut and
	 * then never equals the next reason. */
	uint64_t last_position;
	char last_why[256];
	/* The character between source and position in diagnostics: '@' for offsets; 0 means ':'. */
	char separator;
	struct reject_kind *kinds; /* counts of each kind; owned */
	size_t kind_count, kind_cap;
	bool announces; /* the first dead letter is reported with the path of the file, which the user has not named */
};

/* Opens the file PATH (borrowed) for dead letters, or none if PATH is NULL. Returns 0, or -1 with E set if the file
 * cannot be opened or memory is exhausted. A zeroed struct may be released and finished. */
int rejects_init(struct rejects *r, const char *path, struct err *e) MUST_USE;
void rejects_release(struct rejects *r);

/* Opens the file PATH (borrowed) for dead letters, unless a file is open already. The first line that is rejected is
 * reported together with PATH. For checkpoints under sp-run, where a rejected line must not end the job. Returns 0, or
 * -1 with E set. */
int rejects_keep(struct rejects *r, const char *path, struct err *e) MUST_USE;

/* Rejects the line RAW. Counts it under KIND, a static string. Prints the diagnostic "SOURCE:POSITION: WHY", but not if
 * ten lines of this kind were reported already. If KIND begins with "no time", also prints nothing if the line just
 * before was rejected for the same reason. Writes the dead letter if there is a file. POSITION is a line number or an
 * offset in SOURCE. Returns 0, or -1 with E set if the dead letter cannot be written. */
int rejects_add(struct rejects *r, const char *kind, const char *why, const char *source, uint64_t position,
	struct span raw, struct err *e) MUST_USE;

/* Reports the number of lines without a diagnostic ("... and 1,234 more: not UTF-8") and closes the file. Returns the
 * exit status: EX_DATAERR if lines were rejected and there is no file of dead letters, otherwise 0. Returns -1 with E
 * set if the file cannot be written or closed. */
int rejects_finish(struct rejects *r, struct err *e) MUST_USE;
#endif
