/* syslog_frame.c -- finds the next message of a system log.
 *
 * In RFC 6587, 3.4.1, a frame is a message after the number of its bytes: "83 <40>1 ...". Frames are found in files of
 * messages that came over TCP, and in the logs that Heroku sends (log drains). A frame may contain newlines. If a frame
 * is too long, or if its count proves wrong, the text is read as a line. */
#include "sp-capture/format/syslog_frame.h"
#include "sp-capture/format/log_time.h"

enum { COUNT_DIGITS = 7 }; /* the most digits of a count */

/* Reads until at least N bytes of IN are unread. Returns NEXT_EVENT, or NEXT_END, NEXT_LATER or NEXT_ERROR if there are
 * fewer. */
static int need(struct reader *in, size_t n, struct err *e)
{
	int r = NEXT_EVENT;
	while (r == NEXT_EVENT && reader_unread(in).n < n)
		r = reader_fill(in, e);
	return r;
}

/* Checks whether S begins with a frame: a count, a space, and the start of a priority, as in "83 <4". If so, sets *N to
 * the count, and returns the length of the count and the space. Returns 0 if S does not begin with a frame, or is too
 * short to tell. */
static size_t frame_count(struct span s, size_t *n)
{
	size_t digits = 0;
	*n = 0;
	for (; digits < s.n && digits <= COUNT_DIGITS && s.p[digits] >= '0' && s.p[digits] <= '9'; digits++)
		*n = *n * 10 + (size_t)(s.p[digits] - '0');
	bool frame = digits > 0 && digits <= COUNT_DIGITS && s.p[0] != '0' && s.n >= digits + 3 && s.p[digits] == ' ' &&
		s.p[digits + 1] == '<' && log_time_digits(s.p + digits + 2, 1) >= 0;
	return frame ? digits + 1 : 0;
}

/* Returns true if a line of FRAME other than the first begins with a digit. This line may be the next frame, and then
 * the count of FRAME is wrong. */
static bool is_doubtful(struct span frame)
{
	const char *p = frame.p, *end = p + frame.n;
	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL && ++p < end)
		if (*p >= '0' && *p <= '9')
			return true;
	return false;
}

/* Checks the count N of a frame for which is_doubtful() is true. FRONT is the number of unread bytes of IN before the
 * frame. The count is right if the input ends after the frame, or goes on with a line end or another frame. Returns
 * NEXT_EVENT with *GOOD set to the result, NEXT_END if the answer depends on bytes that may still come, or NEXT_LATER
 * or NEXT_ERROR. */
static int check_count(struct reader *in, size_t front, size_t n, bool *good, struct err *e)
{
	int r = need(in, front + n + COUNT_DIGITS + 3, e);
	struct span after = reader_unread(in);
	after.p += front + n;
	after.n -= front + n;
	*good = after.n == 0 || *after.p == '\n' || *after.p == '\r' || frame_count(after, &n) > 0;
	/* If the input may grow, what comes after the frame is not known yet. */
	if (r == NEXT_END && in->stopped && (after.n == 0 || !*good))
		return NEXT_END;
	return r == NEXT_END ? NEXT_EVENT : r;
}

/* Skips empty lines, which may stand before a frame. Returns NEXT_EVENT if there is an unread byte after the empty
 * lines, or NEXT_END, NEXT_LATER or NEXT_ERROR. */
static int skip_empty_lines(struct reader *in, struct err *e)
{
	int r = need(in, 1, e);
	while (r == NEXT_EVENT && (*reader_unread(in).p == '\n' || *reader_unread(in).p == '\r')) {
		size_t n = *reader_unread(in).p == '\r' ? 2 : 1;
		r = need(in, n, e);
		if (r != NEXT_EVENT || reader_unread(in).p[n - 1] != '\n')
			break;
		reader_take(in, n);
		in->number++;
		r = need(in, 1, e);
	}
	return r;
}

/* Looks for a frame at the start of the unread bytes of IN. Returns NEXT_EVENT, NEXT_LATER or NEXT_ERROR, or NEXT_END
 * if the input ends inside the frame but may grow. After NEXT_EVENT, *FRAME is the message of the frame and *FRONT is
 * the length of its count and the space. If there is no whole frame, *FRONT is 0. If the input ends inside the frame,
 * *MISSING is the number of bytes that are missing, otherwise 0. */
static int find_frame(struct reader *in, struct span *frame, size_t *front, size_t *missing, struct err *e)
{
	size_t n = 0;
	*front = *missing = 0;
	int r = skip_empty_lines(in, e);
	char first = r == NEXT_EVENT ? *reader_unread(in).p : '\0';
	if (first >= '1' && first <= '9') {
		/* Most lines that begin with a digit begin with a year and not with a count. So the bytes are read one
		 * by one, and the loop ends at the first byte that cannot belong to "COUNT <". A line that begins with
		 * a year then need not wait for bytes after it. */
		for (size_t i = 2; r == NEXT_EVENT && *front == 0 && i <= COUNT_DIGITS + 3; i++) {
			char last = reader_unread(in).p[i - 2];
			if (last != ' ' && last != '<' && (last < '0' || last > '9'))
				break;
			r = need(in, i, e);
			*front = frame_count(reader_unread(in), &n);
		}
		if (*front > 0 && n <= in->max)
			r = need(in, *front + n, e);
	}
	struct span unread = reader_unread(in);
	bool good = *front > 0 && n <= in->max && unread.n >= *front + n;
	if (*front > 0 && n <= in->max && unread.n < *front + n)
		*missing = *front + n - unread.n;
	if (good && is_doubtful((struct span){ unread.p + *front, n })) {
		r = check_count(in, *front, n, &good, e);
		if (r == NEXT_END)
			return NEXT_END;
	}
	if (*missing > 0 && in->stopped)
		return NEXT_END;
	*front = good ? *front : 0;
	*frame = (struct span){ reader_unread(in).p + *front, n };
	return r == NEXT_LATER || r == NEXT_ERROR ? r : NEXT_EVENT;
}

int syslog_frame_next(struct reader *in, struct record *out, struct err *e)
{
	struct span frame;
	size_t front = 0, missing = 0;
	unsigned bytes;
	/* A frame begins with a digit, perhaps after empty lines. So no frame is looked for if the first byte is
	 * greater than '9', as in most lines. While a line that is too long is skipped, the unread bytes are not the
	 * start of a line, and no frame is looked for. */
	struct span unread = reader_unread(in);
	int r = in->skipped == 0 && (unread.n == 0 || *unread.p <= '9') ? find_frame(in, &frame, &front, &missing, e) :
									  NEXT_EVENT;
	if (r != NEXT_EVENT)
		return r;
	if (front == 0)
		r = decode_line_next(in, false, out, &bytes, e);
	/* One missing byte is no fault: the newline at the end of the last frame is often left out. */
	if (r == NEXT_EVENT && missing > 1)
		return record_reject(out, "torn line", "the input ends %zu bytes before the frame does", missing);
	if (front == 0)
		return r;
	out->number = in->number + 1;
	out->offset = in->offset + front;
	for (size_t i = 0; i < frame.n; i++)
		in->number += frame.p[i] == '\n';
	reader_take(in, front + frame.n);
	if (frame.n > 0 && frame.p[frame.n - 1] == '\n')
		frame.n--;
	if (frame.n > 0 && frame.p[frame.n - 1] == '\r')
		frame.n--;
	out->raw = frame;
	return decode_line_check_text(frame, decode_line_bytes(frame), out);
}
