/* scratch.h -- a folder of checkpoints for a unit test, removed at the end.
 *
 * It is made in TMPDIR, or in memory (/dev/shm), where fsync(2) takes no time, or in /tmp. */
#ifndef UNIT_CHECKPOINT_SCRATCH_H
#define UNIT_CHECKPOINT_SCRATCH_H
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SCRATCH_PATH = 4096 };

/* Checks that MESSAGE contains PART, and shows the message if not. */
#define CHECK_HAS(message, part) CHECK_STR(strstr((message), (part)) ? (part) : (message), (part))

/* Makes a new folder and writes its path to DIR. Ends the test if it cannot. */
static inline void scratch_make(char dir[SCRATCH_PATH])
{
	const char *base = getenv("TMPDIR");
	snprintf(dir, SCRATCH_PATH, "%s/sp-checkpoint-XXXXXX",
		base && *base                         ? base :
			access("/dev/shm", W_OK) == 0 ? "/dev/shm" :
							"/tmp");
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

/* Makes the file PATH of the N bytes at P, or replaces it. Ends the test if it cannot. */
static inline void scratch_write(const char *path, const void *p, size_t n)
{
	FILE *f = fopen(path, "w");
	if (!f || fwrite(p, 1, n, f) != n || fclose(f) != 0) {
		perror(path);
		exit(1);
	}
}

/* Reads the file PATH into TEXT, cut to SIZE - 1 bytes, and adds a NUL. Returns the number of bytes; 0 if there is no
 * file. */
static inline size_t scratch_read(const char *path, char *text, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, size - 1, f) : 0;
	text[n] = '\0';
	if (f)
		fclose(f);
	return n;
}
#endif
