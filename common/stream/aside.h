/* aside.h -- files to which a program appends the lines it sets aside: late events (--late), dead letters (--reject).
 *
 * Such a file is opened for appending, receives whole lines only, and is complete after aside_close(). All these files
 * are opened here and nowhere else. Checkpoints will need this one place: to lock the file, to sync it at a barrier,
 * and to cut it to the length in the snapshot when a run starts again. */
#ifndef STREAM_ASIDE_H
#define STREAM_ASIDE_H
#include "stream/writer.h"

struct aside {
	struct writer out; /* has no buffer (out.p is NULL) if there is no file */
};

/* Opens the file PATH (borrowed) for appending, or creates it with mode 0666 & ~umask. If PATH is NULL, opens nothing;
 * the other functions then do nothing. Returns 0, or -1 with E set (EX_NOPERM, EX_CANTCREAT, EX_IOERR; EX_OSERR if
 * memory is exhausted). A zeroed struct behaves as if opened with NULL. */
int aside_open(struct aside *a, const char *path, struct err *e) MUST_USE;

/* Closes the file without writing the buffer, and frees the buffer. A struct that is not open may be released. */
void aside_release(struct aside *a);

static inline bool aside_is_open(const struct aside *a)
{
	return a->out.p && a->out.fd >= 0;
}

/* Appends the line FRONT REST with a newline; FRONT may be empty. Returns 0, or -1 with E set if writing fails. */
int aside_add(struct aside *a, struct span front, struct span rest, struct err *e) MUST_USE;

/* Writes out the buffer. Returns 0, or -1 with E set if writing fails. */
int aside_flush(struct aside *a, struct err *e) MUST_USE;

/* Writes out the buffer and closes the file. Returns 0, or -1 with E set if either fails: some file systems report a
 * full disk only at the close. */
int aside_close(struct aside *a, struct err *e) MUST_USE;
#endif
