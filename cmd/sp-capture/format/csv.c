/* csv.c -- makes events from comma-separated values (CSV, RFC 4180) and from tab-separated values (TSV). The two
 * formats differ in the separator and in the escapes of TSV. The names of the members come from the first record or
 * from --columns.
 *
 * A quoted field may contain newlines. So the whole rest of the input could become one field if a quote is never
 * closed. Therefore only the first line of a record is rejected if the record is too long, has text after a closing
 * quote, or has a quote that is not closed at the end of the input. Reading continues at the next line. The search for
 * a closing quote may have gone over further lines. Each of these must then be a whole record (one_line_until).
 * Otherwise each could begin the same search again, and the time would grow with the square of the input's size. */
#include "sp-capture/format/csv_internal.h"
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/json_build.h"
#include "sp-capture/format/table.h"
#include <stdlib.h>

/* GO_ON is a result of judge() in addition to those of enum next. It means that the record is not complete, and more
 * bytes must be read. */
enum { GO_ON = 100 };

enum { NUMBER_BYTES = 256 }; /* a number with a decimal comma must be shorter; a longer one is text */

/* ---- records ---- */

/* Decides what to do with the first N unread bytes. WALKED is the result of csv_walk() for these bytes. ONE_LINE is
 * true if the bytes are one line, in which the record must end. Returns
 * - NEXT_EVENT: the bytes are a record;
 * - NEXT_REJECTED with OUT rejected;
 * - NEXT_END: the run was asked to stop, and the record is incomplete;
 * - NEXT_ERROR with E set;
 * - GO_ON: more bytes must be read. */
static int judge(struct csv_decoder *d, struct reader *in, struct record *out, enum csv_walked walked, size_t n,
	bool one_line, struct err *e)
{
	/* The last record of the input needs no newline. But after a stop signal, a record without its newline may be
	 * incomplete. */
	bool newline = n > 0 && reader_unread(in).p[n - 1] == '\n';
	if (walked == CSV_DONE && n - newline <= d->max)
		return in->stopped && !newline ? NEXT_END : NEXT_EVENT;
	if (walked == CSV_MEMORY)
		return err_set(e, EX_OSERR, "out of memory for a record of %zu bytes", n);
	if (walked == CSV_TEXT_AFTER)
		return csv_reject_text_after(d, in, out);
	/* After a stop signal the record is not rejected, because its rest may exist but was not read. */
	if (in->stopped)
		return NEXT_END;
	if (n > d->max)
		return csv_reject_long(d, in, out, n);
	if (walked == CSV_UNCLOSED || one_line)
		return csv_reject_unclosed(d, in, out, one_line ? "in its line" : "up to the end of the input", n);
	return GO_ON;
}

/* Splits LINE, the first unread line, into fields if it can have no quoted field. Most lines contain no quote, and such
 * a line is a whole record. Returns true on success. Returns false if csv_walk() must read LINE instead: LINE has a
 * quote, may be cut by a stop signal, or memory is exhausted. */
static bool split_line(struct csv_decoder *d, const struct reader *in, struct span line)
{
	struct span record = csv_without_end(line);
	d->bytes = decode_line_bytes(record);
	if ((d->walk.dialect.quotes && (d->bytes & BYTES_QUOTE)) || (in->stopped && line.p[line.n - 1] != '\n') ||
		csv_split(&d->walk, record) < 0)
		return false;
	d->walk.record_end = line.n;
	return true;
}

/* Finds the end of the next record, but leaves the record unread. Returns NEXT_EVENT with the fields in d->walk, or
 * another result of next() of struct format. */
static int walk_record(struct csv_decoder *d, struct reader *in, struct record *out, struct err *e)
{
	struct span line;
	int r = decode_line_whole(in, &line, e);
	if (r != NEXT_EVENT)
		return r;
	if (line.p && split_line(d, in, line))
		return NEXT_EVENT;
	/* The line has a quote, is too long (LINE.P is NULL), or was cut by a stop signal. The record may continue in
	 * the next lines, unless an earlier search has found no closing quote in them. */
	bool one_line = in->offset < d->one_line_until && line.p;
	for (;;) {
		/* Look at no more than one byte beyond the limit. Then the result does not depend on how many bytes a
		 * read returns. */
		struct span s = one_line ? line : reader_unread(in);
		bool capped = s.n > d->max + 1;
		if (capped)
			s.n = d->max + 1;
		bool last = in->eof && !capped && !(one_line && s.p[s.n - 1] == '\n');
		enum csv_walked w = csv_walk(&d->walk, s, last);
		r = judge(d, in, out, w, w == CSV_DONE ? d->walk.record_end : s.n, one_line, e);
		if (r != GO_ON)
			return r;
		r = reader_fill(in, e);
		if (r < 0 || r == NEXT_LATER)
			return r;
	}
}

/* Returns true if the record RAW has only separators, spaces and tabs. */
static bool is_empty(const struct csv_decoder *d, struct span raw)
{
	char separator = d->walk.dialect.separator;
	size_t i = 0;
	while (i < raw.n && (raw.p[i] == separator || raw.p[i] == ' ' || raw.p[i] == '\t'))
		i++;
	return i == raw.n;
}

/* Empty records are skipped, because spreadsheets write rows without values at the end of a table. The skipped rows are
 * counted, but blank lines are not. */
int csv_next_record(struct csv_decoder *d, struct reader *in, struct record *out, struct err *e)
{
	for (;;) {
		int r = NEXT_EVENT;
		if (d->walk.dialect.comment)
			r = csv_skip_comments(d, in, e);
		else if (d->skipping)
			r = csv_skip_rest(d, in, e);
		if (r != NEXT_EVENT)
			return r;
		r = walk_record(d, in, out, e);
		if (r != NEXT_EVENT)
			return r;
		/* reader_take() below leaves the bytes in the buffer, so OUT->raw is valid until the next read. */
		size_t n = d->walk.record_end;
		csv_set_raw(out, in, n);
		if (d->walk.any_quoted)
			d->bytes = decode_line_bytes(out->raw);
		/* Only a record with a quoted field can have more than one line. */
		in->number += d->walk.any_quoted ? csv_count_newlines(out->raw) + 1 : 1;
		reader_take(in, n);
		if (!is_empty(d, out->raw))
			return r;
		if (out->raw.n > 0 && d->options->counts)
			d->options->counts->empty_rows++;
		csv_walk_start(&d->walk);
	}
}

/* ---- events ---- */

/* Writes the text S of a field as a number or a string to TO. PLAIN is true if no byte of S needs an escape in JSON. If
 * the table has decimal commas, text such as 1.5 is a string. Returns the place after the value. */
static char *put_value(const struct csv_decoder *d, char *to, struct span s, bool plain)
{
	char number[NUMBER_BYTES];
	if (!d->walk.dialect.decimal_comma)
		return json_build_value(to, s, plain);
	size_t n = csv_dialect_number(s, number, sizeof number);
	return n > 0 ? json_build_raw(to, (struct span){ number, n }) : json_build_string(to, s);
}

/* Writes RECORD as an event to TO. An empty field becomes null. The field \N becomes null too if the table has the
 * escapes of TSV. An empty field in quotes becomes the empty string. Returns the place after the event, or NULL if
 * memory is exhausted. */
static char *put_fields(struct csv_decoder *d, char *to, struct span record)
{
	/* PLAIN is true if no byte of the record needs an escape in JSON. Then the fields can be copied as they are. */
	size_t key_at = 0;
	bool plain = !(d->bytes & (BYTES_QUOTE | BYTES_CONTROL | BYTES_SLASH));
	bool slash = d->walk.dialect.escapes && (d->bytes & BYTES_SLASH);
	for (size_t i = 0; i < d->columns.count; i++) {
		const struct csv_field *f = &d->walk.fields[i];
		to = json_build_raw(to, csv_columns_key(&d->columns, i, &key_at));
		if (f->n == 0) {
			to = f->quoted ? JSON_BUILD_RAW(to, "\"\"") : JSON_BUILD_RAW(to, "null");
			continue;
		}
		struct span s = { record.p + f->offset, f->n };
		if (slash && !f->quoted && span_eq(s, SPAN("\\N"))) {
			to = JSON_BUILD_RAW(to, "null");
			continue;
		}
		if ((slash || f->doubled) && !(s = csv_field_text(&d->walk, i, record, &d->text)).p)
			return NULL;
		to = put_value(d, to, s, plain);
	}
	*to++ = '}';
	return to;
}

/* Checks the text and the number of fields of the record in OUT->raw, and writes its event. The fields are in d->walk.
 * Returns NEXT_EVENT, NEXT_REJECTED or NEXT_ERROR. */
static int write_record(struct csv_decoder *d, struct record *out, struct err *e)
{
	if (decode_line_check_text(out->raw, d->bytes, out) != NEXT_EVENT)
		return NEXT_REJECTED;
	/* A record with another number of fields than the header is rejected. Usually a quote or a separator in it is
	 * wrong, and the values would get into the wrong members. */
	size_t count = d->walk.count, columns = d->columns.count;
	if (count != columns && d->names_given)
		return record_reject(out, "wrong number of fields", "has %zu field%s, --columns names %zu", count,
			count == 1 ? "" : "s", columns);
	if (count != columns)
		return record_reject(out, "wrong number of fields", "has %zu field%s, the header %zu%s", count,
			count == 1 ? "" : "s", columns,
			columns == 1 ? " (to skip lines above the header: --skip N or --comment CHAR)" : "");
	/* In addition to its key and its text, a column needs at most 4 bytes, for null. There is room for 8. */
	char *to = json_build_room(&d->out, d->columns.keys.n + 8 * columns + 8, out->raw.n, e);
	if (!to || !(to = put_fields(d, to, out->raw)))
		return err_set(e, EX_OSERR, "out of memory for a record of %zu bytes", out->raw.n);
	out->no_ts = d->columns.no_ts;
	return json_build_event(out, &d->out, to, d->max);
}

static int csv_next(struct decoder *decoder, struct reader *in, struct record *out, struct err *e)
{
	struct csv_decoder *d = (struct csv_decoder *)decoder;
	int r = d->ready ? NEXT_EVENT : csv_head(decoder, in, e);
	if (r != NEXT_EVENT)
		return r;
	r = csv_next_record(d, in, out, e);
	/* The walk over an incomplete record continues in the next call, so d->walk must stay as it is. */
	if (r == NEXT_LATER)
		return r;
	if (r == NEXT_EVENT)
		r = write_record(d, out, e);
	csv_walk_start(&d->walk);
	return r;
}

/* Sets *OUT to the place that was reached, or to the start of the head as long as the head is not read. The lowest
 * bit of OUT->state is 1 if the place is inside a rejected line, whose rest must be skipped. The other bits of the
 * state are d->one_line_until. */
static void csv_position(const struct decoder *decoder, const struct reader *in, struct position *out)
{
	const struct csv_decoder *d = (const struct csv_decoder *)decoder;
	if (d->started && !d->ready) {
		*out = d->start;
		return;
	}
	*out = (struct position){ .offset = in->offset,
		.number = in->number,
		.state = d->one_line_until << 1 | d->skipping };
}

static int csv_seek(struct decoder *decoder, const struct position *p, struct err *e)
{
	struct csv_decoder *d = (struct csv_decoder *)decoder;
	if (p->skip != 0)
		return err_set(e, EX_DATAERR, "the position is not one of this format");
	/* If the position is before the end of the head, next() must read the head again. */
	if (p->offset < d->head_end && !d->names_given)
		csv_columns_reset(&d->columns);
	if (p->offset < d->head_end)
		d->started = d->ready = d->separated = false;
	d->one_line_until = p->state >> 1;
	d->skipping = p->state & 1;
	return 0;
}

/* ---- the formats ---- */

static void csv_close(struct decoder *decoder)
{
	struct csv_decoder *d = (struct csv_decoder *)decoder;
	if (d) {
		csv_walk_release(&d->walk);
		csv_columns_release(&d->columns);
		buf_release(&d->out);
		buf_release(&d->text);
	}
	free(d);
}

static int open_separated(struct decoder **out, char separator, const struct format_options *o, struct err *e)
{
	*out = NULL;
	struct csv_dialect dialect;
	if (csv_dialect_set(&dialect, separator, &o->csv, e) < 0)
		return -1;
	struct csv_decoder *d = calloc(1, sizeof *d);
	if (!d)
		return err_oom(e, "a decoder");
	d->max = o->max_event;
	csv_walk_init(&d->walk, dialect);
	csv_walk_start(&d->walk);
	csv_columns_init(&d->columns);
	buf_init(&d->out, SIZE_MAX / 2);
	buf_init(&d->text, SIZE_MAX / 2);
	d->options = o;
	d->names_given = o->columns != NULL;
	if (o->columns && csv_columns_parse(&d->columns, o->columns, e) < 0) {
		csv_close((struct decoder *)d);
		return -1;
	}
	*out = (struct decoder *)d;
	return 0;
}

static int csv_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	return open_separated(out, '\0', o, e);
}

static int tsv_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	return open_separated(out, '\t', o, e);
}

/* A first line that looks like column names does not decide the format if the input pauses after it (second_look). A
 * title before lines of ndjson can look the same. The wait for a second line delays no event, because the first event
 * of a table comes from its second line. */
const struct format format_csv = {
	.name = "csv",
	.help = "comma-separated values; the first line (or --columns) names the fields",
	.flags = FORMAT_COLUMNS | FORMAT_DELIMITER,
	.second_look = 1,
	.probe_sample = csv_probe_csv,
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
	.flags = FORMAT_COLUMNS,
	.second_look = 1,
	.probe_sample = csv_probe_tsv,
	.open = tsv_open,
	.next = csv_next,
	.close = csv_close,
	.position = csv_position,
	.seek = csv_seek,
	.head = csv_head,
};
