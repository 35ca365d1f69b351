/* diag.c -- diagnostics, one write(2) each.
 *
 * A message is assembled on the stack and written by a single call. So the lines of several programs that share a
 * terminal or a log do not mix. Nothing here allocates memory, so that exhausted memory can be reported. */
#include "base/diag.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

static const char *program = "sp";
/* 1 while the last line of the terminal is a status line, which has no newline; otherwise 0. */
static int painted;

/* open(2) returns the lowest free number. If a standard stream is closed, the next file that the program opens would
 * get its number, and would be read or written in its place. So this function opens /dev/null for each free number, in
 * the wrong direction: standard input for writing, the others for reading. Using such a stream fails with EBADF, as if
 * the stream were closed. */
static void occupy_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void diag_init(const char *name)
{
	program = name;
	occupy_standard_streams();
}

const char *diag_name(void)
{
	return program;
}

/* Writes all N bytes at P. Returns 0, or -1 with errno set. The loop is needed because write(2) may be interrupted or
 * write fewer bytes. */
static int write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t w = write(fd, p, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return -1;
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

/* Returns the length of the printable UTF-8 sequence at P, where N bytes are left; 0 if there is none. The control
 * characters U+0080 to U+009F are not printable. Overlong forms of 3 and 4 bytes are accepted, because a terminal
 * shows them as a replacement character. (utf8_length() of text/ refuses them, but base/ must not call text/.) */
static size_t utf8_sequence(const unsigned char *p, size_t n)
{
	size_t k = p[0] >= 0xf0 && p[0] <= 0xf4 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 : 0;
	if (k == 0 || p[0] > 0xf4 || k > n || (k == 2 && p[0] == 0xc2 && p[1] < 0xa0))
		return 0;
	for (size_t i = 1; i < k; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return k;
}

/* Replaces by '?' each control character of one byte, and each byte that is not part of a printable UTF-8 sequence.
 * Messages quote input, and input must not be able to control the terminal. */
static void replace_unprintable(unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = p[i] < 0x80 ? 0 : utf8_sequence(p + i, n - i);
		if (p[i] < 0x20 || p[i] == 0x7f || (p[i] >= 0x80 && k == 0))
			p[i] = '?';
		else if (k)
			i += k - 1;
	}
}

static const char erase_line[] = "\r\033[K"; /* returns to the start of the line and erases the line (ECMA-48: EL) */

/* Writes the name of the program, ": ", the formatted message and LAST in one call. If a status line is shown, the
 * message replaces the status line. Cuts a message that is too long. Keeps errno, because callers report errno
 * afterwards. */
__attribute__((format(printf, 2, 0))) static void diag_write(const char *last, const char *format, va_list ap)
{
	char line[2048];
	size_t start = painted ? sizeof erase_line - 1 : 0;
	memcpy(line, erase_line, start);
	size_t room = sizeof line - 8; /* leaves room for LAST */
	int n = snprintf(line + start, 64, "%s: ", program);
	int m = vsnprintf(line + start + n, room - start - (size_t)n, format, ap);
	if (m < 0)
		return;
	size_t used = strlen(line);
	replace_unprintable((unsigned char *)line + start, used - start);
	memcpy(line + used, last, strlen(last));
	int saved = errno;
	(void)write_all(STDERR_FILENO, line, used + strlen(last));
	errno = saved;
}

void diag(const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	diag_write("\n", format, ap);
	va_end(ap);
	painted = 0;
}

__attribute__((format(printf, 1, 2))) static void diag_write_painted(const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	diag_write("", format, ap);
	va_end(ap);
}

void diag_paint(const char *text)
{
	if (*text)
		diag_write_painted("%s", text);
	else if (painted)
		(void)write_all(STDERR_FILENO, erase_line, sizeof erase_line - 1);
	painted = *text != '\0';
}

int diag_err(const struct err *e)
{
	diag("%s", e->msg[0] ? e->msg : "internal error without a message");
	return e->status ? e->status : EX_SOFTWARE;
}

int diag_print(const char *text, unsigned long n)
{
	if (write_all(STDOUT_FILENO, text, n) == 0)
		return 0;
	diag("standard output: %s", strerror(errno));
	return EX_IOERR;
}
