/* status.c -- the status line and the metrics file.
 *
 * Neither may stop or delay the stream. So opening a pipe for metrics does not wait for a reader. If the metrics cannot
 * be written, this is reported only once, and later calls try again. */
#include "stream/status.h"
#include "base/clock.h"
#include "base/diag.h"
#include "stream/stop.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LINE_EVERY_MS = 1000,
	METRICS_EVERY_MS = 10000,
	LINE_MAX_BYTES = 64 << 10,
	METRICS_MAX_BYTES = 1 << 20,
};

/* Prints the status line. If STAY is true, the line ends with a newline and remains. Otherwise the next status line
 * will be painted over it. Such a line is cut to the width of the terminal, because a line that wraps cannot be painted
 * over. */
static void status_print(struct status *s, bool stay)
{
	struct buf b;
	buf_init(&b, LINE_MAX_BYTES);
	if (s->describe)
		s->describe(s->arg, &b);
	struct winsize size = { 0 };
	/* Columns for "NAME: " before the text (the name and 2 more) and for the cursor after the text (1). */
	size_t used = strlen(diag_name()) + 3;
	if (!stay && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > used && b.n > size.ws_col - used)
		b.n = size.ws_col - used;
	const char *text = buf_string(&b);
	if (text && stay)
		diag("%s", text);
	else if (text)
		diag_paint(text);
	buf_release(&b);
}

/* Writes TEXT to FD and closes FD. Returns 0, or -1 with errno set. */
static int status_write_to(int fd, struct span text)
{
	ssize_t n = write(fd, text.p, text.n);
	/* write(2) sets no errno if it writes only a part. For a file this means that the disk is full. */
	int error = n < 0 ? errno : n < (ssize_t)text.n ? ENOSPC : 0;
	if (close(fd) < 0 && !error)
		error = errno;
	errno = error;
	return error ? -1 : 0;
}

/* Writes TEXT to the device, pipe or link PATH. Returns 0, or -1 with errno set. */
static int status_write_in_place(const char *path, struct span text)
{
	/* With O_NONBLOCK, opening a pipe fails if nobody reads it. Without O_NONBLOCK, open(2) would wait for a
	 * reader. */
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666);
	return fd < 0 ? -1 : status_write_to(fd, text);
}

/* Replaces the file PATH: writes a temporary file and renames it to PATH. So a reader never sees an incomplete file,
 * and the old file remains if the disk is full. A device, a pipe or a link is written to directly, because renaming
 * would replace it by a file. Returns 0, or -1 with errno set. */
static int status_replace_file(const char *path, struct span text)
{
	struct stat st;
	char temporary[4096];
	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return status_write_in_place(path, text);
	/* Other users may be allowed to write to the folder. There they could prepare a link with the name of the
	 * temporary file, and this program would overwrite the file it leads to. So the name is random, and O_EXCL
	 * makes open(2) fail if the name exists. */
	uint64_t random;
	if (getrandom(&random, sizeof random, 0) != sizeof random)
		return -1;
	int n = snprintf(temporary, sizeof temporary, "%s.%016" PRIx64 ".tmp", path, random);
	if (n < 0 || (size_t)n >= sizeof temporary) {
		errno = ENAMETOOLONG;
		return -1;
	}
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0)
		return -1;
	if (status_write_to(fd, text) == 0 && rename(temporary, path) == 0)
		return 0;
	int error = errno; /* unlink(2) may change errno */
	unlink(temporary);
	errno = error;
	return -1;
}

/* Writes the metrics file. A failure is reported once, and only if no write has succeeded before. The next call tries
 * again. */
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

/* Prints the line and writes the metrics when it is time. Most runs have neither --status nor --metrics: for these runs
 * the first test returns before the clock is read. */
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

/* The last line of --status remains on the terminal; a progress line is erased. */
void status_finish(struct status *s)
{
	if (s->line)
		status_print(s, true);
	else if (s->progress)
		diag_paint("");
	if (s->metrics_path)
		status_write_metrics(s);
}
