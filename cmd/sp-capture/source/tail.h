/* tail.h -- one followed file: what is, or was, under a name. */
#ifndef CAPTURE_SOURCE_TAIL_H
#define CAPTURE_SOURCE_TAIL_H
#include "sp-capture/source/record_reader.h"
#include <sys/stat.h>

enum { TAIL_MARK = 64 }; /* bytes before the read position that must still be there, or the file was truncated */

struct tail {
	struct record_reader records;
	struct tail *newer; /* the file that took the name after this one; NULL: this one has it */
	int fd;
	int watch; /* of inotify; -1: none */
	dev_t dev;
	ino_t ino;
	off_t at;             /* where the next read begins */
	char mark[TAIL_MARK]; /* the last bytes before AT ... */
	size_t marked;        /* ... and how many of them are known */
	bool head_first;      /* --from end: the header line is read first, then reading goes on at START */
	off_t start;
	bool plain;        /* its first bytes show that it is not compressed */
	bool final;        /* nothing more is waited for: the end of the file is its end */
	bool over;         /* its end was reached, or it failed */
	int64_t active_ms; /* monotonic; when it last gave a record */
};

/* Opens PATH, a regular file, to be followed from its start or, if FROM_END, after its last line. *OUT is owned by the
 * caller (tail_free()). -1: E. */
int tail_open(struct tail **out, const struct source_set *set, const char *path, bool from_end, struct err *e) MUST_USE;
/* The next record; NEXT_LATER at the end of a file that is not final. */
enum next tail_next(struct tail *t, struct record *out, struct err *e) MUST_USE;
/* Closes the file. The watch is the caller's. */
void tail_free(struct tail *t);
#endif
