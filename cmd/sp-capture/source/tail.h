/* tail.h -- reads one followed file, which has or had a certain name. */
#ifndef CAPTURE_SOURCE_TAIL_H
#define CAPTURE_SOURCE_TAIL_H
#include "sp-capture/source/record_reader.h"
#include <sys/stat.h>

/* Each read also reads up to this number of bytes before the read position, and compares them with what they were at
 * the last read. If any byte has changed, the file was truncated. */
enum { TAIL_MARK = 64 };

struct tail {
	struct record_reader records;
	struct tail *newer; /* the next file that got the same name; NULL for the newest file */
	int fd;
	int watch; /* the inotify watch; -1: none */
	dev_t dev;
	ino_t ino;
	off_t at;             /* where the next read begins */
	char mark[TAIL_MARK]; /* the last MARKED bytes before AT */
	size_t marked;
	/* With --from end, the header line must be read first. Then reading continues at START. */
	bool head_first;
	/* With --from end, in a format whose columns may change, records before this offset are read but dropped. */
	uint64_t drop_until;
	off_t start;       /* --from end: the end of the last line when the file was opened */
	bool plain;        /* the first bytes show that the file is not compressed */
	bool final;        /* the file is not expected to grow any more, so its end gives NEXT_END */
	bool over;         /* the end was reached, or the file failed */
	int64_t active_ms; /* monotonic time of the last record */
};

/* Opens PATH, a regular file, to be followed from its start, or from the end of its last line if FROM_END is set. Sets
 * *OUT, which the caller must free with tail_free(). Returns 0, or -1 with E set. */
int tail_open(struct tail **out, const struct source_set *set, const char *path, bool from_end, struct err *e) MUST_USE;
/* Reads the next record into *OUT. Returns NEXT_EVENT, NEXT_REJECTED, NEXT_END at the end of a final file, NEXT_LATER
 * at the end of a file that may still grow, or NEXT_ERROR with E set. */
enum next tail_next(struct tail *t, struct record *out, struct err *e) MUST_USE;
/* Closes the file and frees T. The caller must remove the inotify watch. */
void tail_free(struct tail *t);
#endif
