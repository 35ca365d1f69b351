/* outfile.h -- a file that appears when it is complete and not before, or a file that lines are appended to.
 *
 * A new file is written under a temporary name in the same file system. outfile_commit() makes it visible in the order
 * that survives a crash at any point: fsync(2) of the file, rename(2) to the final name, fsync(2) of the folder. A
 * reader sees the old file or the new file, and never a part of one. */
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

/* Opens a new file PATH under a temporary name in TEMP_DIR. TEMP_DIR must be in the same file system as PATH; if it is
 * NULL, PATH's own folder is used. Symbolic links are followed. A device or pipe is written in place. The new file gets
 * the permissions of the file that it will replace. Returns 0, or -1 with E set; outfile_release() may be called in
 * both cases. */
int outfile_create(struct outfile *f, const char *temp_dir, const char *path, const struct compressor_type *type,
	struct err *e) MUST_USE;
/* Opens the new file NAME in FOLDER, whose path is PATH. The file has its final name from the start: it is not renamed,
 * and neither outfile_release() nor a signal removes it. outfile_commit_in() only makes it complete and forces it to
 * the disk. Returns 0, or -1 with E set; outfile_release() may be called in both cases. */
int outfile_create_in(struct outfile *f, int folder, const char *path, const char *name,
	const struct compressor_type *type, struct err *e) MUST_USE;
/* Opens PATH for more lines and creates it if it does not exist. Uncompressed lines are added as they come. Compressed
 * lines are collected in a temporary file and added at commit as one member, because a part of a member could not be
 * read. Returns 0, or -1 with E set (EX_TEMPFAIL if another sp-sink appends to PATH). outfile_release() may be called
 * in both cases. */
int outfile_append(struct outfile *f, const char *path, const struct compressor_type *type, struct err *e) MUST_USE;
/* Adds LINES, which end with a newline. Returns 0, or -1 with E set. */
int outfile_add(struct outfile *f, struct span lines, struct err *e) MUST_USE;
/* Writes all lines added so far to the file, unless it is a temporary file, which readers do not look at. Returns 0, or
 * -1 with E set. */
int outfile_flush(struct outfile *f, struct err *e) MUST_USE;
/* Makes the file complete and durable under its final name, and closes F. Returns 0, or -1 with E set. */
int outfile_commit(struct outfile *f, struct err *e) MUST_USE;
/* Commits a file of outfile_create() into its folder, which is open as FOLDER. Uses only the last component of PATH, so
 * the file cannot get into another folder. Returns 0, or -1 with E set. */
int outfile_commit_in(struct outfile *f, int folder, struct err *e) MUST_USE;
/* Closes F; does nothing if F is closed already. If F was not committed, also removes its temporary file, or the
 * incomplete line at the end of a file that lines were appended to. */
void outfile_release(struct outfile *f);
#endif
