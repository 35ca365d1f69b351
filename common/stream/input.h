/* input.h -- where bytes come from: one interface to a descriptor, a decompressor or a partition.
 *
 * The reader and the decoders read from a struct input and need not know whether it is a file or something else. */
#ifndef STREAM_INPUT_H
#define STREAM_INPUT_H
#include "base/err.h"
#include <stddef.h>
#include <sys/types.h>

enum { INPUT_AGAIN = -2 }; /* result of read(): no bytes now, but the input has not ended */

struct input {
	/* Reads up to N bytes into TO. Returns the number of bytes; 0 at the end of the input or if a signal has set
	 * the stop flag; -1 with E set if reading fails; or INPUT_AGAIN. May block, unless the input is one that
	 * returns INPUT_AGAIN. */
	ssize_t (*read)(struct input *in, void *to, size_t n, struct err *e);
	/* Releases `state`. This pointer is NULL if there is nothing to release. */
	void (*close)(struct input *in);
	void *state; /* for read() and close(), which own it */
	/* A descriptor to poll: while it is readable, read() does not block. -1 if read() never blocks for long. read()
	 * may change this member: a decompressor that still holds bytes sets it to -1. */
	int fd;
	const char *name; /* for diagnostics; borrowed */
};

/* Returns an input that reads from the descriptor FD and never closes it. NAME is borrowed. */
struct input input_fd(int fd, const char *name);
#endif
