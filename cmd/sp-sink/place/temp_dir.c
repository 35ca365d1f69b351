/* temp_dir.c -- a folder for temporary files that several runs share.
 *
 * A run that removed the folder while another creates files in it would make that one fail. Hence the locks: shared
 * ones while a run works, and an exclusive one, which only the last run can get, before the folder is removed. */
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

/* Opens and locks the folder. Between open() and flock() another run may have removed it, which its number of links
 * tells: then it is made again. A file system without locks is used without them. */
static int temp_dir_lock(struct temp_dir *d, const char *root, struct err *e)
{
	for (;;) {
		struct stat st;
		int folder = dirs_open(root, TEMPFILE_SUFFIX, e);
		if (folder < 0)
			return -1;
		d->fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		/* The O_PATH descriptor of dirs_open() cannot be locked. */
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
	if (asprintf(&d->path, "%s/" TEMPFILE_SUFFIX, root) < 0) {
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
		if (flock(d->fd, LOCK_EX | LOCK_NB) == 0)
			(void)rmdir(d->path); /* fails if a killed run left files there: the next run removes them */
		close(d->fd);
	}
	free(d->path);
	*d = (struct temp_dir){ .fd = -1 };
}
