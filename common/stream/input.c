/* input.c -- the plain input: a descriptor, read as it is.
 *
 * Only the reader waits for input (stop_poll() in reader.c); read(2) is called when there is something to read, or
 * where waiting is not known to be needed. So an interrupted call is repeated unless the stop flag is set. */
#include "stream/input.h"
#include "stream/stop.h"
#include <errno.h>
#include <poll.h>
#include <unistd.h>

static ssize_t input_fd_read(struct input *in, void *to, size_t n, struct err *e)
{
	for (;;) {
		ssize_t got = read(in->fd, to, n);
		if (got >= 0)
			return got;
		if (errno == EINTR && stop_flag)
			return 0;
		if (errno == EAGAIN) {
			/* Another process that shares the open file has made it non-blocking. */
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
