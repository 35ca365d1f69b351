/* err.c -- fills a struct err.
 *
 * The message has a fixed size inside the struct, so that reporting an error cannot itself fail. A message that is too
 * long is cut. Every err_... function that sets E returns -1, so that a caller can report and return in one
 * statement. */
#include "base/err.h"
#include <errno.h>
#include <stdarg.h>

__attribute__((format(printf, 3, 0))) static int err_vset(struct err *e, int status, const char *format, va_list ap)
{
	e->status = status;
	vsnprintf(e->msg, sizeof e->msg, format, ap);
	return -1;
}

int err_set(struct err *e, int status, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	err_vset(e, status, format, ap);
	va_end(ap);
	return -1;
}

int err_errno(struct err *e, int status, int number, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	err_vset(e, status, format, ap);
	va_end(ap);
	size_t n = strlen(e->msg);
	char text[256];
	snprintf(e->msg + n, sizeof e->msg - n, ": %s", strerror_r(number, text, sizeof text));
	return -1;
}

/* Each caller on the way up may add its context in front of the others. The result is a message such as "--time:
 * expression '.a +': byte 5: ...". */
int err_context(struct err *e, const char *format, ...)
{
	char old[sizeof e->msg]; /* a copy, because the context is written over e->msg */
	memcpy(old, e->msg, sizeof old);
	va_list ap;
	va_start(ap, format);
	err_vset(e, e->status, format, ap);
	va_end(ap);
	size_t n = strlen(e->msg);
	snprintf(e->msg + n, sizeof e->msg - n, ": %s", old);
	return -1;
}

int err_oom(struct err *e, const char *what)
{
	return what ? err_set(e, EX_OSERR, "out of memory: %s", what) : err_set(e, EX_OSERR, "out of memory");
}

int err_status_read(int number)
{
	return number == EACCES || number == EPERM ? EX_NOPERM : EX_NOINPUT;
}

int err_status_write(int number)
{
	if (number == EACCES || number == EPERM)
		return EX_NOPERM;
	return number == ENOSPC || number == EIO ? EX_IOERR : EX_CANTCREAT;
}
