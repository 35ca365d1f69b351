/* err.h -- how a function of common/ tells its caller what went wrong.
 *
 * The caller owns a struct err and passes its address; a function that fails fills it once and
 * returns -1. Messages say what, where and what to do, in one line, without the program's name.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H
#include "base/attr.h"
#include <sysexits.h>

struct err {
	int status; /* exit status that fits: EX_USAGE 64, EX_DATAERR 65, ... (sysexits) */
	char msg[1024];
};

#define ERR_INIT      \
	{             \
		0, "" \
	}

/* Sets E's status and message (printf style; cut to fit). Always returns -1, so that
 * `return err_set(e, EX_DATAERR, "...")` reads as what it is. */
int err_set(struct err *e, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Like err_set(), with ": " and strerror(NUMBER) behind the message. */
int err_errno(struct err *e, int status, int number, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Puts context in front of a message that is set: "CONTEXT: old message". Always returns -1. */
int err_context(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sets "out of memory: WHAT", EX_OSERR. WHAT is what there was no room for ("the table of groups"), or NULL.
 * Always returns -1. */
int err_oom(struct err *e, const char *what);

/* The exit status for failing to open PATH to read (66, 77 for permission) or to write (73, 77). */
int err_status_read(int number);
int err_status_write(int number);
#endif
