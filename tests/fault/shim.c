/* shim.c -- a library for LD_PRELOAD that makes one system call of one program fail (tests/fault/shim_test.py).
 *
 *	SP_SHIM=PROGRAM:CALL:K:ACTION	the K-th CALL (from 1) of PROGRAM does ACTION
 *	SP_SHIM_COUNT=FILE		each process appends a line "PROGRAM CALL NUMBER" for each CALL when it ends
 *
 * CALL stands for a family: open (open, openat, creat), write (write, pwrite, writev), fsync (fsync, fdatasync), rename
 * (rename, renameat), unlink (unlink, unlinkat), ftruncate. Calls on standard error are not counted: a message must
 * come out. ACTION is EIO or ENOSPC: the call does nothing and fails; short: a write takes half of its bytes, and
 * succeeds; torn: a write takes half of its bytes, and then fails with EIO; torn-kill: it takes half, and the process
 * dies. The shim writes "shim: PROGRAM CALL K PATH" to standard error when it acts. The programs are those of
 * the ordinary build, since those with fail points write files of their own. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum call { CALL_OPEN, CALL_WRITE, CALL_FSYNC, CALL_RENAME, CALL_UNLINK, CALL_FTRUNCATE, CALLS };
enum action { NONE, FAIL, SHORT, TORN, TORN_KILL };

static const char *const names[CALLS] = { "open", "write", "fsync", "rename", "unlink", "ftruncate" };
static long counts[CALLS];
static long wanted_k; /* 0: nothing is to fail in this process */
static enum call wanted;
static enum action action;
static int number; /* the errno value of FAIL */

/* Writes TEXT to the descriptor FD past the functions below. */
static void say(int fd, const char *text)
{
	syscall(SYS_write, fd, text, strlen(text));
}

__attribute__((constructor)) static void begin(void)
{
	const char *text = getenv("SP_SHIM");
	char program[64], call[16], what[16];
	long k;
	if (!text)
		return;
	if (sscanf(text, "%63[^:]:%15[^:]:%ld:%15s", program, call, &k, what) != 4) {
		say(2, "SP_SHIM: write PROGRAM:CALL:K:ACTION\n");
		abort();
	}
	if (strcmp(program, program_invocation_short_name) != 0)
		return;
	while (wanted < CALLS && strcmp(call, names[wanted]) != 0)
		wanted++;
	number = strcmp(what, "ENOSPC") == 0 ? ENOSPC : EIO;
	action = strcmp(what, "short") == 0    ? SHORT :
		strcmp(what, "torn") == 0      ? TORN :
		strcmp(what, "torn-kill") == 0 ? TORN_KILL :
						 FAIL;
	wanted_k = wanted < CALLS ? k : 0;
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("SP_SHIM_COUNT");
	char line[128];
	int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
	for (int i = 0; fd >= 0 && i < CALLS; i++) {
		snprintf(line, sizeof line, "%s %s %ld\n", program_invocation_short_name, names[i], counts[i]);
		say(fd, line);
	}
	if (fd >= 0)
		syscall(SYS_close, fd);
}

/* Counts a call on the file PATH, or on the descriptor FD if PATH is NULL. Returns what this one must do. */
static enum action count(enum call call, const char *path, int fd)
{
	long k = __atomic_add_fetch(&counts[call], 1, __ATOMIC_SEQ_CST);
	if (k != wanted_k || call != wanted)
		return NONE;
	char line[600], link[64], target[400] = "";
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	if (!path && readlink(link, target, sizeof target - 1) < 0)
		target[0] = '\0';
	snprintf(line, sizeof line, "shim: %s %s %ld %.400s\n", program_invocation_short_name, names[call], k,
		path ? path : target);
	say(2, line);
	errno = number;
	return action;
}

/* Counts a call that can only fail as a whole. Returns true if it must fail, with errno set. */
static bool fails(enum call call, const char *path, int fd)
{
	return count(call, path, fd) != NONE;
}

/* ---- open ---- */

#define MODE(flags, mode)                                       \
	mode_t mode = 0;                                        \
	if ((flags) & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) { \
		va_list ap;                                     \
		va_start(ap, flags);                            \
		mode = (mode_t)va_arg(ap, int);                 \
		va_end(ap);                                     \
	}

static int open_it(int folder, const char *path, int flags, mode_t mode)
{
	return fails(CALL_OPEN, path, -1) ? -1 : (int)syscall(SYS_openat, folder, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
	MODE(flags, mode)
	return open_it(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	MODE(flags, mode)
	return open_it(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
	MODE(flags, mode)
	return open_it(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...)
{
	MODE(flags, mode)
	return open_it(folder, path, flags, mode);
}

int creat(const char *path, mode_t mode)
{
	return open_it(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

/* What the calls become under _FORTIFY_SOURCE. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int folder, const char *path, int flags);
int __openat64_2(int folder, const char *path, int flags);

int __open_2(const char *path, int flags)
{
	return open_it(AT_FDCWD, path, flags, 0);
}

int __open64_2(const char *path, int flags)
{
	return open_it(AT_FDCWD, path, flags, 0);
}

int __openat_2(int folder, const char *path, int flags)
{
	return open_it(folder, path, flags, 0);
}

int __openat64_2(int folder, const char *path, int flags)
{
	return open_it(folder, path, flags, 0);
}

/* ---- write ---- */

/* Writes N bytes at OFFSET, or at the position of the file if it is -1. */
static ssize_t write_it(int fd, const void *p, size_t n, off_t offset)
{
	return offset < 0 ? syscall(SYS_write, fd, p, n) : syscall(SYS_pwrite64, fd, p, n, offset);
}

static ssize_t write_counted(int fd, const void *p, size_t n, off_t offset)
{
	enum action what = fd == 2 ? NONE : count(CALL_WRITE, NULL, fd);
	if (what == NONE)
		return write_it(fd, p, n, offset);
	if (what == FAIL)
		return -1;
	/* One byte cannot be halved: it is written. */
	ssize_t written = write_it(fd, p, n > 1 ? n / 2 : n, offset);
	if (what == SHORT)
		return written;
	if (what == TORN_KILL)
		kill(getpid(), SIGKILL);
	errno = EIO;
	return -1;
}

ssize_t write(int fd, const void *p, size_t n)
{
	return write_counted(fd, p, n, -1);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t offset)
{
	return write_counted(fd, p, n, offset);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t offset)
{
	return write_counted(fd, p, n, offset);
}

ssize_t writev(int fd, const struct iovec *v, int n)
{
	enum action what = fd == 2 || n < 1 ? NONE : count(CALL_WRITE, NULL, fd);
	if (what == NONE)
		return syscall(SYS_writev, fd, v, n);
	if (what == FAIL)
		return -1;
	ssize_t written = write_it(fd, v[0].iov_base, v[0].iov_len > 1 ? v[0].iov_len / 2 : v[0].iov_len, -1);
	if (what == TORN_KILL)
		kill(getpid(), SIGKILL);
	if (what == SHORT)
		return written;
	errno = EIO;
	return -1;
}

/* ---- the others ---- */

int fsync(int fd)
{
	return fails(CALL_FSYNC, NULL, fd) ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return fails(CALL_FSYNC, NULL, fd) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int rename(const char *from, const char *to)
{
	return fails(CALL_RENAME, to, -1) ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
	return fails(CALL_RENAME, to, -1) ? -1 : (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, 0);
}

int unlink(const char *path)
{
	return fails(CALL_UNLINK, path, -1) ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int unlinkat(int folder, const char *path, int flags)
{
	return fails(CALL_UNLINK, path, -1) ? -1 : (int)syscall(SYS_unlinkat, folder, path, flags);
}

int ftruncate(int fd, off_t length)
{
	return fails(CALL_FTRUNCATE, NULL, fd) ? -1 : (int)syscall(SYS_ftruncate, fd, length);
}

int ftruncate64(int fd, off64_t length)
{
	return fails(CALL_FTRUNCATE, NULL, fd) ? -1 : (int)syscall(SYS_ftruncate, fd, length);
}
