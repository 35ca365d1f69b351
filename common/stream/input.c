/* input.c -- the plain input: a descriptor, read as it is.
 *
 * The reader waits until input is ready before it calls read() (reader_wait() in reader.c). If read(2) blocks
 * nevertheless and a signal interrupts the call, the call is repeated, unless the signal has set the stop flag. */
#include "stream/input.h"
#include "stream/stop.h"
#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* Implements input.read for a descriptor. Returns the number of bytes, or -1 with E set. Returns 0, as at the end of
 * the input, if a signal has set the stop flag. */
static ssize_t input_fd_read(struct input *in, void *to, size_t n, struct err *e)
{
	for (;;) {
		ssize_t got = read(in->fd, to, n);
		if (got >= 0)
			return got;
		if (errno == EINTR && stop_flag)
			return 0;
		if (errno == EAGAIN) {
			/* Another process that shares the descriptor has made it non-blocking, so wait here until it is
			 * readable. */
			struct pollfd p = { in->fd, POLLIN, 0 };
			if (stop_poll(&p, 1, -1) < 0 && stop_flag)
				return 0;
		} else if (errno != EINTR) {
			return err_errno(e, errno == EISDIR ? EX_NOINPUT : EX_IOERR, errno, "%s", in->name);
		}
	}
}

struct input input_fd(int fd, const char *name)
{
	return (struct input){ .read = input_fd_read, .fd = fd, .name = name };
}
