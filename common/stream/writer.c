/* writer.c -- buffered output.
 * Small pieces gather in the buffer; a run as large as the buffer goes out from where it stands. */
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
	STRAIGHT = 32 << 10, /* from here on a system call costs less than a copy */
};

int writer_init(struct writer *w, int fd, const char *name, struct err *e)
{
	*w = (struct writer){ .fd = fd, .name = name, .cap = CAPACITY };
	/* What cannot be written is told now, before other files are made. diag_init() takes the place of a
	 * closed stream, read-only. */
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
		return err_errno(e, EX_IOERR, flags < 0 ? errno : EBADF, "%s", name);
	w->p = malloc(CAPACITY);
	if (!w->p)
		return err_set(e, EX_OSERR, "out of memory");
	(void)fcntl(fd, F_SETPIPE_SZ, 1 << 20); /* no pipe, or not allowed: as it is */
	return 0;
}

void writer_release(struct writer *w)
{
	free(w->p);
	*w = (struct writer){ .fd = -1 };
}

static int write_all(struct writer *w, const char *p, size_t n, struct err *e)
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

/* Bytes that a pipe with USED bytes in it takes without waiting. It holds pages, not bytes: a page is shared by small
 * writes if they fit, so that any two neighbours hold more than one page's worth; but the first may be read in part. */
static size_t pipe_room(const struct writer *w, int used)
{
	int pages = fcntl(w->fd, F_GETPIPE_SZ) / PAGE - (used / (PAGE / 2) + 2);
	return pages > 1 ? (size_t)(pages - 1) * PAGE : 0;
}

/* Whole lines of the N bytes at P, MAX bytes at most: 0 when the first one is longer. */
static size_t lines_within(const char *p, size_t n, size_t max)
{
	if (n <= max)
		return n;
	const char *end = memrchr(p, '\n', max);
	return end ? (size_t)(end - p) + 1 : 0;
}

/* The kernel takes as much as there is room for, then waits, and a SIGKILL ends the wait: so never more than there is
 * room for, or up to PIPE_BUF, which it takes as a whole or not at all. */
static int write_lines(struct writer *w, const char *p, size_t n, struct err *e)
{
	while (n > 0) {
		int used;
		size_t room = ioctl(w->fd, FIONREAD, &used) == 0 ? pipe_room(w, used) : 0;
		size_t part = lines_within(p, n, room > PIPE_BUF ? room : PIPE_BUF);
		if (part == 0) {
			struct pollfd gone = { w->fd, 0, 0 };
			const char *end = memchr(p, '\n', n);
			part = end ? (size_t)(end - p) + 1 : n;
			if (part <= pipe_room(w, 0) && poll(&gone, 1, 1) == 0)
				continue;
		}
		if (write_all(w, p, part, e) < 0)
			return -1;
		p += part;
		n -= part;
	}
	return 0;
}

static int put(struct writer *w, const char *p, size_t n, struct err *e)
{
	return w->lines && !w->failed ? write_lines(w, p, n, e) : write_all(w, p, n, e);
}

int writer_flush(struct writer *w, struct err *e)
{
	size_t n = w->n;
	w->n = 0; /* also when it fails: nobody may write the same bytes twice */
	return put(w, w->p, n, e);
}

int writer_add(struct writer *w, const void *p, size_t n, struct err *e)
{
	if (n >= STRAIGHT) {
		if (writer_flush(w, e) < 0)
			return -1;
		return put(w, p, n, e);
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
