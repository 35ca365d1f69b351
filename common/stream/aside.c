/* aside.c -- files for the lines that a program sets aside, such as late events.
 *
 * O_APPEND makes the kernel put each write at the end of the file. So several runs, and several programs at the same
 * time, can add to one file. A line of at most WRITER_ROOM bytes is passed to a single write(2). */
#include "stream/aside.h"
#include <errno.h>
#include <fcntl.h>
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
