/* input.h -- where bytes come from: the one face over a descriptor, a decompressor, a socket. */
#ifndef STREAM_INPUT_H
#define STREAM_INPUT_H
#include "base/err.h"
#include <stddef.h>
#include <sys/types.h>

enum { INPUT_AGAIN = -2 }; /* nothing now, though not the end; only from inputs that say so */

struct input {
	/* Reads up to N bytes: count, 0 at the end, -1 with E set. Blocks (or gives INPUT_AGAIN). EINTR
	 * with the stop flag set counts as the end. */
	ssize_t (*read)(struct input *in, void *to, size_t n, struct err *e);
	/* Releases what it holds (may be NULL). */
	void (*close)(struct input *in);
	void *state;      /* of read() and close(); owned by them */
	int fd;           /* readable when read() would not block; -1: unknown, it never blocks long.
	                   * read() may change it: a decompressor that holds bytes sets -1 */
	const char *name; /* for diagnostics, borrowed */
};

/* An input over descriptor FD (not closed by it), named NAME. */
struct input input_fd(int fd, const char *name);
#endif
