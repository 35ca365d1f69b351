/* status.c -- the status line and the metrics file. */
#include "stream/status.h"
#include "base/diag.h"
#include "stream/stop.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
	LINE_EVERY_MS = 1000,
	METRICS_EVERY_MS = 10000,
	TEXT_MAX = 64 << 10,
};

static int64_t clock_ms(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_monotonic_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

int64_t clock_realtime_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

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

/* Under a temporary name and renamed: who reads it sees a whole file. A disk that is full must not
 * stop the stream; the old file stays. */
static void write_metrics(struct status *s)
{
	char temporary[4096];
	int n = snprintf(temporary, sizeof temporary, "%s.%ld.tmp", s->metrics_path, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof temporary)
		return;
	struct buf b;
	buf_init(&b, 1 << 20);
	if (s->metrics)
		s->metrics(s->arg, &b);
	int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	bool whole = fd >= 0 && write(fd, buf_span(&b).p, b.n) == (ssize_t)b.n;
	if (fd >= 0 && close(fd) < 0)
		whole = false;
	if (fd >= 0 && (!whole || rename(temporary, s->metrics_path) < 0))
		unlink(temporary);
	else if (fd >= 0)
		s->metrics_written = true;
	if (!s->metrics_written && !s->metrics_told) {
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
