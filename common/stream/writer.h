/* writer.h -- buffered output to a descriptor: full buffers while input flows, flushed by the
 * program (reader.before_wait) when it pauses. What a failed write had in hand is lost, so nothing may be
 * taken for written after it. EPIPE: with SIGPIPE at its default the process has died already. */
#ifndef STREAM_WRITER_H
#define STREAM_WRITER_H
#include "base/err.h"
#include "base/span.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer {
	int fd;
	const char *name; /* "standard output", for messages; borrowed */
	char *p;          /* owned, cap bytes */
	size_t n, cap;
	uint64_t bytes; /* written so far, this buffer not counted */
	bool lines;     /* a pipe gets whole lines only */
	int failed;     /* errno of the write that failed: so does every call from then on; 0: none */
};

/* Writes to FD through a buffer of 256 KiB or so; a pipe is made 1 MiB. -1 also when FD is closed: call it
 * before files are opened that could take its number. */
int writer_init(struct writer *w, int fd, const char *name, struct err *e) MUST_USE;
/* For a program that goes on in a pipe where an earlier run of it was killed: from now on what is added is whole lines,
 * and where the descriptor is a pipe, no write of one has to wait half-way, so that a SIGKILL leaves none torn. Lines
 * larger than the empty pipe (1 MiB, or 64 KiB where that is not allowed) are not protected. */
void writer_whole_lines(struct writer *w);
/* Frees; does not flush. */
void writer_release(struct writer *w);
int writer_flush(struct writer *w, struct err *e) MUST_USE;
/* Appends N bytes; large runs go straight to the descriptor, in order. */
int writer_add(struct writer *w, const void *p, size_t n, struct err *e) MUST_USE;
enum { WRITER_ROOM = 128 << 10 };
/* Room for N contiguous bytes (N <= WRITER_ROOM) to fill in place and count with writer_used(); NULL
 * with E set if flushing failed. */
char *writer_room(struct writer *w, size_t n, struct err *e) MUST_USE;
static inline void writer_used(struct writer *w, size_t n)
{
	w->n += n;
}
/* Flushes and closes the descriptor, checking both (a full disk may speak only here). What a failed flush
 * has told is not told again. */
int writer_close(struct writer *w, struct err *e) MUST_USE;
#endif
