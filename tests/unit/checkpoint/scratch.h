/* scratch.h -- a folder of checkpoints for a unit test, made in TMPDIR or /tmp and removed at the end. */
#ifndef UNIT_CHECKPOINT_SCRATCH_H
#define UNIT_CHECKPOINT_SCRATCH_H
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SCRATCH_PATH = 4096 };

/* Makes a new folder and writes its path to DIR. Ends the test if it cannot. */
static inline void scratch_make(char dir[SCRATCH_PATH])
{
	const char *base = getenv("TMPDIR");
	snprintf(dir, SCRATCH_PATH, "%s/sp-checkpoint-XXXXXX", base && *base ? base : "/tmp");
	if (!mkdtemp(dir)) {
		perror(dir);
		exit(1);
	}
}

static inline int scratch_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static inline void scratch_remove(const char *dir)
{
	nftw(dir, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
#endif
