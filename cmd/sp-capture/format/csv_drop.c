/* csv_drop.c -- rejects a record of CSV that cannot be read, and drops its first line.
 *
 * Only the first line is dropped, because the lines after it may be good records. If the end of the line was not read
 * yet, the bytes of the line that were read are dropped at once, and the other bytes when they are read. So a line of
 * any length needs no more memory than a line within the limit. */
#include "sp-capture/format/csv_internal.h"

/* A rejected line without a newline is either the last line of the input or longer than the limit. Its dead letter,
 * which is the copy that the program keeps of a rejected record, has at most this number of bytes. */
enum { RAW_KEPT_BYTES = 256 };

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

/* Sets the raw text, number and offset of OUT to those of the first unread line, and drops the line. If the first
 * d->max + 1 unread bytes have no newline, drops only these bytes, and csv_skip_rest() must drop the rest of the line
 * later. The caller must call record_reject() before. Returns NEXT_REJECTED. */
static int drop_line(struct csv_decoder *d, struct reader *in, struct record *out)
{
	struct span s = reader_unread(in);
	size_t searched = s.n > d->max + 1 ? d->max + 1 : s.n;
	const char *newline = memchr(s.p, '\n', searched);
	d->skipping = !newline;
	csv_set_raw(out, in,
		newline                           ? (size_t)(newline - s.p) + 1 :
			searched > RAW_KEPT_BYTES ? RAW_KEPT_BYTES :
						    searched);
	in->number++;
	reader_take(in, newline ? (size_t)(newline - s.p) + 1 : searched);
	return NEXT_REJECTED;
}

/* Drops the first line of a record. The end of the record was not found in the first SEARCHED unread bytes. From then
 * on each other line in these bytes must be a record of its own (one_line_until). Otherwise each line could begin a
 * new search for a closing quote, and the time would grow with the square of the size of the input. Returns
 * NEXT_REJECTED. */
static int drop_record(struct csv_decoder *d, struct reader *in, struct record *out, size_t searched)
{
	struct span s = reader_unread(in);
	const char *last = searched ? memrchr(s.p, '\n', searched) : NULL;
	uint64_t until = in->offset + (last ? (uint64_t)(last - s.p) + 1 : 0);
	if (until > d->one_line_until)
		d->one_line_until = until;
	return drop_line(d, in, out);
}

int csv_reject_unclosed(struct csv_decoder *d, struct reader *in, struct record *out, const char *where,
	size_t searched)
{
	record_reject(out, "no closing quote",
		"no closing quote of the field at byte %zu %s; --quote none takes quotes as text", d->walk.start + 1,
		where);
	return drop_record(d, in, out, searched);
}

/* Rejects OUT. If the opening and the closing quote are on different lines, the closing quote is probably the opening
 * quote of another record. Then the reason says that a quote is not closed. Returns NEXT_REJECTED. */
int csv_reject_text_after(struct csv_decoder *d, struct reader *in, struct record *out)
{
	struct span s = reader_unread(in);
	size_t lines = csv_count_newlines((struct span){ s.p, d->walk.pos });
	if (lines > 0)
		return csv_reject_unclosed(d, in, out, "(the next quote is followed by text)", d->walk.pos);
	record_reject(out, "text after a quote",
		"text after the closing quote at byte %zu; --quote none takes quotes as text", d->walk.pos + 1);
	return drop_line(d, in, out);
}

int csv_reject_long(struct csv_decoder *d, struct reader *in, struct record *out, size_t searched)
{
	record_reject(out, "record too long", "record of more than %zu bytes (see --max-event)%s", d->max,
		d->walk.any_quoted ? ": is a closing quote missing?" : "");
	return drop_record(d, in, out, searched);
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
