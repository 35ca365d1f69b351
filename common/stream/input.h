/* input.h -- where bytes come from: one interface to a descriptor, a decompressor or a partition.
 *
 * The reader and the decoders read from a struct input and do not know what is behind it. */
#ifndef STREAM_INPUT_H
#define STREAM_INPUT_H
#include "base/err.h"
#include <stddef.h>
#include <sys/types.h>

enum { INPUT_AGAIN = -2 }; /* read() has nothing now, but the input has not ended */

struct input {
	/* Reads up to N bytes into TO. Returns how many; 0 at the end, also when a signal has set the stop flag; -1
	 * with E set; or INPUT_AGAIN. It may block, unless the input is one that returns INPUT_AGAIN. */
	ssize_t (*read)(struct input *in, void *to, size_t n, struct err *e);
	/* Releases what `state` holds. NULL: there is nothing to release. */
	void (*close)(struct input *in);
	void *state; /* of read() and close(); owned by them */
	/* A descriptor that is readable when read() would not block; -1: read() never blocks for long. read() may
	 * change it: a decompressor that still holds bytes sets -1. */
	int fd;
	const char *name; /* for diagnostics; borrowed */
};

/* Returns an input that reads descriptor FD, which it does not close. NAME is borrowed. */
struct input input_fd(int fd, const char *name);
#endif
