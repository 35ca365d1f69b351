/* csv.c -- comma- and tab-separated values, RFC 4180: the first line (or --columns) names the fields.
 *
 * A quoted field may hold newlines, so a quote that is never closed could swallow the rest of the input. A
 * record that grows over the limit, meets the end of the input, or goes wrong behind its first line
 * therefore costs that line only: reading goes on at the next one. Lines that were looked at in vain then
 * have to end where they end (lone_until), so that no byte is looked at more than a few times. */
#include "sp-capture/format/table.h"
#include "sp-capture/format/csv_walk.h"
#include "sp-capture/format/decode_line.h"
#include "text/utf8.h"
#include <inttypes.h>

enum {
	HEAD = 256, /* what a dead letter keeps of a line that is too long to be kept */
	GO_ON = 100,
};

struct decoder {
	struct csv_walk walk;
	unsigned bytes; /* kinds of bytes in the record */
	size_t max;
	struct buf keys; /* {"a":,"b":... one behind the other */
	struct buf ends; /* size_t each: where a key ends in keys */
	size_t columns;  /* 0: not known yet */
	bool no_ts;      /* none of them is named ts or ts_source */
	struct buf out, text;
	uint64_t lone_until; /* records that begin before this offset of the input have one line */
	bool skipping;       /* inside a line whose rest is dropped */
	uint64_t head_end;   /* offset of the input after the header line; 0: no header was read */
};

/* ---- names ---- */

static struct span field_text(const struct csv_field *f, struct span record, struct buf *text)
{
	struct span s = { record.p + f->at, f->n };
	if (!f->doubled)
		return s;
	buf_reset(text);
	char *to = buf_room(text, s.n);
	if (!to)
		return SPAN_NONE;
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		to[n++] = s.p[i];
		i += s.p[i] == '"'; /* the second one */
	}
	return (struct span){ to, n };
}

/* A name the stream cannot have; what is wrong with it goes into E. */
static int check_name(struct span name, size_t number, struct err *e)
{
	if (name.n == 0)
		return err_set(e, EX_DATAERR, "column %zu has no name", number);
	if (parts_reserved(name))
		return err_set(e, EX_DATAERR, "column %zu is named '%.*s': names in $sp are reserved", number,
			name.n > 64 ? 64 : (int)name.n, name.p);
	return 0;
}

/* Do two of the keys name the same? They are written in one way only, so comparing them will do. */
static int check_twice(struct decoder *d, struct err *e)
{
	struct span *names = calloc(d->columns, sizeof *names);
	if (!names)
		return err_set(e, EX_OSERR, "out of memory for %zu columns", d->columns);
	const size_t *ends = (const size_t *)(const void *)d->ends.p;
	for (size_t i = 0; i < d->columns; i++) {
		size_t start = (i ? ends[i - 1] : 0) + 2; /* behind {" */
		names[i] = (struct span){ d->keys.p + start, ends[i] - start - 2 };
	}
	struct span twice = parts_twice(names, d->columns);
	free(names);
	return twice.p ?
		err_set(e, EX_DATAERR, "two columns are named '%.*s'", twice.n > 64 ? 64 : (int)twice.n, twice.p) :
		0;
}

/* The walked RECORD names the columns. */
static int set_columns(struct decoder *d, struct span record, struct err *e)
{
	d->columns = d->walk.count;
	d->no_ts = true;
	for (size_t i = 0; i < d->columns; i++) {
		struct span name = field_text(&d->walk.fields[i], record, &d->text);
		if (name.p && check_name(name, i + 1, e) < 0)
			return -1;
		d->no_ts &= !span_eq(name, SPAN("ts")) && !span_eq(name, SPAN("ts_source"));
		if (!name.p || buf_addc(&d->keys, i ? ',' : '{') < 0 || json_quote(name, &d->keys) < 0 ||
			buf_addc(&d->keys, ':') < 0 || buf_add(&d->ends, &d->keys.n, sizeof d->keys.n) < 0)
			return err_set(e, EX_OSERR, "out of memory for %zu columns", d->columns);
	}
	return check_twice(d, e);
}

static int set_columns_option(struct decoder *d, const char *text, struct err *e)
{
	struct span s = span_of(text);
	struct csv_walk w = d->walk;
	d->walk.separator = ',';
	csv_walk_start(&d->walk);
	int r = 0;
	if (utf8_valid(s) < s.n)
		r = err_set(e, EX_USAGE, "not UTF-8");
	else if (csv_walk(&d->walk, s, true) != CSV_DONE || d->walk.record_end < s.n)
		r = err_set(e, EX_USAGE, "write names with commas between them, such as a,b,c");
	else
		r = set_columns(d, s, e);
	d->walk.separator = w.separator;
	if (r < 0)
		err_context(e, "--columns");
	if (r < 0 && e->status == EX_DATAERR)
		e->status = EX_USAGE;
	return r;
}

/* ---- records ---- */

static size_t count_newlines(struct span s)
{
	size_t n = 0;
	for (const char *p = s.p, *end = s.p + s.n; p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		n++;
	return n;
}

static struct span without_end(struct span s)
{
	if (s.n > 0 && s.p[s.n - 1] == '\n')
		s.n--;
	if (s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	return s;
}

static void set_raw(struct record *out, const struct reader *in, size_t n)
{
	out->raw = without_end((struct span){ reader_unread(in).p, n });
	out->number = in->number + 1;
	out->offset = in->offset;
}

/* Gives up the line in front of what is unread, and not more; OUT has its reason already. */
static int drop_line(struct decoder *d, struct reader *in, struct record *out)
{
	struct span s = reader_unread(in);
	size_t looked = s.n > d->max + 1 ? d->max + 1 : s.n;
	const char *newline = memchr(s.p, '\n', looked);
	d->skipping = !newline;
	set_raw(out, in, newline ? (size_t)(newline - s.p) + 1 : looked > HEAD ? HEAD : looked);
	in->number++;
	reader_take(in, newline ? (size_t)(newline - s.p) + 1 : looked);
	return NEXT_REJECTED;
}

/* The record in front cannot be one: its line is dropped, and the lines up to LOOKED stand alone. */
static int drop_record(struct decoder *d, struct reader *in, struct record *out, size_t looked)
{
	struct span s = reader_unread(in);
	const char *last = looked ? memrchr(s.p, '\n', looked) : NULL;
	uint64_t until = in->offset + (last ? (uint64_t)(last - s.p) + 1 : 0);
	if (until > d->lone_until)
		d->lone_until = until;
	return drop_line(d, in, out);
}

static int reject_open(struct decoder *d, struct reader *in, struct record *out, const char *until, size_t looked)
{
	parts_reject(out, "no closing quote", "no closing quote of the field at byte %zu %s", d->walk.start + 1, until);
	return drop_record(d, in, out, looked);
}

static int reject_behind(struct decoder *d, struct reader *in, struct record *out)
{
	struct span s = reader_unread(in);
	size_t lines = count_newlines((struct span){ s.p, d->walk.pos });
	if (lines > 0)
		return reject_open(d, in, out, "(the next quote has text behind it)", d->walk.pos);
	parts_reject(out, "text behind a quote", "text behind the closing quote at byte %zu", d->walk.pos + 1);
	return drop_line(d, in, out);
}

static int reject_long(struct decoder *d, struct reader *in, struct record *out, size_t looked)
{
	parts_reject(out, "record too long", "record of more than %zu bytes (see --max-event)%s", d->max,
		d->walk.any_quoted ? ": is a closing quote missing?" : "");
	return drop_record(d, in, out, looked);
}

/* Drops the rest of a line that was rejected; 1: done, 0: the input is over, or as reader_fill(). */
static int skip_rest(struct decoder *d, struct reader *in, struct err *e)
{
	while (d->skipping) {
		struct span s = reader_unread(in);
		const char *newline = s.n ? memchr(s.p, '\n', s.n) : NULL;
		d->skipping = !newline;
		reader_take(in, newline ? (size_t)(newline - s.p) + 1 : s.n);
		int r = d->skipping ? reader_fill(in, e) : 1;
		if (r != 1)
			return r;
	}
	return 1;
}

/* What WALKED makes of the N bytes that were walked over: NEXT_EVENT, a reject, -1, or GO_ON reading. */
static int judge(struct decoder *d, struct reader *in, struct record *out, enum csv_walked walked, size_t n, bool lone,
	struct err *e)
{
	bool newline = n > 0 && reader_unread(in).p[n - 1] == '\n';
	if (walked == CSV_DONE && n - newline <= d->max)
		return in->stopped && !newline ? NEXT_END : NEXT_EVENT;
	if (walked == CSV_MEMORY)
		return err_set(e, EX_OSERR, "out of memory for a record of %zu bytes", n);
	if (walked == CSV_BEHIND)
		return reject_behind(d, in, out);
	if (in->stopped)
		return NEXT_END;
	if (n > d->max)
		return reject_long(d, in, out, n);
	if (walked == CSV_OPEN || lone)
		return reject_open(d, in, out, lone ? "in its line" : "up to the end of the input", n);
	return GO_ON;
}

/* Most lines hold no quote, and so a whole record: true, and it is walked. */
static bool split_line(struct decoder *d, const struct reader *in, struct span line)
{
	struct span record = without_end(line);
	d->bytes = parts_bytes(record);
	if ((d->bytes & BYTES_QUOTE) || (in->stopped && line.p[line.n - 1] != '\n') || csv_split(&d->walk, record) < 0)
		return false;
	d->walk.record_end = line.n;
	return true;
}

/* Walks to the end of the record in front: NEXT_EVENT, or as format.next(). */
static int walk_record(struct decoder *d, struct reader *in, struct record *out, struct err *e)
{
	struct span line;
	int r = parts_whole_line(in, &line, e);
	if (r != 1)
		return r;
	if (line.p && split_line(d, in, line))
		return NEXT_EVENT;
	bool lone = in->offset < d->lone_until && line.p;
	for (;;) {
		struct span s = lone ? line : reader_unread(in);
		bool capped = s.n > d->max + 1;
		if (capped)
			s.n = d->max + 1;
		bool last = in->eof && !capped && !(lone && s.p[s.n - 1] == '\n');
		enum csv_walked w = csv_walk(&d->walk, s, last);
		r = judge(d, in, out, w, w == CSV_DONE ? d->walk.record_end : s.n, lone, e);
		if (r != GO_ON)
			return r;
		r = reader_fill(in, e);
		if (r < 0 || r == NEXT_LATER)
			return r;
	}
}

static char *put_fields(struct decoder *d, char *to, struct span record)
{
	const size_t *ends = (const size_t *)(const void *)d->ends.p;
	size_t start = 0;
	bool plain = !(d->bytes & (BYTES_QUOTE | BYTES_CONTROL | BYTES_SLASH));
	for (size_t i = 0; i < d->columns; i++) {
		const struct csv_field *f = &d->walk.fields[i];
		to = put(to, (struct span){ d->keys.p + start, ends[i] - start });
		start = ends[i];
		if (f->n == 0) {
			to = f->quoted ? PUT(to, "\"\"") : PUT(to, "null");
			continue;
		}
		struct span s = field_text(f, record, &d->text);
		if (!s.p)
			return NULL;
		to = put_value(to, s, plain);
	}
	*to++ = '}';
	return to;
}

static int write_record(struct decoder *d, struct record *out, struct err *e)
{
	if (parts_check_text(out->raw, d->bytes, out) != NEXT_EVENT)
		return NEXT_REJECTED;
	size_t count = d->walk.count;
	if (count != d->columns)
		return parts_reject(out, "wrong number of fields", "has %zu field%s, the header %zu", count,
			count == 1 ? "" : "s", d->columns);
	char *to = parts_room(&d->out, d->keys.n + 8 * d->columns + 8, out->raw.n, e);
	if (!to || !(to = put_fields(d, to, out->raw)))
		return err_set(e, EX_OSERR, "out of memory for a record of %zu bytes", out->raw.n);
	out->no_ts = d->no_ts;
	return parts_event(out, &d->out, to, d->max);
}

/* The first record is the header. A header that cannot be used ends the run: no event could be made. */
static int read_header(struct decoder *d, struct reader *in, struct record *out, int r, struct err *e)
{
	if (r == NEXT_EVENT)
		r = parts_check_text(out->raw, d->bytes, out);
	struct err fault = ERR_INIT;
	if (r == NEXT_REJECTED)
		return err_set(e, EX_DATAERR, "%s: the header line: %s", in->in.name, out->why);
	if (set_columns(d, out->raw, &fault) == 0)
		return 0;
	return err_set(e, fault.status, "%s: %s%s", in->in.name, fault.msg,
		fault.status == EX_DATAERR ? "; leave the header line out and give the names with --columns" : "");
}

/* The next record that is not blank: NEXT_EVENT when d->walk and OUT->raw hold it. The walk has to be started again
 * after every result but NEXT_LATER. */
static int next_record(struct decoder *d, struct reader *in, struct record *out, struct err *e)
{
	for (;;) {
		int r = skip_rest(d, in, e);
		if (r != 1)
			return r;
		r = walk_record(d, in, out, e);
		if (r != NEXT_EVENT)
			return r;
		size_t n = d->walk.record_end;
		set_raw(out, in, n);
		if (d->walk.any_quoted)
			d->bytes = parts_bytes(out->raw);
		in->number += d->walk.any_quoted ? count_newlines(out->raw) + 1 : 1;
		reader_take(in, n);
		if (d->walk.count != 1 || out->raw.n > 0)
			return r;
		csv_walk_start(&d->walk);
	}
}

static int csv_head(struct decoder *d, struct reader *in, struct err *e)
{
	if (d->columns > 0)
		return NEXT_EVENT;
	struct record header;
	int r = next_record(d, in, &header, e);
	if (r != NEXT_EVENT && r != NEXT_REJECTED)
		return r;
	r = read_header(d, in, &header, r, e) < 0 ? NEXT_ERROR : NEXT_EVENT;
	d->head_end = in->offset;
	csv_walk_start(&d->walk);
	return r;
}

static int csv_next(struct decoder *d, struct reader *in, struct record *out, struct err *e)
{
	int r = d->columns > 0 ? NEXT_EVENT : csv_head(d, in, e);
	if (r != NEXT_EVENT)
		return r;
	r = next_record(d, in, out, e);
	if (r == NEXT_LATER)
		return r;
	if (r == NEXT_EVENT)
		r = write_record(d, out, e);
	csv_walk_start(&d->walk);
	return r;
}

/* A line that is too long is rejected before its end was read: such a position is inside of it. */
static void csv_position(const struct decoder *d, const struct reader *in, struct position *out)
{
	*out = (struct position){ .offset = in->offset,
		.number = in->number,
		.state = d->lone_until << 1 | d->skipping };
}

static int csv_seek(struct decoder *d, const struct position *p, struct err *e)
{
	if (p->skip != 0)
		return err_set(e, EX_DATAERR, "not a position of this format");
	if (p->offset < d->head_end) { /* nothing was read before: the header comes again */
		buf_reset(&d->keys);
		buf_reset(&d->ends);
		d->columns = 0;
	}
	d->lone_until = p->state >> 1;
	d->skipping = p->state & 1;
	return 0;
}

/* ---- the formats ---- */

static void csv_close(struct decoder *d)
{
	if (d) {
		csv_walk_release(&d->walk);
		buf_release(&d->keys);
		buf_release(&d->ends);
		buf_release(&d->out);
		buf_release(&d->text);
	}
	free(d);
}

static int open_separated(struct decoder **out, char separator, const struct format_options *o, struct err *e)
{
	*out = NULL;
	struct decoder *d = calloc(1, sizeof *d);
	if (!d)
		return err_set(e, EX_OSERR, "out of memory");
	d->max = o->max_event;
	csv_walk_init(&d->walk, separator);
	buf_init(&d->keys, SIZE_MAX / 2);
	buf_init(&d->ends, SIZE_MAX / 2);
	buf_init(&d->out, SIZE_MAX / 2);
	buf_init(&d->text, SIZE_MAX / 2);
	if (o->columns && set_columns_option(d, o->columns, e) < 0) {
		csv_close(d);
		return -1;
	}
	csv_walk_start(&d->walk);
	*out = d;
	return 0;
}

static int csv_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	return open_separated(out, ',', o, e);
}

static int tsv_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	return open_separated(out, '\t', o, e);
}

const struct format format_csv = {
	.name = "csv",
	.help = "comma-separated values; the first line (or --columns) names the fields",
	.open = csv_open,
	.next = csv_next,
	.close = csv_close,
	.position = csv_position,
	.seek = csv_seek,
	.head = csv_head,
};
const struct format format_tsv = {
	.name = "tsv",
	.help = "the same with tabs",
	.open = tsv_open,
	.next = csv_next,
	.close = csv_close,
	.position = csv_position,
	.seek = csv_seek,
	.head = csv_head,
};
