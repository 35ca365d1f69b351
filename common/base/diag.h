/* diag.h -- writes diagnostics of the form "prog: what: why", each as one line by one write(2).
 *
 * All that common/ writes to standard error goes through these functions. Control characters and bytes that are not
 * UTF-8 are shown as '?'. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H
#include "base/err.h"

/* Sets the program's name, which begins every diagnostic. NAME is borrowed for the life of the process. The caller must
 * call diag_init() before it opens any file: diag_init() occupies each standard stream that is closed, so that using
 * the stream fails with EBADF instead of reaching another file. */
void diag_init(const char *name);
/* Returns the name set by diag_init(). */
const char *diag_name(void);

/* Writes one line to standard error. Adds the newline, and cuts a message longer than about 2,000 bytes. */
void diag(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Shows TEXT as a status line: the last line of the terminal, without a newline. The next call of diag_paint() or
 * diag() overwrites it. The text "" removes the line. Standard error must be a terminal. */
void diag_paint(const char *text);

/* Writes the message of E to standard error. Returns the exit status: e->status, or EX_SOFTWARE if E has none. */
int diag_err(const struct err *e);

/* Writes the N bytes at TEXT to standard output, for --help and --version. Returns the exit status: 0, or EX_IOERR
 * after a diagnostic if the bytes could not be written. */
int diag_print(const char *text, unsigned long n);
#endif
