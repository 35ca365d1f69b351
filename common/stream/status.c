/* status.c -- the status line and the metrics file.
 *
 * Neither may stop or slow the stream: a file that cannot be written is reported once and tried again later, and a
 * pipe without a reader is not waited for. */
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
	LINE_MAX_BYTES = 64 << 10,
	METRICS_MAX_BYTES = 1 << 20,
};

/* Prints the status line; STAY: so that it is not painted over. */
static void status_print(struct status *s, bool stay)
{
	struct buf b;
	buf_init(&b, LINE_MAX_BYTES);
	if (s->describe)
		s->describe(s->arg, &b);
	struct winsize size = { 0 };
	size_t used = strlen(diag_name()) + 3; /* "NAME: ", and the cursor after the text */
	/* A line that wraps cannot be painted over: cut it to the width of the terminal. */
	if (!stay && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > used && b.n > size.ws_col - used)
		b.n = size.ws_col - used;
	const char *text = buf_string(&b);
	if (text && stay)
		diag("%s", text);
	else if (text)
		diag_paint(text);
	buf_release(&b);
}

/* Returns 0, or -1 with errno set. */
static int status_write_file(const char *path, struct span text)
{
	/* Without O_NONBLOCK, a pipe that has no reader would stop the stream. */
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666);
	if (fd < 0)
		return -1;
	ssize_t n = write(fd, text.p, text.n);
	/* A short write to a file means that the disk is full. */
	int why = n < 0 ? errno : n < (ssize_t)text.n ? ENOSPC : 0;
	if (close(fd) < 0 && !why)
		why = errno;
	errno = why;
	return why ? -1 : 0;
}

/* Replaces the file PATH: writes a temporary file and renames it, so that a reader never sees half of it, and the
 * old one stays when the disk is full. A device, a pipe or a link would be lost by that: it is written to instead.
 * Returns 0, or -1 with errno set. */
static int status_replace_file(const char *path, struct span text)
{
	struct stat st;
	char temporary[4096];
	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return status_write_file(path, text);
	int n = snprintf(temporary, sizeof temporary, "%s.%ld.tmp", path, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof temporary) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (status_write_file(temporary, text) == 0 && rename(temporary, path) == 0)
		return 0;
	/* unlink() must not replace the reason. */
	int why = errno;
	unlink(temporary);
	errno = why;
	return -1;
}

static void status_write_metrics(struct status *s)
{
	struct buf b;
	buf_init(&b, METRICS_MAX_BYTES);
	if (s->metrics)
		s->metrics(s->arg, &b);
	if (status_replace_file(s->metrics_path, buf_span(&b)) == 0) {
		s->metrics_written = true;
	} else if (!s->metrics_written && !s->metrics_reported) {
		diag("%s: metrics cannot be written: %s", s->metrics_path, strerror(errno));
		s->metrics_reported = true;
	}
	buf_release(&b);
}

/* Every call reads the clock only if something was asked for: most runs have neither option. */
void status_poll(struct status *s)
{
	if (!s->line && !s->progress && !s->metrics_path && !status_flag)
		return;
	int64_t now = clock_monotonic_ms();
	if (status_flag) {
		status_flag = 0;
		status_print(s, true);
	}
	if ((s->line || s->progress) && now >= s->next_ms) {
		s->next_ms = now + LINE_EVERY_MS;
		status_print(s, !isatty(STDERR_FILENO));
	}
	if (s->metrics_path && now >= s->next_metrics_ms) {
		s->next_metrics_ms = now + METRICS_EVERY_MS;
		status_write_metrics(s);
	}
}

/* The last line stays on the terminal; a progress line is erased, as if it had never been. */
void status_finish(struct status *s)
{
	if (s->line)
		status_print(s, true);
	else if (s->progress)
		diag_paint("");
	if (s->metrics_path)
		status_write_metrics(s);
}
