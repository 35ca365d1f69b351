/* diag.c -- diagnostics, one write each. */
#include "base/diag.h"
#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

static const char *program = "sp";

void diag_init(const char *name)
{
	program = name;
}

const char *diag_name(void)
{
	return program;
}

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

/* Length of the UTF-8 sequence at P (N bytes left), 0 if it is none. */
static size_t sequence(const unsigned char *p, size_t n)
{
	size_t k = p[0] >= 0xf0 && p[0] <= 0xf4 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 : 0;
	if (k == 0 || p[0] > 0xf4 || k > n || (k == 2 && p[0] == 0xc2 && p[1] < 0xa0))
		return 0;
	for (size_t i = 1; i < k; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return k;
}

static void make_safe(unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = p[i] < 0x80 ? 0 : sequence(p + i, n - i);
		if (p[i] < 0x20 || p[i] == 0x7f || (p[i] >= 0x80 && k == 0))
			p[i] = '?';
		else if (k)
			i += k - 1;
	}
}

void diag(const char *format, ...)
{
	char line[2048];
	int n = snprintf(line, 64, "%s: ", program);
	va_list ap;
	va_start(ap, format);
	int m = vsnprintf(line + n, sizeof line - (size_t)n - 1, format, ap);
	va_end(ap);
	if (m < 0)
		return;
	size_t used = strlen(line);
	make_safe((unsigned char *)line, used);
	line[used++] = '\n';
	int saved = errno;
	(void)write_all(STDERR_FILENO, line, used);
	errno = saved;
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
