/* writer.c -- buffered output to a descriptor.
 *
 * Small pieces are collected in the buffer. A piece of DIRECT_MIN bytes or more is written directly, after the contents
 * of the buffer, without a copy. write(2) may accept only a part of the bytes, or fail with EAGAIN. Such writes are
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
	DIRECT_MIN = 32 << 10, /* bytes; from this size on, a system call costs less than a copy */
};

int writer_init(struct writer *w, int fd, const char *name, struct err *e)
{
	*w = (struct writer){ .fd = fd, .name = name, .cap = CAPACITY };
	/* If standard output was closed, diag_init() has opened /dev/null read-only in its place. So a descriptor that
	 * is read-only is reported now, and not only at the first flush. */
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
		return err_errno(e, EX_IOERR, flags < 0 ? errno : EBADF, "%s", name);
	w->p = malloc(CAPACITY);
	if (!w->p)
		return err_oom(e, "the output buffer");
	/* A larger pipe is faster. The call fails if FD is not a pipe or the size is not permitted: both are fine. */
	(void)fcntl(fd, F_SETPIPE_SZ, 1 << 20);
	return 0;
}

void writer_release(struct writer *w)
{
	free(w->p);
	sum_free(w->sum);
	*w = (struct writer){ .fd = -1 };
}

/* Writes all N bytes at P, and waits if the descriptor is non-blocking and full. Returns 0, or -1 with E set if writing
 * fails. After a failed write, all later calls write nothing and fail. */
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
	w->whole_lines = fcntl(w->fd, F_GETPIPE_SZ) > 0;
}

/* Returns a lower bound of the free space of a pipe with USED unread bytes. A write of so many bytes does not block.
 *
 * The kernel does not tell how many pages of the pipe are in use, so the greatest possible number is assumed. A write
 * starts a new page if it does not fit into the last one. So pages are not always full, but two neighbours hold more
 * than one page of bytes together. So there is at most one page in use for each half page of bytes. Two more pages are
 * possible (+ 2): the first one, which may have been read in part, and a last one without a neighbour. One page of the
 * free space is kept as a reserve, because how the kernel fills pages is not documented. */
static size_t writer_pipe_room(const struct writer *w, int used)
{
	int pages = fcntl(w->fd, F_GETPIPE_SZ) / PAGE - (used / (PAGE / 2) + 2);
	return pages > 1 ? (size_t)(pages - 1) * PAGE : 0;
}

/* Returns the length of the whole lines at P that together have at most MAX bytes, or 0 if the first line alone is
 * longer. P holds N bytes. */
static size_t writer_lines_within(const char *p, size_t n, size_t max)
{
	if (n <= max)
		return n;
	const char *end = memrchr(p, '\n', max);
	return end ? (size_t)(end - p) + 1 : 0;
}

/* Writes whole lines so that a SIGKILL never leaves an incomplete line in the pipe. If there is too little room,
 * write(2) writes a part of the bytes and then blocks; a SIGKILL at this moment would truncate a line. So a write has
 * at most as many bytes as there is room for, or PIPE_BUF bytes, which write(2) writes all at once (pipe(7)). For a
 * longer line, waits in steps of a millisecond until the reader has made room. A line that is too long even for an
 * empty pipe is written without waiting, and may be truncated. Returns 0, or -1 with E set. */
static int writer_write_lines(struct writer *w, const char *p, size_t n, struct err *e)
{
	while (n > 0) {
		int used;
		size_t room = ioctl(w->fd, FIONREAD, &used) == 0 ? writer_pipe_room(w, used) : 0;
		size_t part = writer_lines_within(p, n, room > PIPE_BUF ? room : PIPE_BUF);
		if (part == 0) {
			/* poll(2) waits for 1 ms. It returns 1 at once if the reader has closed the pipe. */
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

/* Writes the N bytes at P, as whole lines if writer_whole_lines() has requested it, and adds them to the sum. All
 * output comes through here in long pieces, which the hash needs to be fast. Returns 0, or -1 with E set. */
static int writer_put(struct writer *w, const char *p, size_t n, struct err *e)
{
	if (w->sum)
		sum_add(w->sum, p, n);
	return w->whole_lines && !w->failed ? writer_write_lines(w, p, n, e) : writer_write(w, p, n, e);
}

int writer_flush(struct writer *w, struct err *e)
{
	size_t n = w->n;
	/* The buffer is emptied even if writing fails. Otherwise a later flush would write some bytes twice. */
	w->n = 0;
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

int writer_sum_begin(struct writer *w, struct err *e)
{
	uint64_t bytes, hash;
	if (writer_flush(w, e) < 0 || (!w->sum && !(w->sum = sum_new(e))))
		return -1;
	sum_take(w->sum, &bytes, &hash);
	return 0;
}

int writer_sum_take(struct writer *w, uint64_t *bytes, uint64_t *hash, struct err *e)
{
	if (writer_flush(w, e) < 0)
		return -1;
	sum_take(w->sum, bytes, hash);
	return 0;
}
