/* diag.h -- diagnostics: one line, one write(2), "prog: what: why".
 *
 * Together with stream/status and program/ this is the only place of common/ that writes to standard error, on behalf
 * of the program that calls it. Control characters and bytes that are not UTF-8 are shown as '?'. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H
#include "base/err.h"

/* Sets the program's name, which begins every diagnostic. NAME is borrowed for the life of the process. Must be called
 * before any file is opened: a standard stream that is closed is occupied, so that its use fails with EBADF instead of
 * reaching another file. */
void diag_init(const char *name);
/* Returns the name set by diag_init(). */
const char *diag_name(void);

/* Writes one line to standard error. The newline is added; a message longer than about 2,000 bytes is cut. */
void diag(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Shows TEXT as the last line of the terminal until the next call, or the next diag(), replaces it: a status line that
 * is repainted. "" removes it. Standard error must be a terminal. */
void diag_paint(const char *text);

/* Reports the message of E. Returns e->status, to exit with (EX_SOFTWARE if none was set). */
int diag_err(const struct err *e);

/* Writes the N bytes at TEXT to standard output, for --help and --version. Returns the exit status: 0, or EX_IOERR
 * after reporting that they could not be written. */
int diag_print(const char *text, unsigned long n);
#endif
