/* outfile.h -- a file that is there when it is complete, and not before; or one that only grows. */
#ifndef SINK_PLACE_OUTFILE_H
#define SINK_PLACE_OUTFILE_H
#include "sp-sink/compress/compressor.h"
#include <sys/types.h>

struct outfile {
	struct compressor out;
	int fd;
	char *path; /* owned */
	char *temp; /* owned: the name until it is complete; NULL: written in place */
	bool append;
	bool regular;  /* no device, no pipe */
	bool locked;   /* ftruncate(2) is ours to do */
	off_t start;   /* append: its size when it was opened */
	uint64_t good; /* append: bytes behind start that are whole lines */
	bool open;
};

/* A new file PATH under a temporary name in TEMP_DIR (same file system; NULL: PATH's own folder). A link
 * is followed, a device or pipe written in place. Takes over the permissions of the file that it will
 * replace. -1: E. */
int outfile_create(struct outfile *f, const char *temp_dir, const char *path, const struct compressor_type *type,
	struct err *e) MUST_USE;
/* More lines for PATH, created if it is not there. Unpacked lines are added as they come, packed ones at
 * commit, as one member. -1: E; EX_TEMPFAIL if another sp-sink appends to it. */
int outfile_append(struct outfile *f, const char *path, const struct compressor_type *type, struct err *e) MUST_USE;
/* Appends whole lines. */
int outfile_add(struct outfile *f, struct span lines, struct err *e) MUST_USE;
/* What was added can be read (append) or passes on (devices, pipes). */
int outfile_flush(struct outfile *f, struct err *e) MUST_USE;
/* All is on the disk, under its final name; F is closed. */
int outfile_commit(struct outfile *f, struct err *e) MUST_USE;
/* The same for a file of outfile_create() whose folder is open: only the last component of PATH is looked at. */
int outfile_commit_in(struct outfile *f, int folder, struct err *e) MUST_USE;
/* Closes; what was not committed disappears: the temporary file, a torn line at the end. */
void outfile_release(struct outfile *f);
#endif
