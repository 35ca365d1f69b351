/* writer.h -- buffered output to a descriptor.
 *
 * While input flows, only full buffers and long pieces are written. The program flushes before it waits for input
 * (reader_hooks.before_wait). If a write fails, the bytes of the buffer are lost, and all later writes fail. If the
 * reader of a pipe has gone, SIGPIPE usually ends the process. */
#ifndef STREAM_WRITER_H
#define STREAM_WRITER_H
#include "base/err.h"
#include "base/span.h"
#include "stream/sum.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer {
	int fd;           /* -1 after writer_close() and writer_release() */
	const char *name; /* for messages, such as "standard output"; borrowed */
	char *p;          /* the buffer of cap bytes, of which n are filled; owned */
	size_t n, cap;
	uint64_t bytes;   /* number of bytes written so far, without the buffer */
	bool whole_lines; /* true: each write to a pipe consists of whole lines */
	/* errno of the first write that failed; all later writes fail with it. 0 if no write has failed. */
	int failed;
	/* Under checkpoints, the sum of the bytes written since writer_sum_begin(); owned. NULL: no sum. */
	struct sum *sum;
};

enum { WRITER_ROOM = 128 << 10 }; /* the most bytes that writer_room() gives */

/* Prepares to write to FD through a buffer of 256 KiB. NAME (borrowed) is for messages. If FD is a pipe, raises its
 * capacity to 1 MiB. Returns 0, or -1 with E set: EX_IOERR if FD is closed or read-only, EX_OSERR if memory is
 * exhausted. */
int writer_init(struct writer *w, int fd, const char *name, struct err *e) MUST_USE;

/* Frees the buffer without writing it. Does not close the descriptor. A zeroed *W may be released. */
void writer_release(struct writer *w);

/* Makes W write whole lines if its descriptor is a pipe: each write then consists of whole lines that the pipe takes in
 * one piece. So a SIGKILL leaves no incomplete line, and the program can be started again while its reader continues.
 * The caller must add whole lines. Lines longer than an empty pipe can hold are not protected. */
void writer_whole_lines(struct writer *w);

/* Writes out the buffer. Returns 0, or -1 with E set (EX_IOERR) if writing fails. The buffer is empty afterwards in
 * both cases. */
int writer_flush(struct writer *w, struct err *e) MUST_USE;

/* Appends the N bytes at P; 32 KiB or more are written at once, without a copy. Returns 0, or -1 with E set (EX_IOERR)
 * if writing fails. */
int writer_add(struct writer *w, const void *p, size_t n, struct err *e) MUST_USE;

/* Returns a place for N bytes in the buffer (N <= WRITER_ROOM). The caller fills it and then calls writer_used() with
 * the number of bytes, before any other call. Returns NULL with E set if flushing fails. */
char *writer_room(struct writer *w, size_t n, struct err *e) MUST_USE;
static inline void writer_used(struct writer *w, size_t n)
{
	w->n += n;
}

/* Writes out the buffer and closes the descriptor. Returns 0, or -1 with E set if either fails: some file systems
 * report a full disk only at the close. */
int writer_close(struct writer *w, struct err *e) MUST_USE;

/* Writes out the buffer and begins a new sum of what is written from now on (stream/sum.h). Returns 0, or -1 with E
 * set (EX_IOERR, EX_OSERR). */
int writer_sum_begin(struct writer *w, struct err *e) MUST_USE;
/* Writes out the buffer and sets *BYTES and *HASH to the sum. The caller then writes the control line that has this
 * sum, and calls writer_sum_begin(), so that the control line is in no sum. Returns 0, or -1 with E set (EX_IOERR). */
int writer_sum_take(struct writer *w, uint64_t *bytes, uint64_t *hash, struct err *e) MUST_USE;
#endif
