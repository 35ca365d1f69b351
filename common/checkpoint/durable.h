/* durable.h -- writes a file piece by piece so that after a power cut it is there whole, or not at all.
 *
 * The steps: a temporary file .NAME.tmp that must be new (O_EXCL, mode 0600), write, fsync, rename, fsync of the
 * folder. The first error is final: nothing is tried again, because after a failed fsync the kernel may have dropped
 * the bytes and report success the next time. The caller holds a lock under which no other process writes NAME. */
#ifndef CHECKPOINT_DURABLE_H
#define CHECKPOINT_DURABLE_H
#include "base/err.h"
#include <stddef.h>

struct durable {
	int folder, fd;     /* the folder, borrowed; the temporary file, -1: not open */
	const char *path;   /* path of NAME, for messages; borrowed */
	const char *points; /* the beginning of the fail points, or ""; borrowed */
	char name[128], tmp[136];
};

/* Makes the temporary file. NAME has at most 127 bytes. Removes a temporary file that a dead program has left. POINTS
 * is as for checkpoint_file_write(). Returns 0, or -1 with E set. */
int durable_open(struct durable *d, int folder, const char *name, const char *path, const char *points,
	struct err *e) MUST_USE;
/* Appends N bytes. Returns 0, or -1 with E set; then the caller must call durable_discard(). */
int durable_add(struct durable *d, const void *p, size_t n, struct err *e) MUST_USE;
/* Overwrites the first N bytes of the file. Returns like durable_add(). */
int durable_patch_start(struct durable *d, const void *p, size_t n, struct err *e) MUST_USE;
/* Gives the file its name. Returns 0 when it is durable. Returns -1 with E set on failure; then the temporary file is
 * removed. If only the fsync of the folder failed, the file has its name, but may lose it in a power cut. */
int durable_commit(struct durable *d, struct err *e) MUST_USE;
/* Removes the temporary file. Nothing happens if it is not open. */
void durable_discard(struct durable *d);
#endif
