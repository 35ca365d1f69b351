/* tail.c -- reads a file that grows.
 *
 * Each read begins with the last bytes that the read before it returned (the mark). If they have changed, the file was
 * truncated, and perhaps written again. Then this tail is final, and the caller opens the file again as a new tail. It
 * is not enough to compare sizes, because the new content may already be longer than the old one. */
#include "sp-capture/source/tail.h"
#include "base/clock.h"
#include "sp-capture/source/decompress.h"
#include "stream/stop.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

/* Sets the mark to the last bytes before the read position, after GOT more bytes were read to P. */
static void set_mark(struct tail *t, const char *p, size_t got)
{
	if (got > TAIL_MARK) {
		p += got - TAIL_MARK;
		got = TAIL_MARK;
	}
	size_t keep = t->marked < TAIL_MARK - got ? t->marked : TAIL_MARK - got;
	memmove(t->mark, t->mark + t->marked - keep, keep);
	memcpy(t->mark + keep, p, got);
	t->marked = keep + got;
}

/* Checks that the file is not compressed. A compressed file cannot be followed: while it grows, it usually ends inside
 * a frame, and decompression cannot begin at its end. Returns 0, or -1 with E set. */
static int check_plain(struct tail *t, const char *name, struct err *e)
{
	char magic[4];
	ssize_t n = pread(t->fd, magic, sizeof magic, 0);
	const char *kind = n > 0 ? decompress_kind(magic, (size_t)n) : NULL;
	if (kind)
		return err_set(e, EX_USAGE, "%s: %s data cannot be followed; read it without --follow", name, kind);
	t->plain = n == sizeof magic;
	return 0;
}

/* input.read: reads the bytes of the mark again, and the bytes after them, in one call. So the file cannot be truncated
 * between the two. Returns the number of new bytes, INPUT_AGAIN if there are none yet, 0 at the end, or -1 with E
 * set. */
static ssize_t tail_read(struct input *in, void *to, size_t n, struct err *e)
{
	struct tail *t = in->state;
	if (!t->plain && check_plain(t, in->name, e) < 0)
		return -1;
	char seen[TAIL_MARK];
	struct iovec parts[] = { { seen, t->marked }, { to, n } };
	ssize_t got;
	/* A signal that asks to stop counts as the end. After any other signal the read is repeated. */
	do
		got = preadv(t->fd, parts, 2, t->at - (off_t)t->marked);
	while (got < 0 && errno == EINTR && !stop_flag);
	if (got < 0)
		return errno == EINTR ? 0 : err_errno(e, EX_IOERR, errno, "%s", in->name);
	if ((size_t)got < t->marked || memcmp(seen, t->mark, t->marked) != 0) {
		t->final = true;
		return 0;
	}
	got -= (ssize_t)t->marked;
	t->at += got;
	if (got > 0)
		set_mark(t, to, (size_t)got);
	return got > 0 || t->final ? got : INPUT_AGAIN;
}

/* Returns the end of the last complete line in the first SIZE bytes of FD; 0 if there is none; SIZE if reading fails. A
 * line without a newline is still being written. It will be read from its start. */
static off_t last_line_end(int fd, off_t size)
{
	char part[4096];
	while (size > 0) {
		size_t n = size < (off_t)sizeof part ? (size_t)size : sizeof part;
		ssize_t got = pread(fd, part, n, size - (off_t)n);
		if (got != (ssize_t)n)
			return size;
		const char *newline = memrchr(part, '\n', n);
		if (newline)
			return size - (off_t)n + (newline - part) + 1;
		size -= (off_t)n;
	}
	return 0;
}

/* Returns the end of the first line of FD, or 0 if no newline is found in about the first MAX bytes. */
static off_t first_line_end(int fd, size_t max)
{
	char part[4096];
	for (off_t at = 0; at < (off_t)max;) {
		ssize_t got = pread(fd, part, sizeof part, at);
		if (got <= 0)
			break;
		const char *newline = memchr(part, '\n', (size_t)got);
		if (newline)
			return at + (newline - part) + 1;
		at += got;
	}
	return 0;
}

/* --from end: sets the read position to the end of the last line in the first SIZE bytes. The first lines of the file
 * still decide the format, and a header line still names the columns. */
static void begin_at_end(struct tail *t, off_t size, const struct options *o)
{
	t->at = t->start = last_line_end(t->fd, size);
	off_t head = first_line_end(t->fd, o->max_event);
	char line[64 << 10];
	ssize_t got = pread(t->fd, line, sizeof line, 0);
	const struct format *f = o->format;
	if (!f && head > 1 && got > 1)
		f = format_detect((struct span){ line, (size_t)got }, DETECT_FULL | (o->time_now ? DETECT_TEXT : 0));
	t->records.format = f;
	t->head_first = f && f->head && head > 0 && head <= t->start;
	if (t->head_first)
		t->at = 0;
	/* If lines in the middle of the file may change the columns, all lines up to START must be read. Their
	 * records are dropped. */
	if (t->head_first && (f->flags & FORMAT_CHANGING)) {
		t->drop_until = (uint64_t)t->start;
		t->head_first = false;
	}
}

/* Opens PATH as T->fd and sets *ST. With O_NONBLOCK, open() does not wait for the writer of a named pipe. Returns 0, or
 * -1 with E set if PATH cannot be opened or is not a regular file. */
static int tail_open_file(struct tail *t, const char *path, struct stat *st, struct err *e)
{
	t->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (t->fd < 0 || fstat(t->fd, st) < 0)
		return err_errno(e, err_status_read(errno), errno, "%s", path);
	if (!S_ISREG(st->st_mode))
		return err_set(e, EX_NOINPUT, "%s: is %s; only regular files can be followed by name", path,
			S_ISDIR(st->st_mode) ? "a directory" : "not a regular file");
	return 0;
}

/* The device and the inode are kept, so that the caller notices when another file has the name. */
int tail_open(struct tail **out, const struct source_set *set, const char *path, bool from_end, struct err *e)
{
	struct tail *t = calloc(1, sizeof *t);
	if (!t)
		return err_oom(e, "a followed file");
	t->fd = t->watch = -1;
	struct stat st;
	if (tail_open_file(t, path, &st, e) == 0) {
		t->dev = st.st_dev;
		t->ino = st.st_ino;
		t->active_ms = clock_monotonic_ms();
		if (from_end)
			begin_at_end(t, st.st_size, set->options);
		struct input in = { .read = tail_read, .state = t, .fd = -1, .name = path };
		if (record_reader_open(&t->records, set, in, path, e) == 0) {
			*out = t;
			return 0;
		}
	}
	tail_free(t);
	return -1;
}

/* Reads the header line at the start of the file, then moves to T->start. Returns NEXT_EVENT when that is done;
 * NEXT_LATER or NEXT_END if the header line is not complete; or NEXT_ERROR with E set. */
static enum next read_head(struct tail *t, struct err *e)
{
	enum next n = record_reader_head(&t->records, e);
	if (n != NEXT_EVENT)
		return n;
	t->head_first = false;
	/* START is the end of the last line that the file had when it was opened. If lines of the head were written
	 * later, START is inside the head and must move to the end of the head. */
	if (t->start < (off_t)t->records.in.offset)
		t->start = (off_t)t->records.in.offset;
	t->at = t->start;
	t->marked = 0;
	/* It is not known how many lines are skipped. So lines are counted as if START came directly after line 1. */
	const struct position p = { .offset = (uint64_t)t->start, .number = 1 };
	return record_reader_jump(&t->records, &p, e) < 0 ? NEXT_ERROR : NEXT_EVENT;
}

/* The head is read here and not in tail_open(), so that a fault in the head does not end the run. */
enum next tail_next(struct tail *t, struct record *out, struct err *e)
{
	enum next n = t->head_first ? read_head(t, e) : NEXT_EVENT;
	if (n != NEXT_EVENT)
		return n;
	do
		n = record_reader_next(&t->records, out, e);
	while ((n == NEXT_EVENT || n == NEXT_REJECTED) && out->offset < t->drop_until);
	return n;
}

void tail_free(struct tail *t)
{
	record_reader_close(&t->records);
	if (t->fd >= 0)
		close(t->fd);
	free(t);
}
