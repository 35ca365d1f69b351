/* aside.c -- files for the lines that a program sets aside, such as late events.
 *
 * O_APPEND makes the kernel put each write at the end of the file. So several runs, and several programs at the same
 * time, can add to one file. A line of at most WRITER_ROOM bytes is passed to a single write(2). */
#include "stream/aside.h"
#include "base/fault.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Creates the file at once, so that a path that cannot be written is reported now, not hours later with the first late
 * event. Returns 0, or -1 with E set. */
int aside_open(struct aside *a, const char *path, struct err *e)
{
	*a = (struct aside){ .out.fd = -1 };
	if (!path)
		return 0;
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_errno(e, err_status_write(errno), errno, "%s", path);
	return writer_init(&a->out, fd, path, e);
}

/* Closes the file without writing the buffer. Lines added since the last flush are lost. This is intended after a
 * failed run; a successful run has called aside_close() before. */
void aside_release(struct aside *a)
{
	if (aside_is_open(a))
		close(a->out.fd);
	writer_release(&a->out);
}

int aside_add(struct aside *a, struct span front, struct span rest, struct err *e)
{
	if (!aside_is_open(a))
		return 0;
	size_t n = front.n + rest.n + 1; /* 1 for the newline */
	/* A line too long for the buffer is written in pieces, after the buffered lines. */
	if (n > WRITER_ROOM) {
		if (writer_flush(&a->out, e) < 0 || (front.n > 0 && writer_add(&a->out, front.p, front.n, e) < 0) ||
			writer_add(&a->out, rest.p, rest.n, e) < 0)
			return -1;
		return writer_add(&a->out, "\n", 1, e);
	}
	char *p = writer_room(&a->out, n, e);
	if (!p)
		return -1;
	if (front.n > 0) /* memcpy(3) does not allow a null pointer, even for 0 bytes */
		memcpy(p, front.p, front.n);
	memcpy(p + front.n, rest.p, rest.n);
	p[n - 1] = '\n';
	writer_used(&a->out, n);
	return 0;
}

int aside_flush(struct aside *a, struct err *e)
{
	return aside_is_open(a) ? writer_flush(&a->out, e) : 0;
}

int aside_close(struct aside *a, struct err *e)
{
	return aside_is_open(a) ? writer_close(&a->out, e) : 0;
}

/* ---- under checkpoints ----
 *
 * A length in the snapshot is not enough. If the end has committed an epoch but not noted it in COMMITTED, the next run
 * begins one epoch too early, cuts the file, and is then refused. The run after it begins at the right epoch, but the
 * lines of this epoch are gone. So a snapshot has the lines of its epoch too. */

/* What aside_save() writes first. */
enum { ASIDE_NONE, ASIDE_FILE, ASIDE_MOST = ASIDE_FILE };
enum { MARK_BYTES = 64 };

/* Returns true if A is a regular file, and sets *ST. Only such a file can be locked, synced and cut. */
static bool aside_stat(const struct aside *a, struct stat *st)
{
	return aside_is_open(a) && fstat(a->out.fd, st) == 0 && S_ISREG(st->st_mode);
}

/* Forces the folder of the file PATH to the disk. Returns 0, or -1 with E set. */
static int sync_folder(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];
	int n = snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
	int fd = n < (int)sizeof folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	int r = fd < 0 ? -1 : fsync(fd);
	int number = errno;
	if (fd >= 0)
		close(fd);
	return r == 0 ? 0 : err_errno(e, EX_IOERR, number, "%s", folder);
}

/* Opens the file again, to read too. It was opened for writing only, because that is right for a pipe. Returns 0, or -1
 * with E set. */
static int reopen(struct aside *a, const struct stat *st, struct err *e)
{
	struct stat again;
	int fd = open(a->out.name, O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_errno(e, err_status_write(errno), errno,
			"%s: under checkpoints the file must be readable too", a->out.name);
	bool same = fstat(fd, &again) == 0 && again.st_dev == st->st_dev && again.st_ino == st->st_ino;
	int r = same ? dup3(fd, a->out.fd, O_CLOEXEC) : -1;
	close(fd);
	return r >= 0 ? 0 : err_set(e, EX_CANTCREAT, "%s: the file was replaced just now: run it again", a->out.name);
}

int aside_lock(struct aside *a, struct err *e)
{
	struct stat st;
	if (!aside_stat(a, &st))
		return 0;
	if (reopen(a, &st, e) < 0)
		return -1;
	a->kept = (uint64_t)st.st_size;
	if (flock(a->out.fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? err_set(e, EX_CANTCREAT,
						      "%s: another program writes to it: under checkpoints, give each "
						      "program its own",
						      a->out.name) :
					      err_errno(e, EX_IOERR, errno, "%s: lock", a->out.name);
	return sync_folder(a->out.name, e);
}

int aside_sync(struct aside *a, struct err *e)
{
	struct stat st;
	if (aside_flush(a, e) < 0)
		return -1;
	if (!aside_stat(a, &st))
		return 0;
	fault_point("before-sync-aside");
	if (fdatasync(a->out.fd) < 0)
		return err_errno(e, EX_IOERR, errno, "%s", a->out.name);
	fault_point("after-sync-aside");
	return 0;
}

/* Reads up to N bytes at AT, at most SIZE, into TO. Returns their number, at least 1, or -1 with E set. */
static ssize_t read_at(const struct aside *a, char *to, size_t size, uint64_t n, uint64_t at, struct err *e)
{
	ssize_t got = pread(a->out.fd, to, n < size ? (size_t)n : size, (off_t)at);
	if (got > 0)
		return got;
	return got < 0 ? err_errno(e, EX_IOERR, errno, "%s", a->out.name) :
			 err_set(e, EX_IOERR, "%s: it has become shorter", a->out.name);
}

/* Reads the last bytes before AT into MARK. Returns their number; 0 if they cannot be read. */
static size_t read_mark(const struct aside *a, uint64_t at, char mark[MARK_BYTES])
{
	size_t n = at < MARK_BYTES ? (size_t)at : MARK_BYTES;
	return pread(a->out.fd, mark, n, (off_t)(at - n)) == (ssize_t)n ? n : 0;
}

void aside_save(struct aside *a, struct save *s)
{
	struct stat st;
	struct err e = ERR_INIT;
	char part[4096], mark[MARK_BYTES];
	if (!aside_stat(a, &st)) {
		save_u64(s, ASIDE_NONE);
		return;
	}
	uint64_t length = (uint64_t)st.st_size, at = a->kept < length ? a->kept : length;
	save_u64(s, ASIDE_FILE);
	save_u64(s, st.st_ino);
	save_u64(s, at);
	save_span(s, (struct span){ mark, read_mark(a, at, mark) });
	save_u64(s, length - at);
	for (ssize_t n; at < length && !s->failed; at += (uint64_t)n) {
		n = read_at(a, part, sizeof part, length - at, at, &e);
		if (n < 0)
			save_fail(s, &e);
		else
			save_bytes(s, part, (size_t)n);
		if (n < 0)
			break;
	}
	a->kept = length;
}

/* Returns true if the file has the bytes ADDED from AT on. A file that cannot be read is taken for another one. */
static bool has_bytes(const struct aside *a, uint64_t at, struct span added)
{
	struct err ignored = ERR_INIT;
	char part[4096];
	while (added.n > 0) {
		ssize_t n = read_at(a, part, sizeof part, added.n, at, &ignored);
		if (n < 0 || memcmp(part, added.p, (size_t)n) != 0)
			return false;
		at += (uint64_t)n;
		added = (struct span){ added.p + n, added.n - (size_t)n };
	}
	return true;
}

/* Makes the file what it was: its first FROM bytes, and then ADDED. Returns 0, or -1 with E set. */
static int restore(struct aside *a, uint64_t from, struct span added, struct err *e)
{
	bool there = has_bytes(a, from, added);
	fault_point("mid-cut");
	if (ftruncate(a->out.fd, (off_t)(there ? from + added.n : from)) < 0)
		return err_errno(e, EX_IOERR, errno, "%s: cut to %llu bytes", a->out.name, (unsigned long long)from);
	a->kept = from + added.n;
	return there || (writer_add(&a->out, added.p, added.n, e) == 0 && writer_flush(&a->out, e) == 0) ? 0 : -1;
}

int aside_load(struct aside *a, struct load *l, bool *same, struct err *e)
{
	struct stat st;
	char mark[MARK_BYTES];
	bool saved = load_max(l, ASIDE_MOST) == ASIDE_FILE, is_file = aside_stat(a, &st);
	uint64_t inode = saved ? load_u64(l) : 0, from = saved ? load_max(l, INT64_MAX) : 0;
	struct span before = saved ? load_span(l) : SPAN_NONE, added = saved ? load_span(l) : SPAN_NONE;
	*same = !is_file;
	if (is_file && saved && (uint64_t)st.st_size >= from)
		/* An empty file has no mark, so only its inode is compared. */
		*same = before.n > 0 ? span_eq((struct span){ mark, read_mark(a, from, mark) }, before) :
				       st.st_ino == inode;
	if (load_failed(l) || !is_file || !*same || fault_mutant("late-not-cut"))
		return 0;
	return restore(a, from, added, e);
}
