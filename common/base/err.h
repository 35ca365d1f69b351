/* err.h -- the form in which a function of common/ reports an error to its caller.
 *
 * The caller owns a struct err and passes its address. A function that fails fills the struct once and returns -1 (or
 * NULL). A message is one line: what is wrong, where, and what to do about it. The message does not contain the
 * program's name. The functions below do not print the message. */
#ifndef BASE_ERR_H
#define BASE_ERR_H
#include "base/attr.h"
#include <sysexits.h>

struct err {
	int status; /* exit status from sysexits.h, such as EX_USAGE (64); 0 if not set */
	char msg[1024];
};

#define ERR_INIT      \
	{             \
		0, "" \
	}

/* Sets the status of E, and the message as printf(3) formats it. Cuts a message that is too long. Always returns -1, so
 * that a caller can write `return err_set(...)`. */
int err_set(struct err *e, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Does the same as err_set(), and appends ": " and the text of the errno value NUMBER. Always returns -1. */
int err_errno(struct err *e, int status, int number, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Puts a context in front of the message of E: "CONTEXT: old message". Keeps the status. Always returns -1. */
int err_context(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sets E to EX_OSERR and "out of memory: WHAT". WHAT names what could not be allocated, such as "the table of groups",
 * or is NULL. Always returns -1. */
int err_oom(struct err *e, const char *what);

/* Return the exit status for the errno value NUMBER. err_status_read() is for a file that cannot be opened for reading:
 * EX_NOPERM (77) if permission is missing, otherwise EX_NOINPUT (66). err_status_write() is for a file that cannot be
 * written: EX_NOPERM if permission is missing, EX_IOERR (74) if the disk is full or fails, otherwise EX_CANTCREAT
 * (73). */
int err_status_read(int number);
int err_status_write(int number);
#endif
