/* aside.h -- files to which a program appends the lines it sets aside: late events (--late), dead letters
 * (--reject).
 *
 * Such a file is opened for appending, gets whole lines only, and is complete after aside_close(). All of them are
 * opened here and nowhere else: under a checkpoint this is the place that locks the file, syncs it at a barrier, and
 * cuts it to the length in the snapshot when a run starts again. */
#ifndef STREAM_ASIDE_H
#define STREAM_ASIDE_H
#include "stream/writer.h"

struct aside {
	struct writer out; /* without a buffer: there is no file */
};

/* Opens PATH (borrowed) for appending; it is created with mode 0666 & ~umask. With PATH NULL nothing is opened, and
 * the other calls do nothing. Returns 0, or -1 with E set: EX_NOPERM, EX_CANTCREAT, EX_IOERR. A zeroed struct is
 * like one opened with NULL. */
int aside_open(struct aside *a, const char *path, struct err *e) MUST_USE;

/* Closes the file without writing what is buffered, and frees the buffer. For a struct that is not open, too. */
void aside_release(struct aside *a);

static inline bool aside_is_open(const struct aside *a)
{
	return a->out.p && a->out.fd >= 0;
}

/* Appends FRONT, then REST and a newline, as one line; FRONT may be empty. Returns -1 with E set if writing fails. */
int aside_add(struct aside *a, struct span front, struct span rest, struct err *e) MUST_USE;

/* Writes out what is buffered. */
int aside_flush(struct aside *a, struct err *e) MUST_USE;

/* Writes out what is buffered and closes the file; reports either failure (a full disk may only show at the close). */
int aside_close(struct aside *a, struct err *e) MUST_USE;
#endif
