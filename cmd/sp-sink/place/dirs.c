/* dirs.c -- makes and opens folders, one component of the path at a time.
 *
 * Each step opens the next folder relative to the descriptor of the folder before. So a folder that is renamed or
 * replaced in between cannot redirect the rest of the path. */
#include "sp-sink/place/dirs.h"
#include "base/fault.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* With O_PATH, folders on the way need not be readable. */
enum { WALK = O_PATH | O_DIRECTORY | O_CLOEXEC };

int dirs_sync(int folder, const char *name, struct err *e)
{
	if (fault_mutant("no-dir-fsync"))
		return 0;
	/* An O_PATH descriptor cannot be synced, so the folder is opened once more. */
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* EINVAL: the file system cannot sync folders, which is not an error here. */
	int r = fd < 0 || (fsync(fd) < 0 && errno != EINVAL) ? err_errno(e, EX_IOERR, errno, "%s", name) : 0;
	if (fd >= 0)
		close(fd);
	return r;
}

/* Opens the folder NAME in the folder FD, and makes it if it is missing. FLAGS is O_NOFOLLOW or 0. WHOLE is the full
 * path, for messages. Returns a descriptor of the folder NAME, or -1 with E set. */
static int dirs_step(int fd, const char *name, int flags, const char *whole, struct err *e)
{
	struct stat st;
	int next, why;
	do {
		/* EEXIST is no error: the folder was there before, or another run has just made it. */
		if (mkdirat(fd, name, 0777) == 0) {
			if (dirs_sync(fd, whole, e) < 0)
				return -1;
		} else if (errno != EEXIST) {
			return err_errno(e, err_status_write(errno), errno, "%s", whole);
		}
		next = openat(fd, name, WALK | flags);
		why = errno;
		/* ENOENT: another run has removed the folder after mkdirat(2), so the loop makes it again. A link that
		 * leads nowhere also gives ENOENT, but mkdirat(2) cannot replace it, so the loop ends. */
	} while (next < 0 && why == ENOENT && (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || S_ISDIR(st.st_mode)));
	if (next >= 0)
		return next;
	if ((flags & O_NOFOLLOW) && fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode))
		return err_set(e, EX_CANTCREAT,
			"%s is a symbolic link, and links below dir:PATH are not followed because they may lead out of it",
			whole);
	return err_errno(e, err_status_write(why), why, "%s", whole);
}

/* Opens the folder PATH, and makes the missing folders on the way. Starts at the folder FD, whose path is the first
 * FROM bytes of PATH, and closes FD. FLAGS is O_NOFOLLOW or 0. Returns a descriptor of the folder PATH, or -1 with E
 * set. */
static int dirs_descend(int fd, const char *path, size_t from, int flags, struct err *e)
{
	char whole[PATH_MAX];
	if (strlen(path) >= sizeof whole) {
		close(fd);
		return err_set(e, EX_CANTCREAT, "%.200s...: the path is too long", path);
	}
	for (size_t offset = from; fd >= 0;) {
		/* Several slashes count as one, and a slash at the end is ignored. */
		offset += strspn(path + offset, "/");
		size_t n = strcspn(path + offset, "/");
		if (n == 0)
			break;
		memcpy(whole, path, offset + n);
		whole[offset + n] = '\0';
		int next = dirs_step(fd, whole + offset, flags, whole, e);
		close(fd);
		fd = next;
		offset += n;
	}
	return fd;
}

int dirs_make(const char *path, struct err *e)
{
	const char *start = *path == '/' ? "/" : ".";
	int fd = open(start, WALK);
	if (fd < 0)
		return err_errno(e, err_status_write(errno), errno, "%s", start);
	/* Links are followed here, because the user chose this path. */
	fd = dirs_descend(fd, path, 0, 0, e);
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

int dirs_open(const char *root, const char *below, struct err *e)
{
	char path[PATH_MAX];
	int fd = open(root, WALK);
	if (fd < 0)
		return err_errno(e, err_status_write(errno), errno, "%s", root);
	if ((size_t)snprintf(path, sizeof path, "%s/%s", root, below) >= sizeof path) {
		close(fd);
		return err_set(e, EX_CANTCREAT, "%.200s...: the path is too long", path);
	}
	return dirs_descend(fd, path, strlen(root), O_NOFOLLOW, e);
}
