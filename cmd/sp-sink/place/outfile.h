/* outfile.h -- a file that exists when it is complete and not before; or one that only grows.
 *
 * A new file is written under a temporary name in the same file system. outfile_commit() makes it visible in the order
 * that survives a crash at any point: fsync(2) of the file, rename(2) to the final name, fsync(2) of the folder. A
 * reader sees the old file, or the new one, never a part. */
#ifndef SINK_PLACE_OUTFILE_H
#define SINK_PLACE_OUTFILE_H
#include "sp-sink/compress/compressor.h"
#include <sys/types.h>

struct outfile {
	struct compressor out;   /* writes to fd, or to a temporary file that is copied to fd at the end */
	int fd;                  /* -1: closed */
	char *path;              /* the final name; owned */
	char *temp;              /* the temporary name; owned; NULL: no temporary file */
	bool append;             /* opened by outfile_append() */
	bool regular;            /* a file, not a device or pipe */
	bool locked;             /* this process holds the lock of the file, so it may truncate the file */
	bool open;               /* opened and not committed yet */
	off_t start;             /* append: size of the file when it was opened */
	uint64_t complete_bytes; /* append: bytes after start, up to the end of the last complete line */
};

/* Opens a new file PATH under a temporary name in TEMP_DIR, which must be in the same file system, or in PATH's own
 * folder if TEMP_DIR is NULL. Symbolic links are followed. A device or pipe is written in place. The new file gets the
 * permissions of the one that it will replace. Returns 0, or -1 with E; outfile_release() may be called in both
 * cases. */
int outfile_create(struct outfile *f, const char *temp_dir, const char *path, const struct compressor_type *type,
	struct err *e) MUST_USE;
/* Opens PATH for more lines and creates it if it does not exist. Uncompressed lines are added as they come. Compressed
 * ones are collected in a temporary file and added at commit as one member, because a part of a member could not be
 * read. Returns 0, or -1 with E (EX_TEMPFAIL if another sp-sink appends to it); outfile_release() may be called in both
 * cases. */
int outfile_append(struct outfile *f, const char *path, const struct compressor_type *type, struct err *e) MUST_USE;
/* Adds LINES, which end with a newline. Returns 0, or -1 with E. */
int outfile_add(struct outfile *f, struct span lines, struct err *e) MUST_USE;
/* Writes what was added to a file that readers can see: one that is appended to, a device, a pipe. Returns 0, or -1
 * with E. */
int outfile_flush(struct outfile *f, struct err *e) MUST_USE;
/* Makes everything durable under the final name and closes F. Returns 0, or -1 with E. */
int outfile_commit(struct outfile *f, struct err *e) MUST_USE;
/* Commits a file of outfile_create() into its folder, which is open as FOLDER. Uses only the last component of PATH, so
 * the file cannot get into another folder. Returns 0, or -1 with E. */
int outfile_commit_in(struct outfile *f, int folder, struct err *e) MUST_USE;
/* Closes F. If it was not committed, removes the temporary file, or the incomplete line at the end of a file that was
 * appended to. Does nothing if F is closed. */
void outfile_release(struct outfile *f);
#endif
