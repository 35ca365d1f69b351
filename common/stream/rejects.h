/* rejects.h -- lines that are not events: reported, counted, and kept as dead letters.
 *
 * Each is one diagnostic, for the first ten of a kind; the rest are counted and reported at the end. With --reject
 * FILE each is also a line of that file:
 *
 *	{"error":"...","source":"...","position":...,"raw":"..."} */
#ifndef STREAM_REJECTS_H
#define STREAM_REJECTS_H
#include "base/buf.h"
#include "base/span.h"
#include "stream/aside.h"
#include <stdint.h>

struct rejects {
	struct aside file;         /* the dead letters */
	const char *path;          /* of the file, borrowed; NULL: there is none */
	struct buf line;           /* the dead letter in hand; owned */
	uint64_t total;            /* lines rejected */
	char separator;            /* between source and position in diagnostics; 0 is ':'; '@' before an offset */
	struct reject_kind *kinds; /* counts; owned */
	size_t kind_count, kind_cap;
};

/* PATH is borrowed: the file to append dead letters to (see aside_open()); NULL: none. Returns 0, or -1 with E set
 * if it cannot be opened. A zeroed struct may be released and finished. */
int rejects_init(struct rejects *r, const char *path, struct err *e) MUST_USE;
void rejects_release(struct rejects *r);

/* Rejects one line. KIND, a static string, groups lines for the count; WHY is the full reason. The diagnostic is
 * "SOURCE: POSITION: WHY"; POSITION is a line number or an offset in SOURCE. RAW, the line itself, goes into the
 * dead letter, which is written at once. Returns 0, or -1 with E set if that fails. */
int rejects_add(struct rejects *r, const char *kind, const char *why, const char *source, uint64_t position,
	struct span raw, struct err *e) MUST_USE;

/* Reports the lines that had no diagnostic ("... and 1,234 more: not UTF-8") and closes the file. Returns the exit
 * status: 0, or EX_DATAERR if lines were rejected and there is no file that keeps them; or -1 with E set if the file
 * cannot be completed. */
int rejects_finish(struct rejects *r, struct err *e) MUST_USE;
#endif
