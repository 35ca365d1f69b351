/* diag.h -- diagnostics: one line, one write(2), "prog: what: why".
 * The one place of common/ that writes to standard error, on behalf of the program that calls it.
 * Control bytes and bytes that are not UTF-8 are shown as '?'. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H
#include "base/err.h"

/* The program's name, for every diagnostic; NAME is borrowed for the life of the process. To be called
 * first: a standard stream that is closed is from then on one that cannot be read or written (EBADF). */
void diag_init(const char *name);
const char *diag_name(void);
/* One line on standard error; the newline is added. */
void diag(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* TEXT as a line that stays at the bottom of the terminal until the next call, or diag(), takes its
 * place: for a status line that is repainted. "" takes it away. Standard error must be a terminal. */
void diag_paint(const char *text);
/* The message of E as a diagnostic; returns e->status (EX_SOFTWARE if none was set), to exit with. */
int diag_err(const struct err *e);
/* Writes TEXT (for --help) to standard output; exit status 0, or 74 when it cannot be written. */
int diag_print(const char *text, unsigned long n);
#endif
