/* csv_head.c -- reads the start of a table: lines to skip, the line "sep=;", the names of the columns. If the delimiter
 * was not given, guesses it from the first lines. */
#include "sp-capture/format/csv_guess.h"
#include "sp-capture/format/csv_internal.h"
#include "sp-capture/format/csv_names.h"
#include "sp-capture/format/decode_line.h"

/* The separator is guessed from two records. A quoted field may continue them over more lines. When more than this
 * number of lines was read, the field is not followed any further. */
enum { GUESS_LINES = 64 };

/* Drops LINE, the first unread line, and counts it. LINE is SPAN_NONE if the line has more than d->max bytes. Then only
 * d->max bytes are dropped, and csv_skip_rest() must drop the rest of the line. */
static void drop_line(struct csv_decoder *d, struct reader *in, struct span line)
{
	in->number++;
	d->skipping = !line.p;
	reader_take(in, line.p ? line.n : d->max);
}

int csv_skip_comments(struct csv_decoder *d, struct reader *in, struct err *e)
{
	for (;;) {
		struct span line;
		int r = csv_skip_rest(d, in, e);
		if (r == NEXT_EVENT)
			r = decode_line_whole(in, &line, e);
		if (r != NEXT_EVENT || *reader_unread(in).p != d->walk.dialect.comment)
			return r;
		drop_line(d, in, line);
	}
}

/* Drops the lines that --skip N asks for, if earlier calls have not dropped all of them. Returns NEXT_EVENT when they
 * are dropped, or NEXT_END, NEXT_LATER or NEXT_ERROR. */
static int skip_lines(struct csv_decoder *d, struct reader *in, struct err *e)
{
	int r = csv_skip_rest(d, in, e);
	while (r == NEXT_EVENT && d->to_skip > 0) {
		struct span line;
		r = decode_line_whole(in, &line, e);
		if (r != NEXT_EVENT)
			return r;
		d->to_skip--;
		drop_line(d, in, line);
		r = csv_skip_rest(d, in, e);
	}
	return r;
}

/* Drops blank lines and comments. Returns NEXT_EVENT if the next unread line is the first line of the table, otherwise
 * NEXT_END, NEXT_LATER or NEXT_ERROR. */
static int find_first_line(struct csv_decoder *d, struct reader *in, struct err *e)
{
	for (;;) {
		struct span line;
		int r = d->walk.dialect.comment ? csv_skip_comments(d, in, e) : NEXT_EVENT;
		if (r == NEXT_EVENT)
			r = decode_line_whole(in, &line, e);
		if (r != NEXT_EVENT || !line.p || !line_is_blank(csv_without_end(line)))
			return r;
		drop_line(d, in, line);
	}
}

/* Reads until the unread bytes have LINES whole lines, have more than d->max bytes, or are the end of the input. Sets
 * *HEAD to these bytes. Returns NEXT_EVENT, NEXT_LATER or NEXT_ERROR. */
static int read_lines(const struct csv_decoder *d, struct reader *in, size_t lines, struct span *head, struct err *e)
{
	for (;;) {
		struct span s = reader_unread(in);
		size_t found = 0, n = 0;
		while (found < lines && n < s.n) {
			const char *newline = memchr(s.p + n, '\n', s.n - n);
			n = newline ? (size_t)(newline - s.p) + 1 : s.n;
			found += newline != NULL;
		}
		/* HEAD has at most one byte more than the limit, even if more bytes were read. So the result does not
		 * depend on the sizes of the reads. */
		*head = (struct span){ s.p, n > d->max + 1 ? d->max + 1 : n };
		if (found == lines || n > d->max || in->eof)
			return NEXT_EVENT;
		int r = reader_fill(in, e);
		if (r == NEXT_ERROR || r == NEXT_LATER)
			return r;
	}
}

/* Drops the first line if it is "sep=C". If the separator is not known yet, sets it to C, or guesses it from the first
 * lines if there is no such line. Returns NEXT_EVENT, NEXT_END, NEXT_LATER or NEXT_ERROR. */
static int find_separator(struct csv_decoder *d, struct reader *in, struct err *e)
{
	struct csv_dialect *dialect = &d->walk.dialect;
	struct span head;
	char said;
	int r = find_first_line(d, in, e);
	if (r == NEXT_EVENT)
		r = read_lines(d, in, 1, &head, e);
	if (r != NEXT_EVENT)
		return r;
	if (csv_guess_sep_line(head, &said)) {
		drop_line(d, in, head);
		if (!dialect->separator)
			csv_dialect_separate(dialect, said);
		return NEXT_EVENT;
	}
	if (dialect->separator)
		return NEXT_EVENT;
	/* With --columns the number of columns is known, so one line is enough, and its event need not wait for a
	 * second line. If HEAD ends inside a quoted field, more lines are read. */
	for (size_t lines = d->names_given ? 1 : 2;; lines *= 2) {
		bool whole;
		r = read_lines(d, in, lines, &head, e);
		if (r != NEXT_EVENT)
			return r;
		said = csv_guess_separator(dialect, head, d->columns.count, &whole);
		if (whole || lines > GUESS_LINES || head.n > d->max || (in->eof && head.n == reader_unread(in).n))
			break;
	}
	csv_dialect_separate(dialect, said);
	return NEXT_EVENT;
}

/* Returns true if a field of RECORD without quotes contains a carriage return. This is a sign that the lines of the
 * source end in carriage returns only, because RECORD then has the text of many lines. */
static bool has_bare_return(const struct csv_walk *w, struct span record)
{
	for (size_t i = 0; i < w->count; i++)
		if (!w->fields[i].quoted && memchr(record.p + w->fields[i].offset, '\r', w->fields[i].n))
			return true;
	return false;
}

/* Reads the names of the columns from OUT, the first record. R is the result of csv_next_record() for OUT: NEXT_EVENT
 * or NEXT_REJECTED. Returns 0. Returns -1 with E set if the names cannot be used: without names, no record can become
 * an event. */
static int read_header(struct csv_decoder *d, struct reader *in, struct record *out, int r, struct err *e)
{
	const char *name = in->in.name;
	if (r == NEXT_EVENT)
		r = decode_line_check_text(out->raw, d->bytes, out);
	if (r == NEXT_REJECTED)
		return err_set(e, EX_DATAERR, "%s: the header line: %s", name, out->why);
	if ((d->bytes & BYTES_CONTROL) && has_bare_return(&d->walk, out->raw))
		return err_set(e, EX_DATAERR,
			"%s: the lines end in carriage returns only; convert them first: tr '\\r' '\\n'", name);
	struct err fault = ERR_INIT;
	struct buf made;
	buf_init(&made, SIZE_MAX / 2);
	int result = csv_columns_set(&d->columns, &d->walk, out->raw, &d->text, &made, &fault);
	if (result < 0)
		err_set(e, fault.status, "%s: %s%s", name, fault.msg,
			fault.status == EX_DATAERR ? "; give the names with --columns, and --skip 1" : "");
	else if (made.n > 0 && d->options->note)
		d->options->note(name,
			made.n > 400 ? "columns without names, or with equal ones, got new names" : buf_string(&made));
	buf_release(&made);
	return result;
}

/* The first call stores the place where the head begins in d->start. csv_position() returns this place until the whole
 * head is read, so that a later run reads the head again. */
int csv_head(struct decoder *decoder, struct reader *in, struct err *e)
{
	struct csv_decoder *d = (struct csv_decoder *)decoder;
	if (d->ready)
		return NEXT_EVENT;
	if (!d->started) {
		d->start = (struct position){ .offset = in->offset, .number = in->number };
		d->to_skip = d->walk.dialect.skip;
		d->started = true;
	}
	int r = skip_lines(d, in, e);
	if (r == NEXT_EVENT && !d->separated)
		r = find_separator(d, in, e);
	if (r != NEXT_EVENT)
		return r;
	d->separated = true;
	struct record header;
	if (!d->names_given) {
		r = csv_next_record(d, in, &header, e);
		if (r != NEXT_EVENT && r != NEXT_REJECTED)
			return r;
		r = read_header(d, in, &header, r, e) < 0 ? NEXT_ERROR : NEXT_EVENT;
		csv_walk_start(&d->walk);
	}
	/* csv_seek() needs this offset to know whether a position is before the end of the head. */
	d->head_end = in->offset;
	d->ready = r == NEXT_EVENT;
	return r;
}
