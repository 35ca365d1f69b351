/* err.h -- how a function of common/ tells its caller what went wrong.
 *
 * The caller owns a struct err and passes its address. A function that fails fills it once and returns -1 (or NULL).
 * A message is one line: what is wrong, where, and what to do about it. It does not contain the program's name, and
 * nothing here prints it. */
#ifndef BASE_ERR_H
#define BASE_ERR_H
#include "base/attr.h"
#include <sysexits.h>

struct err {
	int status; /* the exit status that fits: EX_USAGE 64, EX_DATAERR 65, ... (sysexits.h); 0: not set */
	char msg[1024];
};

#define ERR_INIT      \
	{             \
		0, "" \
	}

/* Sets E's status and message (printf style; cut to fit). Always returns -1, for `return err_set(...)`. */
int err_set(struct err *e, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* As err_set(), and appends ": " and the text of the errno value NUMBER. */
int err_errno(struct err *e, int status, int number, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Puts context before the message that E holds: "CONTEXT: old message". The status is kept. Always returns -1. */
int err_context(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sets EX_OSERR and "out of memory: WHAT". WHAT is what there was no room for ("the table of groups"), or NULL. Always
 * returns -1. */
int err_oom(struct err *e, const char *what);

/* Return the exit status for the errno value NUMBER of a file that cannot be opened to read (EX_NOINPUT 66; EX_NOPERM
 * 77 for missing permission), and of one that cannot be written (EX_CANTCREAT 73, EX_IOERR 74, EX_NOPERM 77). */
int err_status_read(int number);
int err_status_write(int number);
#endif
