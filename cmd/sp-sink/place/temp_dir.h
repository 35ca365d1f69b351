/* temp_dir.h -- the folder ROOT/.sp-tmp, in which the files of dir:ROOT are written before they get their names.
 *
 * Several runs may use it at once. Each holds a shared lock (flock(2)) on the folder; the last one to leave, which is
 * the one that gets an exclusive lock, removes it. */
#ifndef SINK_PLACE_TEMP_DIR_H
#define SINK_PLACE_TEMP_DIR_H
#include "base/err.h"

struct temp_dir {
	char *path; /* owned */
	int fd;     /* of the folder, with a shared lock; -1: closed */
};

/* Makes the folder below ROOT if it is not there, locks it and removes the files that killed runs left in it. No
 * symbolic link is followed. Returns 0, or -1 with E; temp_dir_close() may be called in both cases. */
int temp_dir_open(struct temp_dir *d, const char *root, struct err *e) MUST_USE;
/* Unlocks the folder, and removes it if no other run uses it and it is empty. */
void temp_dir_close(struct temp_dir *d);
#endif
