/* csv_drop.c -- giving up a record that cannot be read.
 *
 * Only one line is given up, the first of the record, because the lines after it may be good records. If its end was not
 * read yet, the bytes that are there are dropped at once, and the rest is dropped as it is read. So a line of any length
 * needs no more memory than one within the limit. */
#include "sp-capture/format/csv_internal.h"

enum { HEAD = 256 }; /* bytes that a dead letter keeps of a line that is too long to be kept */

size_t csv_count_newlines(struct span s)
{
	size_t n = 0;
	for (const char *p = s.p, *end = s.p + s.n; p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		n++;
	return n;
}

void csv_set_raw(struct record *out, const struct reader *in, size_t n)
{
	out->raw = csv_without_end((struct span){ reader_unread(in).p, n });
	out->number = in->number + 1;
	out->offset = in->offset;
}

/* Drops the first unread line, or the part of it that was read, and sets the place and the raw text of OUT, which the
 * caller has rejected. Returns NEXT_REJECTED. */
static int drop_line(struct csv_decoder *d, struct reader *in, struct record *out)
{
	struct span s = reader_unread(in);
	size_t looked = s.n > d->max + 1 ? d->max + 1 : s.n;
	const char *newline = memchr(s.p, '\n', looked);
	d->skipping = !newline;
	csv_set_raw(out, in, newline ? (size_t)(newline - s.p) + 1 : looked > HEAD ? HEAD : looked);
	in->number++;
	reader_take(in, newline ? (size_t)(newline - s.p) + 1 : looked);
	return NEXT_REJECTED;
}

/* Drops the first line of a record that seemed to have more than one. The other lines in the first LOOKED bytes must then be
 * complete records: if each of them could begin another search for a closing quote, the time would grow with the square
 * of the input. */
static int drop_record(struct csv_decoder *d, struct reader *in, struct record *out, size_t looked)
{
	struct span s = reader_unread(in);
	const char *last = looked ? memrchr(s.p, '\n', looked) : NULL;
	uint64_t until = in->offset + (last ? (uint64_t)(last - s.p) + 1 : 0);
	if (until > d->lone_until)
		d->lone_until = until;
	return drop_line(d, in, out);
}

int csv_reject_open(struct csv_decoder *d, struct reader *in, struct record *out, const char *until, size_t looked)
{
	record_reject(out, "no closing quote", "no closing quote of the field at byte %zu %s", d->walk.start + 1,
		until);
	return drop_record(d, in, out, looked);
}

/* A closing quote on a later line than its opening quote is probably the opening quote of another record. Then the fault is
 * that the first quote is not closed. */
int csv_reject_text_after(struct csv_decoder *d, struct reader *in, struct record *out)
{
	struct span s = reader_unread(in);
	size_t lines = csv_count_newlines((struct span){ s.p, d->walk.pos });
	if (lines > 0)
		return csv_reject_open(d, in, out, "(the next quote is followed by text)", d->walk.pos);
	record_reject(out, "text after a quote", "text after the closing quote at byte %zu", d->walk.pos + 1);
	return drop_line(d, in, out);
}

int csv_reject_long(struct csv_decoder *d, struct reader *in, struct record *out, size_t looked)
{
	record_reject(out, "record too long", "record of more than %zu bytes (see --max-event)%s", d->max,
		d->walk.any_quoted ? ": is a closing quote missing?" : "");
	return drop_record(d, in, out, looked);
}

int csv_skip_rest(struct csv_decoder *d, struct reader *in, struct err *e)
{
	while (d->skipping) {
		struct span s = reader_unread(in);
		const char *newline = s.n ? memchr(s.p, '\n', s.n) : NULL;
		d->skipping = !newline;
		reader_take(in, newline ? (size_t)(newline - s.p) + 1 : s.n);
		int r = d->skipping ? reader_fill(in, e) : NEXT_EVENT;
		if (r != NEXT_EVENT)
			return r;
	}
	return NEXT_EVENT;
}
