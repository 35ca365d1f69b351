/* writer.c -- buffered output to a descriptor.
 *
 * Small pieces are collected in the buffer; a piece that is large enough for a system call of its own is written
 * from where it is, after the buffer. A write may take fewer bytes than it was given, or none for now; both are
 * repeated here, so that a caller sees success or one final error. */
#include "stream/writer.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	CAPACITY = 256 << 10,
	PAGE = 4096,
	DIRECT_MIN = 32 << 10, /* from this size on, a system call costs less than a copy */
};

int writer_init(struct writer *w, int fd, const char *name, struct err *e)
{
	*w = (struct writer){ .fd = fd, .name = name, .cap = CAPACITY };
	/* A closed standard output is an error now, before any file is created. diag_init() has opened /dev/null in
	 * its place, read-only, so that it is recognised by its mode. */
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
		return err_errno(e, EX_IOERR, flags < 0 ? errno : EBADF, "%s", name);
	w->p = malloc(CAPACITY);
	if (!w->p)
		return err_oom(e, "the output buffer");
	(void)fcntl(fd, F_SETPIPE_SZ, 1 << 20); /* fails if it is not a pipe, or not permitted: both are fine */
	return 0;
}

void writer_release(struct writer *w)
{
	free(w->p);
	*w = (struct writer){ .fd = -1 };
}

/* Writes all N bytes, waiting where it has to. After a failure nothing is written any more. */
static int writer_write(struct writer *w, const char *p, size_t n, struct err *e)
{
	while (n > 0 && !w->failed) {
		ssize_t done = write(w->fd, p, n);
		if (done < 0 && errno == EAGAIN) {
			struct pollfd wait = { w->fd, POLLOUT, 0 };
			(void)poll(&wait, 1, -1);
		} else if (done < 0 && errno != EINTR) {
			w->failed = errno;
		} else if (done > 0) {
			p += done;
			n -= (size_t)done;
			w->bytes += (uint64_t)done;
		}
	}
	return w->failed ? err_errno(e, EX_IOERR, w->failed, "%s", w->name) : 0;
}

void writer_whole_lines(struct writer *w)
{
	w->lines = fcntl(w->fd, F_GETPIPE_SZ) > 0;
}

/* Returns how many bytes a pipe that holds USED bytes takes without waiting, at least. A pipe holds pages, not
 * bytes: small writes share a page only if the next one fits, so any two neighbours hold more than a page's worth
 * together; and the first page may have been read in part. */
static size_t writer_pipe_room(const struct writer *w, int used)
{
	int pages = fcntl(w->fd, F_GETPIPE_SZ) / PAGE - (used / (PAGE / 2) + 2);
	return pages > 1 ? (size_t)(pages - 1) * PAGE : 0;
}

/* Returns how many of the N bytes at P are whole lines of at most MAX bytes together; 0 if the first one is longer. */
static size_t writer_lines_within(const char *p, size_t n, size_t max)
{
	if (n <= max)
		return n;
	const char *end = memrchr(p, '\n', max);
	return end ? (size_t)(end - p) + 1 : 0;
}

/* Writes whole lines so that no write waits half-way, where a SIGKILL would cut a line: the kernel takes what there
 * is room for and then waits. So never more is written than there is room for, or than PIPE_BUF, which write(2)
 * takes as a whole or not at all (pipe(7)). A longer line waits, in steps of a millisecond, until the reader has
 * made room. */
static int writer_write_lines(struct writer *w, const char *p, size_t n, struct err *e)
{
	while (n > 0) {
		int used;
		size_t room = ioctl(w->fd, FIONREAD, &used) == 0 ? writer_pipe_room(w, used) : 0;
		size_t part = writer_lines_within(p, n, room > PIPE_BUF ? room : PIPE_BUF);
		if (part == 0) {
			struct pollfd gone = { w->fd, 0, 0 };
			const char *end = memchr(p, '\n', n);
			part = end ? (size_t)(end - p) + 1 : n;
			if (part <= writer_pipe_room(w, 0) && poll(&gone, 1, 1) == 0)
				continue;
		}
		if (writer_write(w, p, part, e) < 0)
			return -1;
		p += part;
		n -= part;
	}
	return 0;
}

static int writer_put(struct writer *w, const char *p, size_t n, struct err *e)
{
	return w->lines && !w->failed ? writer_write_lines(w, p, n, e) : writer_write(w, p, n, e);
}

int writer_flush(struct writer *w, struct err *e)
{
	size_t n = w->n;
	w->n = 0; /* also if it fails: the same bytes must not be written twice */
	return writer_put(w, w->p, n, e);
}

int writer_add(struct writer *w, const void *p, size_t n, struct err *e)
{
	if (n >= DIRECT_MIN) {
		if (writer_flush(w, e) < 0)
			return -1;
		return writer_put(w, p, n, e);
	}
	if (n > w->cap - w->n && writer_flush(w, e) < 0)
		return -1;
	memcpy(w->p + w->n, p, n);
	w->n += n;
	return 0;
}

char *writer_room(struct writer *w, size_t n, struct err *e)
{
	if (n > w->cap - w->n && writer_flush(w, e) < 0)
		return NULL;
	return w->p + w->n;
}

int writer_close(struct writer *w, struct err *e)
{
	if (w->n > 0 && writer_flush(w, e) < 0)
		return -1;
	int fd = w->fd;
	w->fd = -1;
	if (fd >= 0 && close(fd) < 0 && errno != EINTR)
		return err_errno(e, EX_IOERR, errno, "%s", w->name);
	return 0;
}
