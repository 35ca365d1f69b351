/* temp_dir.c -- makes and removes a folder for temporary files that several runs share.
 *
 * If a run removed the folder while another run creates files in it, the other run would fail. So each run holds a
 * shared lock on the folder while it works. Only a run that gets an exclusive lock removes the folder, and only the
 * last run can get one. */
#include "sp-sink/place/temp_dir.h"
#include "sp-sink/place/dirs.h"
#include "sp-sink/place/tempfile.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opens and locks the folder, and makes it if it is missing. Another run may remove the folder between openat(2) and
 * flock(2). The folder then has 0 links, and is made again. If flock(2) fails, the file system has no locks, and the
 * folder is used without one. Returns 0, or -1 with E set. */
static int temp_dir_lock(struct temp_dir *d, const char *root, struct err *e)
{
	for (;;) {
		struct stat st;
		int folder = dirs_open(root, TEMP_DIR_NAME, e);
		if (folder < 0)
			return -1;
		/* The O_PATH descriptor of dirs_open() cannot be locked, so the folder is opened once more. */
		d->fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		int why = errno;
		close(folder);
		if (d->fd < 0 && why != ENOENT)
			return err_errno(e, err_status_write(why), why, "%s", d->path);
		if (d->fd >= 0 && (flock(d->fd, LOCK_SH) < 0 || (fstat(d->fd, &st) == 0 && st.st_nlink > 0)))
			return 0;
		if (d->fd >= 0)
			close(d->fd);
	}
}

int temp_dir_open(struct temp_dir *d, const char *root, struct err *e)
{
	*d = (struct temp_dir){ .fd = -1 };
	if (asprintf(&d->path, "%s/" TEMP_DIR_NAME, root) < 0) {
		d->path = NULL;
		return err_oom(e, "the name of a folder");
	}
	if (temp_dir_lock(d, root, e) < 0)
		return -1;
	tempfile_clean(d->path, ".");
	return 0;
}

void temp_dir_close(struct temp_dir *d)
{
	if (d->fd >= 0) {
		/* rmdir(2) fails if a killed run has left files in the folder. The next run removes them. */
		if (flock(d->fd, LOCK_EX | LOCK_NB) == 0)
			(void)rmdir(d->path);
		close(d->fd);
	}
	free(d->path);
	*d = (struct temp_dir){ .fd = -1 };
}
