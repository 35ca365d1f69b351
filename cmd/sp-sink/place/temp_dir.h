/* temp_dir.h -- the folder ROOT/.sp-tmp, in which the files of dir:ROOT are written before they get their names.
 *
 * Several runs may use the folder at once. Each run holds a shared lock (flock(2)) on the folder. A run that can get an
 * exclusive lock at its end is the last run, and removes the folder. */
#ifndef SINK_PLACE_TEMP_DIR_H
#define SINK_PLACE_TEMP_DIR_H
#include "base/err.h"

#define TEMP_DIR_NAME ".sp-tmp"

struct temp_dir {
	char *path; /* owned */
	int fd;     /* of the folder, with a shared lock; -1: closed */
};

/* Makes the folder in ROOT if it is missing, locks it and removes the files that killed runs left in it. ROOT may be a
 * symbolic link, but the folder must not be one. Returns 0, or -1 with E set; temp_dir_close() may be called in both
 * cases. */
int temp_dir_open(struct temp_dir *d, const char *root, struct err *e) MUST_USE;
/* Unlocks the folder, and removes it if no other run uses it and it is empty. */
void temp_dir_close(struct temp_dir *d);
#endif
