/* aside.h -- files to which a program appends the lines it sets aside: late events (--late), dead letters (--reject).
 *
 * Such a file is opened for appending, receives whole lines only, and is complete after aside_close(). All these files
 * are opened here and nowhere else. Under checkpoints, a file belongs to one program, which forces it to the disk at
 * each barrier. A run that continues after a snapshot gives the file the content that it had then, because later lines
 * come again. A device or a pipe cannot be cut: it gets these lines twice. */
#ifndef STREAM_ASIDE_H
#define STREAM_ASIDE_H
#include "state/save.h"
#include "stream/writer.h"

struct aside {
	struct writer out; /* has no buffer (out.p is NULL) if there is no file */
	uint64_t kept;     /* under checkpoints, the length of the file at the last barrier or at the start */
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

/* ---- under checkpoints; all do nothing if there is no file ---- */

/* Locks the file for this program, so that no other one adds lines that would be cut off. Forces the folder to the
 * disk, in which the file may be new. Returns 0, or -1 with E set: EX_CANTCREAT if another program has locked the file,
 * EX_NOPERM if it cannot be read. */
int aside_lock(struct aside *a, struct err *e) MUST_USE;

/* Writes out the buffer and forces the file to the disk. Returns 0, or -1 with E set. */
int aside_sync(struct aside *a, struct err *e) MUST_USE;

/* Saves the length of the file at the last barrier, the bytes that were added since, and what the file is known by: its
 * inode, and the last bytes before that length. Device numbers are not saved, because they change when a disk is
 * mounted again. Called after aside_sync(). Errors are in S. */
void aside_save(struct aside *a, struct save *s);

/* Reads what aside_save() has written. If it is the same file, cuts off the bytes that were added after the save. If a
 * run that began one epoch earlier has cut off too much, adds the saved bytes again. If the user has put another file
 * in its place, or it is too short, changes nothing. Sets *SAME to true if the file is the saved one or cannot be cut.
 * Then a later aside_load() of the same bytes will cut what is added from now on. Returns 0, or -1 with E set if
 * writing fails. An error in L is left to the caller. */
int aside_load(struct aside *a, struct load *l, bool *same, struct err *e) MUST_USE;
#endif
