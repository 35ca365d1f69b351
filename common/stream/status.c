/* status.c -- the status line and the metrics file. */
#include "stream/status.h"
#include "base/clock.h"
#include "base/diag.h"
#include "stream/stop.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LINE_EVERY_MS = 1000,
	METRICS_EVERY_MS = 10000,
	TEXT_MAX = 64 << 10,
};

static void print_line(struct status *s, bool stay)
{
	struct buf b;
	buf_init(&b, TEXT_MAX);
	if (s->describe)
		s->describe(s->arg, &b);
	struct winsize size = { 0 };
	size_t used = strlen(diag_name()) + 3;
	/* A painted line that wraps could not be painted over. */
	if (!stay && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > used && b.n > size.ws_col - used)
		b.n = size.ws_col - used;
	const char *text = buf_string(&b);
	if (text && stay)
		diag("%s", text);
	else if (text)
		diag_paint(text);
	buf_release(&b);
}

static int write_file(const char *path, struct span text)
{
	/* not blocking: a pipe that nobody reads must not stop the stream */
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666);
	if (fd < 0)
		return -1;
	ssize_t n = write(fd, text.p, text.n);
	int why = n < 0 ? errno : n < (ssize_t)text.n ? ENOSPC : 0;
	if (close(fd) < 0 && !why)
		why = errno;
	errno = why;
	return why ? -1 : 0;
}

/* Under a temporary name and renamed: who reads it sees a whole file, and when the disk is full the old one stays.
 * What is no regular file (a device, a pipe, a link) would be replaced by that, so it is written to as it is. */
static int replace_file(const char *path, struct span text)
{
	struct stat st;
	char temporary[4096];
	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_file(path, text);
	int n = snprintf(temporary, sizeof temporary, "%s.%ld.tmp", path, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof temporary) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (write_file(temporary, text) == 0 && rename(temporary, path) == 0)
		return 0;
	int why = errno;
	unlink(temporary);
	errno = why;
	return -1;
}

/* Metrics that cannot be written must not stop the stream. */
static void write_metrics(struct status *s)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	if (s->metrics)
		s->metrics(s->arg, &b);
	if (replace_file(s->metrics_path, buf_span(&b)) == 0) {
		s->metrics_written = true;
	} else if (!s->metrics_written && !s->metrics_told) {
		diag("%s: metrics cannot be written: %s", s->metrics_path, strerror(errno));
		s->metrics_told = true;
	}
	buf_release(&b);
}

void status_poll(struct status *s)
{
	if (!s->line && !s->progress && !s->metrics_path && !status_flag)
		return;
	int64_t now = clock_monotonic_ms();
	if (status_flag) {
		status_flag = 0;
		print_line(s, true);
	}
	if ((s->line || s->progress) && now >= s->next_ms) {
		s->next_ms = now + LINE_EVERY_MS;
		print_line(s, !isatty(STDERR_FILENO));
	}
	if (s->metrics_path && now >= s->next_metrics_ms) {
		s->next_metrics_ms = now + METRICS_EVERY_MS;
		write_metrics(s);
	}
}

void status_finish(struct status *s)
{
	if (s->line)
		print_line(s, true);
	else if (s->progress)
		diag_paint("");
	if (s->metrics_path)
		write_metrics(s);
}
