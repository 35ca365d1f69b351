/* writer.h -- buffered output to a descriptor.
 *
 * While input flows, full buffers are written; the program flushes before it waits (reader_hooks.before_wait). What
 * was in the buffer of a failed write is lost: nothing may count as written after an error. On EPIPE the process has
 * usually died of SIGPIPE already. */
#ifndef STREAM_WRITER_H
#define STREAM_WRITER_H
#include "base/err.h"
#include "base/span.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer {
	int fd;           /* -1 after writer_close() and writer_release() */
	const char *name; /* for messages, such as "standard output"; borrowed */
	char *p;          /* the buffer of cap bytes, of which n are filled; owned */
	size_t n, cap;
	uint64_t bytes; /* written so far, without those in the buffer */
	bool lines;     /* see writer_whole_lines() */
	int failed;     /* errno of the write that failed; every later call fails with it. 0: none did */
};

enum { WRITER_ROOM = 128 << 10 }; /* the most that writer_room() gives */

/* Starts writing to FD, named NAME (borrowed), through a buffer of 256 KiB. The capacity of a pipe is raised to 1
 * MiB. Returns 0, or -1 with E set (EX_IOERR) if FD is closed or cannot be written; so call it before files are
 * opened. */
int writer_init(struct writer *w, int fd, const char *name, struct err *e) MUST_USE;

/* Frees the buffer without writing it and does not close the descriptor. A zeroed *W may be released. */
void writer_release(struct writer *w);

/* From now on, a SIGKILL leaves no incomplete line in a pipe: for a program that may be killed and started again
 * while its reader goes on. What is added must be whole lines. If the descriptor is a pipe, each write holds whole
 * lines and no more than fits without waiting. Lines larger than the empty pipe are not protected. */
void writer_whole_lines(struct writer *w);

/* Writes out the buffer. Returns -1 with E set (EX_IOERR) on failure; what was not written is dropped. */
int writer_flush(struct writer *w, struct err *e) MUST_USE;

/* Appends N bytes, in order; many at once are written directly, without a copy. Errors as writer_flush(). */
int writer_add(struct writer *w, const void *p, size_t n, struct err *e) MUST_USE;

/* Returns room for N bytes in one piece (N <= WRITER_ROOM), to be filled and counted with writer_used() before the
 * next call. Returns NULL with E set if flushing fails. */
char *writer_room(struct writer *w, size_t n, struct err *e) MUST_USE;
static inline void writer_used(struct writer *w, size_t n)
{
	w->n += n;
}

/* Writes out the buffer and closes the descriptor. Returns -1 with E set if either fails: some file systems report a
 * full disk only at the close. */
int writer_close(struct writer *w, struct err *e) MUST_USE;
#endif
