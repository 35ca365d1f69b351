/* reader.c -- an input cut into lines.
 *
 * Unread bytes are p[from..to). memchr() searches for the next newline from `scanned` on, so no byte is searched twice.
 * If there is no newline, the incomplete line is moved to the start of the buffer and more bytes are read after it;
 * nothing else is copied. Of a line over the limit only the first HEAD bytes are kept. The rest is dropped as it
 * arrives and counted in `skipped`, so that memory stays bounded and offsets stay correct.
 *
 * Under checkpoints, the sum of the input is computed over long pieces, because that is fastest: when the buffer
 * changes, when bytes are dropped, and when a control line is returned. At other times p[summed..from) is not in the
 * sum yet. Without checkpoints there is no sum, and nothing is computed. */
#include "stream/reader.h"
#include "base/fault.h"
#include "stream/stop.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>

enum { HEAD = 256 }; /* bytes kept of a line over the limit, for the dead letter */

/* Returns READ_SIZE, or the smaller SP_READ_SIZE: tests set it so that reads end at every position in a line. */
static size_t reader_read_size(void)
{
	const char *text = getenv("SP_READ_SIZE");
	long n = text ? strtol(text, NULL, 10) : 0;
	return n > 0 && n <= READ_SIZE ? (size_t)n : READ_SIZE;
}

int reader_init(struct reader *r, struct input in, size_t max, struct err *e)
{
	*r = (struct reader){ .in = in, .max = max, .read_size = reader_read_size() };
	r->cap = r->read_size + 4096; /* room for a read after the beginning of a line */
	r->p = malloc(r->cap);
	if (!r->p)
		return err_oom(e, "the input buffer");
	if (in.fd >= 0)
		/* A larger pipe is faster. The call fails if the input is not a pipe or the size is not permitted:
		 * both are fine. */
		(void)fcntl(in.fd, F_SETPIPE_SZ, 1 << 20);
	return 0;
}

void reader_release(struct reader *r)
{
	if (r->in.close)
		r->in.close(&r->in);
	free(r->p);
	sum_free(r->sum);
	*r = (struct reader){ .in.fd = -1 };
}

/* Adds the bytes p[summed..end) to the sum, if there is one. */
static void reader_sum_to(struct reader *r, size_t end)
{
	if (!r->sum || end <= r->summed)
		return;
	sum_add(r->sum, r->p + r->summed, end - r->summed);
	r->summed = end;
}

int reader_sum_begin(struct reader *r, struct err *e)
{
	uint64_t bytes, hash;
	if (!r->sum && !(r->sum = sum_new(e)))
		return -1;
	sum_take(r->sum, &bytes, &hash);
	r->summed = r->from;
	return 0;
}

void reader_sum_take(struct reader *r, struct span line, uint64_t *bytes, uint64_t *hash)
{
	reader_sum_to(r, (size_t)(line.p - r->p));
	sum_take(r->sum, bytes, hash);
	r->summed = r->from;
}

/* What reader_wait() returns. */
enum ready { FAILED = -1, STOPPED, READY, IMPATIENT };

/* Waits until a read would not block. Returns
 * - READY if the caller may read;
 * - STOPPED if the stop flag is set;
 * - IMPATIENT if r->patience_ms has passed without input;
 * - FAILED with E set if one of the caller's functions in r->hooks failed. */
static enum ready reader_wait(struct reader *r, struct err *e)
{
	const struct reader_hooks *h = &r->hooks;
	struct pollfd p = { r->in.fd, POLLIN, 0 };
	/* If bytes are ready, before_wait() is not called. It flushes the output, and many small writes would be
	 * slow. */
	if (r->in.fd < 0 || poll(&p, 1, 0) != 0)
		return READY;
	for (;;) {
		if (h->before_wait && h->before_wait(h->arg, e) < 0)
			return FAILED;
		int64_t idle_ms = h->on_idle && r->timeout_ms > 0 ? r->timeout_ms : -1;
		int64_t timeout = r->patience_ms > 0 ? r->patience_ms : idle_ms;
		int n = stop_poll(&p, 1, timeout);
		if (stop_flag)
			return STOPPED;
		/* If poll(2) failed, the caller reads nevertheless, and read(2) reports the reason. */
		if (n > 0 || (n < 0 && errno != EINTR))
			return READY;
		if (n == 0 && r->patience_ms > 0)
			return IMPATIENT;
		if (n == 0 && h->on_idle && h->on_idle(h->arg, e) < 0)
			return FAILED;
	}
}

/* Moves the unread bytes to the start of the buffer and makes room for one read after them. Returns 0, or -1 with E set
 * if more than twice the line limit is unread or memory is exhausted. */
static int reader_make_room(struct reader *r, struct err *e)
{
	size_t unread = r->to - r->from;
	if (r->from > 0) {
		memmove(r->p, r->p + r->from, unread);
		r->scanned -= r->from;
		/* Without a sum, `summed` has no meaning. With one, reader_fill() has summed all bytes up to `from`. */
		r->summed -= r->from;
		r->from = 0;
		r->to = unread;
	}
	/* The usual case ends here: the unread part of a line is short, so the buffer has room for a whole read. */
	if (r->cap - unread >= r->read_size)
		return 0;
	if (unread > 2 * r->max)
		return err_set(e, EX_DATAERR, "%s: more than %zu bytes in one piece", r->in.name, 2 * r->max);
	size_t cap = 2 * unread + r->read_size;
	char *p = realloc(r->p, cap);
	if (!p)
		return err_oom(e, "the input buffer");
	r->p = p;
	r->cap = cap;
	return 0;
}

/* Calls before_fill() first, because reader_make_room() moves the bytes that lines returned earlier point to. Returns
 * NEXT_EVENT if bytes were read, otherwise NEXT_END, NEXT_LATER or NEXT_ERROR. */
enum next reader_fill(struct reader *r, struct err *e)
{
	if (r->eof)
		return NEXT_END;
	fault_point("read");
	if (r->hooks.before_fill && r->hooks.before_fill(r->hooks.arg, e) < 0)
		return NEXT_ERROR;
	/* An incomplete line is not summed yet: it may be a control line, which is not in the sum. */
	reader_sum_to(r, r->from);
	if (reader_make_room(r, e) < 0)
		return NEXT_ERROR;
	enum ready ready = stop_flag ? STOPPED : reader_wait(r, e);
	if (ready == FAILED)
		return NEXT_ERROR;
	if (ready == IMPATIENT)
		return NEXT_LATER;
	ssize_t n = ready == READY ? r->in.read(&r->in, r->p + r->to, r->read_size, e) : 0;
	if (n == INPUT_AGAIN)
		return NEXT_LATER;
	if (n < 0)
		return NEXT_ERROR;
	if (n == 0) {
		r->eof = true;
		r->stopped = stop_flag != 0 || r->may_grow;
		return NEXT_END;
	}
	r->to += (size_t)n;
	return NEXT_EVENT;
}

/* Sets *OUT to the next line: the N bytes at p[from] and the bytes that reader_skip() has dropped. Moves `from` past
 * the line. NEWLINE is true if a newline follows. Always returns NEXT_EVENT. */
static enum next reader_give(struct reader *r, size_t n, bool newline, struct line *out)
{
	size_t head = r->max < HEAD ? r->max : HEAD;
	bool too_long = n > r->max || r->skipped > 0;
	*out = (struct line){ { r->p + r->from, too_long && n > head ? head : n }, ++r->number, r->offset, newline,
		too_long };
	r->offset += n + r->skipped + newline;
	r->from += n + newline;
	r->scanned = r->from;
	r->skipped = 0;
	return NEXT_EVENT;
}

/* Drops all but the first HEAD bytes of an incomplete line that is already over the limit. */
static void reader_skip(struct reader *r)
{
	size_t head = r->max < HEAD ? r->max : HEAD;
	reader_sum_to(r, r->to);
	r->skipped += r->to - r->from - head;
	r->to = r->from + head;
	r->scanned = r->summed = r->to;
}

/* Sets *OUT to the next line, even a blank one, and reads more input if needed. Returns NEXT_EVENT, NEXT_END,
 * NEXT_LATER or NEXT_ERROR. */
static enum next reader_next_line(struct reader *r, struct line *out, struct err *e)
{
	for (;;) {
		const char *newline = memchr(r->p + r->scanned, '\n', r->to - r->scanned);
		if (newline)
			return reader_give(r, (size_t)(newline - r->p) - r->from, true, out);
		r->scanned = r->to;
		if (r->skipped > 0 || r->to - r->from > r->max)
			reader_skip(r);
		enum next n = reader_fill(r, e);
		if (n == NEXT_ERROR || n == NEXT_LATER)
			return n;
		if (n == NEXT_END)
			break;
	}
	/* Bytes after the last newline are a line as well, unless the rest of the line may still come. */
	if (r->to == r->from || r->stopped)
		return NEXT_END;
	return reader_give(r, r->to - r->from, false, out);
}

enum next reader_next(struct reader *r, struct line *out, struct err *e)
{
	/* The usual case is handled without a call: a complete line within the limit that does not begin with white
	 * space, so that it cannot be blank. */
	const char *p = r->p + r->from, *newline = memchr(r->p + r->scanned, '\n', r->to - r->scanned);
	if (newline && newline > p && (size_t)(newline - p) <= r->max && (unsigned char)*p > ' ' && r->skipped == 0) {
		size_t n = (size_t)(newline - p);
		*out = (struct line){ { p, n }, ++r->number, r->offset, true, false };
		r->offset += n + 1;
		r->scanned = r->from += n + 1;
		return NEXT_EVENT;
	}
	enum next n;
	do
		n = reader_next_line(r, out, e);
	while (n == NEXT_EVENT && r->skip_blank && !out->too_long && line_is_blank(out->text));
	return n;
}
