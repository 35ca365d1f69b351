/* reader.c -- an input cut into lines.
 *
 * Unread bytes stand at p[from..to). A line that the end of a read has cut is moved to the front before
 * the next read; nothing else is copied. Of an over-long line only a head stays in the buffer. */
#include "stream/reader.h"
#include "stream/stop.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>

enum { HEAD = 256 }; /* what is kept of an over-long line */

/* SP_READ_SIZE cuts reads, so that tests can put every cut everywhere. */
static size_t read_size(void)
{
	const char *text = getenv("SP_READ_SIZE");
	long n = text ? strtol(text, NULL, 10) : 0;
	return n > 0 && n <= READ_SIZE ? (size_t)n : READ_SIZE;
}

int reader_init(struct reader *r, struct input in, size_t max, struct err *e)
{
	*r = (struct reader){ .in = in, .max = max, .read_size = read_size() };
	r->cap = r->read_size + 4096;
	r->p = malloc(r->cap);
	if (!r->p)
		return err_set(e, EX_OSERR, "out of memory");
	if (in.fd >= 0)
		(void)fcntl(in.fd, F_SETPIPE_SZ, 1 << 20); /* no pipe, or not allowed: as it is */
	return 0;
}

void reader_release(struct reader *r)
{
	if (r->in.close)
		r->in.close(&r->in);
	free(r->p);
	*r = (struct reader){ .in.fd = -1 };
}

/* Until a read would not block: 1; 0 asked to stop; -1 with E. */
static int wait_ready(struct reader *r, struct err *e)
{
	struct pollfd p = { r->in.fd, POLLIN, 0 };
	if (r->in.fd < 0 || poll(&p, 1, 0) != 0)
		return 1;
	for (;;) {
		if (r->before_wait && r->before_wait(r->before_wait_arg, e) < 0)
			return -1;
		int n = stop_poll(&p, 1, r->on_idle && r->timeout_ms > 0 ? r->timeout_ms : -1);
		if (stop_flag)
			return 0;
		if (n > 0 || (n < 0 && errno != EINTR))
			return 1; /* read() says what is wrong */
		if (n == 0 && r->on_idle && r->on_idle(r->before_wait_arg, e) < 0)
			return -1;
	}
}

/* Unread bytes to the front, and room for one read behind them. */
static int make_room(struct reader *r, struct err *e)
{
	size_t unread = r->to - r->from;
	if (r->from > 0) {
		memmove(r->p, r->p + r->from, unread);
		r->scanned -= r->from;
		r->from = 0;
		r->to = unread;
	}
	if (r->cap - unread >= r->read_size)
		return 0;
	if (unread > 2 * r->max)
		return err_set(e, EX_DATAERR, "%s: more than %zu bytes in one piece", r->in.name, 2 * r->max);
	size_t cap = 2 * unread + r->read_size;
	char *p = realloc(r->p, cap);
	if (!p)
		return err_set(e, EX_OSERR, "out of memory");
	r->p = p;
	r->cap = cap;
	return 0;
}

int reader_fill(struct reader *r, struct err *e)
{
	if (r->eof)
		return 0;
	if (r->before_fill && r->before_fill(r->before_wait_arg, e) < 0)
		return -1;
	if (make_room(r, e) < 0)
		return -1;
	int ready = stop_flag ? 0 : wait_ready(r, e);
	if (ready < 0)
		return -1;
	ssize_t n = ready ? r->in.read(&r->in, r->p + r->to, r->read_size, e) : 0;
	if (n == INPUT_AGAIN)
		return NEXT_LATER;
	if (n < 0)
		return -1;
	if (n == 0) {
		r->eof = true;
		r->stopped = stop_flag != 0;
	}
	r->to += (size_t)n;
	return n > 0;
}

/* The line of N bytes at r->from (and those that were skipped) goes out; NEWLINE: one stands behind it. */
static int give(struct reader *r, size_t n, bool newline, struct line *out)
{
	size_t head = r->max < HEAD ? r->max : HEAD;
	bool too_long = n > r->max || r->skipped > 0;
	*out = (struct line){ { r->p + r->from, too_long && n > head ? head : n }, ++r->number, r->offset, newline,
		too_long };
	r->offset += n + r->skipped + newline;
	r->from += n + newline;
	r->scanned = r->from;
	r->skipped = 0;
	return 1;
}

/* No newline so far in more bytes than a line may have: keeps the head only. */
static void skip(struct reader *r)
{
	size_t head = r->max < HEAD ? r->max : HEAD;
	r->skipped += r->to - r->from - head;
	r->to = r->from + head;
	r->scanned = r->to;
}

static int next_line(struct reader *r, struct line *out, struct err *e)
{
	for (;;) {
		const char *at = memchr(r->p + r->scanned, '\n', r->to - r->scanned);
		if (at)
			return give(r, (size_t)(at - r->p) - r->from, true, out);
		r->scanned = r->to;
		if (r->skipped > 0 || r->to - r->from > r->max)
			skip(r);
		int n = reader_fill(r, e);
		if (n < 0 || n == NEXT_LATER)
			return n;
		if (n == 0)
			break;
	}
	if (r->to == r->from || r->stopped)
		return 0;
	return give(r, r->to - r->from, false, out);
}

int reader_next(struct reader *r, struct line *out, struct err *e)
{
	/* what nearly every line is: all there, not too long, and not blank, since it begins with something */
	const char *p = r->p + r->from, *at = memchr(r->p + r->scanned, '\n', r->to - r->scanned);
	if (at && at > p && (size_t)(at - p) <= r->max && (unsigned char)*p > ' ' && r->skipped == 0) {
		size_t n = (size_t)(at - p);
		*out = (struct line){ { p, n }, ++r->number, r->offset, true, false };
		r->offset += n + 1;
		r->scanned = r->from += n + 1;
		return 1;
	}
	int n;
	do
		n = next_line(r, out, e);
	while (n == 1 && r->skip_blank && !out->too_long && line_is_blank(out->text));
	return n;
}
