/* syslog_frame.c -- finds the next message of a system log.
 *
 * RFC 6587, 3.4.1, puts the number of its bytes before each message: "83 <40>1 ...". Such frames are found in files that
 * keep what came over TCP, and in Heroku's drains. A frame may hold newlines. If the frame is too long, or its count is
 * found to be wrong, it is read as a line. */
#include "sp-capture/format/syslog_frame.h"
#include "sp-capture/format/log_time.h"

enum { COUNT_DIGITS = 7 }; /* the longest count is that of the longest event, 1 GiB, less a few digits */

/* Makes sure that at least N bytes are unread in IN. Returns NEXT_EVENT if they are, or NEXT_END, NEXT_LATER or
 * NEXT_ERROR. */
static int need(struct reader *in, size_t n, struct err *e)
{
	int r = NEXT_EVENT;
	while (r == NEXT_EVENT && reader_unread(in).n < n)
		r = reader_fill(in, e);
	return r;
}

/* Returns the length of a count and the space after it if S begins with a frame, "83 <4", and sets *N to the count.
 * Returns 0 if S does not, or is too short to say. */
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

/* Returns true if a line of FRAME, other than the first, begins with a digit. Then it may be another frame, and the count
 * of FRAME wrong. */
static bool is_doubtful(struct span frame)
{
	const char *p = frame.p, *end = p + frame.n;
	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL && ++p < end)
		if (*p >= '0' && *p <= '9')
			return true;
	return false;
}

/* Checks the count N of a doubtful frame, whose first byte is byte FRONT of the unread bytes of IN: after the frame must
 * come another one, a newline, or the end of the input. Returns NEXT_EVENT with *GOOD set, or NEXT_LATER or
 * NEXT_ERROR. */
static int check_count(struct reader *in, size_t front, size_t n, bool *good, struct err *e)
{
	int r = need(in, front + n + COUNT_DIGITS + 3, e);
	struct span after = reader_unread(in);
	after.p += front + n;
	after.n -= front + n;
	*good = after.n == 0 || *after.p == '\n' || *after.p == '\r' || frame_count(after, &n) > 0;
	return r == NEXT_END ? NEXT_EVENT : r;
}

/* Skips empty lines, because a frame may come after one. Returns NEXT_EVENT if a byte is unread after them, or NEXT_END,
 * NEXT_LATER or NEXT_ERROR. */
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

/* Looks for a frame at the unread bytes of IN. Returns NEXT_EVENT with *FRAME set to it and *FRONT to the length of its
 * count, or *FRONT 0 if there is no whole frame; or NEXT_LATER or NEXT_ERROR. Sets *MISSING to how many bytes the last
 * frame of the input lacks. */
static int find_frame(struct reader *in, struct span *frame, size_t *front, size_t *missing, struct err *e)
{
	size_t n = 0;
	*front = *missing = 0;
	int r = skip_empty_lines(in, e);
	char first = r == NEXT_EVENT ? *reader_unread(in).p : '\0';
	if (first >= '1' && first <= '9') {
		/* Most lines that begin with a digit begin with a year. Two bytes more than a count tell them apart. */
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
	if (good && is_doubtful((struct span){ unread.p + *front, n }))
		r = check_count(in, *front, n, &good, e);
	*front = good ? *front : 0;
	*frame = (struct span){ reader_unread(in).p + *front, n };
	return r == NEXT_LATER || r == NEXT_ERROR ? r : NEXT_EVENT;
}

int syslog_frame_next(struct reader *in, struct record *out, struct err *e)
{
	struct span frame;
	size_t front = 0, missing = 0;
	unsigned bytes;
	/* Most lines begin with a letter or '<'. While a line that is too long is skipped, the unread bytes are no start of
	 * a line. */
	struct span unread = reader_unread(in);
	int r = in->skipped == 0 && (unread.n == 0 || *unread.p <= '9') ? find_frame(in, &frame, &front, &missing, e) :
									  NEXT_EVENT;
	if (r != NEXT_EVENT)
		return r;
	if (front == 0)
		r = decode_line_next(in, false, out, &bytes, e);
	/* The newline that ends the last frame is often left out. */
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
