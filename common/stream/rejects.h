/* rejects.h -- lines that are no events: one diagnostic each (the first ten of a kind, then a count
 * at the end) and, with --reject FILE, a dead-letter line
 * {"error":"...","source":"...","position":...,"raw":"..."}. */
#ifndef STREAM_REJECTS_H
#define STREAM_REJECTS_H
#include "base/buf.h"
#include "base/span.h"
#include <stdint.h>

struct rejects {
	int fd;           /* of the dead-letter file; -1: none */
	const char *path; /* borrowed */
	struct buf line;
	uint64_t total;
	char separator;            /* between source and position in diagnostics: ':', '@' before an offset */
	struct reject_kind *kinds; /* owned */
	size_t kind_count;
};

/* PATH: append dead letters there (created 0666 & ~umask); NULL: none. -1: it cannot be opened. */
int rejects_init(struct rejects *r, const char *path, struct err *e) MUST_USE;
void rejects_release(struct rejects *r);

/* One rejected line. KIND (a static string) groups equal faults for the count; WHY is the full
 * reason; POSITION a line number, in SOURCE (printed "source:position: why"); RAW the bytes (cut to
 * 64 KiB in the diagnostics' sense: all of it goes to the dead letter).
 * -1 only if the dead-letter file cannot be written. */
int rejects_add(struct rejects *r, const char *kind, const char *why, const char *source, uint64_t position,
	struct span raw, struct err *e) MUST_USE;
/* Prints what was suppressed ("... and 1,234 more: not UTF-8"); returns the exit status: 0, or 65 when
 * something was rejected and there is no dead-letter file. -1: the file could not be completed. */
int rejects_finish(struct rejects *r, struct err *e) MUST_USE;
#endif
