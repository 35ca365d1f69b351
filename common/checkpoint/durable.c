/* durable.c -- files that survive a power cut (durable.h), and the whole files of the folder of checkpoints.
 *
 * The order of the steps is what makes it safe: the bytes reach the disk before the name does. So a file that has its
 * final name is complete. */
#include "checkpoint/durable.h"
#include "base/fault.h"
#include "checkpoint/folder.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Returns the errno value that the operation at POINT must fail with, or 0 (fault.h). */
static int fails_at(const struct durable *d, const char *point)
{
	char name[64];
	snprintf(name, sizeof name, "%s%s%s", d->points, *d->points ? "-" : "", point);
	return fault_fails(name);
}

/* Sets E for the errno value NUMBER. Everything but missing permission is EX_IOERR, which sp-run tries again: the disk
 * may have room later. Always returns -1. */
static int failed(const struct durable *d, int number, const char *verb, struct err *e)
{
	int status = number == EACCES || number == EPERM ? EX_NOPERM : EX_IOERR;
	err_errno(e, status, number, "%s cannot be %s", d->path, verb);
	size_t n = strlen(e->msg);
	if (number == ENOSPC || number == EDQUOT)
		snprintf(e->msg + n, sizeof e->msg - n, "; make room and start again: nothing is lost");
	return -1;
}

int durable_open(struct durable *d, int folder, const char *name, const char *path, const char *points, struct err *e)
{
	*d = (struct durable){ .folder = folder, .fd = -1, .path = path, .points = points };
	if ((size_t)snprintf(d->name, sizeof d->name, "%s", name) >= sizeof d->name)
		return failed(d, ENAMETOOLONG, "written", e);
	snprintf(d->tmp, sizeof d->tmp, ".%s.tmp", name);
	int number = fails_at(d, "tmp-open");
	if (number)
		return failed(d, number, "written", e);
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	d->fd = openat(folder, d->tmp, flags, 0600);
	if (d->fd < 0 && errno == EEXIST && unlinkat(folder, d->tmp, 0) == 0)
		d->fd = openat(folder, d->tmp, flags, 0600);
	return d->fd < 0 ? failed(d, errno, "written", e) : 0;
}

/* Writes N bytes at OFFSET, or at the position of the file if OFFSET is -1. A short
 * write is not an error: the next call reports the reason. Returns 0 or an errno value. */
static int write_all(int fd, const char *p, size_t n, off_t offset)
{
	while (n > 0) {
		ssize_t written = offset < 0 ? write(fd, p, n) : pwrite(fd, p, n, offset);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written < 0 ? errno : EIO;
		p += written;
		n -= (size_t)written;
		offset += offset < 0 ? 0 : written;
	}
	return 0;
}

int durable_add(struct durable *d, const void *p, size_t n, struct err *e)
{
	/* The fail point is between two halves, so that a kill there leaves an incomplete file. */
	int number = write_all(d->fd, p, n / 2, -1);
	if (number == 0)
		number = fails_at(d, "mid-write");
	if (number == 0)
		number = write_all(d->fd, (const char *)p + n / 2, n - n / 2, -1);
	return number ? failed(d, number, "written", e) : 0;
}

int durable_patch_start(struct durable *d, const void *p, size_t n, struct err *e)
{
	int number = write_all(d->fd, p, n, 0);
	return number ? failed(d, number, "written", e) : 0;
}

void durable_discard(struct durable *d)
{
	if (d->fd < 0)
		return;
	close(d->fd);
	d->fd = -1;
	(void)unlinkat(d->folder, d->tmp, 0);
}

/* Forces the bytes to the disk and closes the file. Returns 0 or an errno value. */
static int sync_file(struct durable *d)
{
	int number = fails_at(d, "before-fsync");
	if (number == 0 && !fault_mutant("no-file-fsync") && fsync(d->fd) < 0)
		number = errno;
	return number ? number : fails_at(d, "after-fsync");
}

int durable_commit(struct durable *d, struct err *e)
{
	int number = sync_file(d);
	if (number == 0 && renameat(d->folder, d->tmp, d->folder, d->name) < 0)
		number = errno;
	if (number) {
		durable_discard(d);
		return failed(d, number, "written to the disk", e);
	}
	close(d->fd);
	d->fd = -1;
	number = fails_at(d, "after-rename");
	if (number == 0 && !fault_mutant("no-dir-fsync") && fsync(d->folder) < 0)
		number = errno;
	if (number == 0)
		number = fails_at(d, "after-dirsync");
	return number ? failed(d, number, "forced to the disk", e) : 0;
}

/* ---- whole files (folder.h) ---- */

int checkpoint_file_write(int fd, const char *name, const char *path, struct span bytes, const char *points,
	struct err *e)
{
	struct durable d;
	if (durable_open(&d, fd, name, path, points, e) < 0)
		return -1;
	if (durable_add(&d, bytes.p, bytes.n, e) < 0) {
		durable_discard(&d);
		return -1;
	}
	return durable_commit(&d, e);
}

/* Appends all of the open file FD to OUT. Returns 0 or an errno value. Gets the size first, so that
 * memory for a large snapshot is allocated only once. */
static int read_all(int fd, struct buf *out)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return errno;
	if (!S_ISREG(st.st_mode))
		return EINVAL;
	size_t step = (size_t)st.st_size + 1;
	for (;;) {
		char *to = buf_room(out, step);
		if (!to)
			return ENOMEM;
		ssize_t n = read(fd, to, step);
		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return errno;
		out->n += n > 0 ? (size_t)n : 0;
		step = 4096;
	}
}

/* Does not follow a symbolic link and does not wait for a pipe, because somebody else may have prepared the folder. */
int checkpoint_file_read(int fd, const char *name, const char *path, struct buf *out, struct err *e)
{
	int file = openat(fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (file < 0 && errno == ENOENT)
		return 0;
	int number = file < 0 ? errno : read_all(file, out);
	if (file >= 0)
		close(file);
	if (number == ENOMEM)
		return err_oom(e, path);
	if (number == EINVAL || number == ELOOP)
		return err_set(e, EX_DATAERR, "%s is no regular file", path);
	if (number)
		return err_errno(e, number == EACCES || number == EPERM ? EX_NOPERM : EX_IOERR, number,
			"%s cannot be read", path);
	return 1;
}
