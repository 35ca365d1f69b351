/* delimited.c -- the encoder of CSV (RFC 4180, with lines that end in a line feed) and of TSV. The two differ in the
 * separator. For CSV, --delimiter can name another character than the comma.
 *
 * The columns are those of --columns, or of the header of a file that is continued, or the fields of the first event.
 * They do not change after the header. An event with another field is rejected, because its value would have no column.
 * An event that lacks a column has an empty cell for it. Null and a missing field are empty cells. In CSV the empty
 * string is written as "", so it differs from them. Arrays and objects are their JSON text.
 *
 * Nothing is appended for an event that is rejected, not even the header. */
#include "sp-sink/name_table.h"
#include "sp-sink/encode/encoder.h"
#include "sp-sink/encode/local_time.h"
#include "text/csv.h"
#include <ctype.h>

enum {
	COLUMNS_MAX = 1 << 20,     /* most columns; an event of the default --max-event has fewer members */
	CELL_MAX_BYTES = 64 << 20, /* most bytes of one unescaped value */
};

struct delimited {
	const struct encoder_type *type;
	char separator;
	const struct zone *zone; /* the zone of --tz, borrowed; NULL: times are written unchanged */
	bool has_columns;        /* NAMES is complete and does not change any more */
	bool header_written;
	struct name_table names; /* of the columns */
	struct span *cells;      /* the values of one event, in the order of names; owned */
	struct buf plain;        /* scratch: a string, unescaped */
};

/* Takes the columns from TEXT, a line of names that are separated by SEPARATOR. WHAT is "--columns" or the file's name,
 * for messages. Returns 0, or -1 with E set. */
static int delimited_set_columns(struct delimited *d, struct span text, char separator, const char *what, struct err *e)
{
	const char *p = text.p, *end = text.p + text.n;
	int more = 1;
	while (more > 0) {
		size_t count = d->names.count;
		more = csv_read_cell(&p, end, separator, &d->plain);
		if (more < 0)
			return err_set(e, EX_USAGE,
				"%s: cannot be read after %zu names: a name in double quotes must end with one", what,
				count);
		int64_t i = name_table_add_plain(&d->names, buf_span(&d->plain));
		if (i < 0)
			return err_set(e, EX_OSERR, "%s: too many columns", what);
		/* If TEXT has a name twice, the second one gets the number of the first. */
		if ((size_t)i != count)
			return err_set(e, EX_USAGE, "%s: column '%s' twice", what, d->names.all[i].text);
	}
	d->has_columns = true;
	return 0;
}

static int delimited_init(struct delimited *d, const struct encoder_type *type, char separator, struct err *e)
{
	*d = (struct delimited){ .type = type, .separator = separator };
	buf_init(&d->plain, CELL_MAX_BYTES);
	return name_table_init(&d->names, COLUMNS_MAX, false, e);
}

/* Frees what D holds, but not D, which may be on the stack. */
static void delimited_clear(struct delimited *d)
{
	name_table_release(&d->names);
	free(d->cells);
	buf_release(&d->plain);
}

/* Starts a file with TYPE and SEPARATOR. In --columns the separator is always a comma. Returns 0, or -1 with E set. */
static int delimited_begin(void **state, const struct encoder_type *type, char separator,
	const struct encoder_options *o, struct err *e)
{
	struct delimited *d = *state = calloc(1, sizeof *d);
	if (!d)
		return err_oom(e, "an encoder");
	if (delimited_init(d, type, separator, e) < 0)
		return -1;
	d->zone = o->zone;
	return o->columns ? delimited_set_columns(d, span_of(o->columns), ',', "--columns", e) : 0;
}

static int csv_begin(void **state, const struct encoder_options *o, struct err *e)
{
	char separator = ',';
	if (o->delimiter && csv_read_character("--delimiter", o->delimiter, &separator, e) < 0)
		return -1;
	if (separator == '\t')
		return err_set(e, EX_USAGE, "--delimiter '%s': for tabs give --format tsv", o->delimiter);
	/* Numbers, true and false are written without quotes, so they must not contain the delimiter. */
	if (isalnum((unsigned char)separator) || strchr("+-.", separator))
		return err_set(e, EX_USAGE, "--delimiter '%s': numbers and words have this character; give another one",
			o->delimiter);
	return delimited_begin(state, &encoder_csv, separator, o, e);
}

static int tsv_begin(void **state, const struct encoder_options *o, struct err *e)
{
	return delimited_begin(state, &encoder_tsv, '\t', o, e);
}

static void delimited_release(void *state)
{
	if (state)
		delimited_clear(state);
	free(state);
}

/* Checks that HEADER, the first line of the file PATH, has the names of --columns in the same order. Returns 0, or -1
 * with E set. */
static int delimited_compare(const struct delimited *d, struct span header, const char *path, struct err *e)
{
	struct delimited existing;
	int r = delimited_init(&existing, d->type, d->separator, e);
	if (r == 0)
		r = delimited_set_columns(&existing, header, d->separator, path, e);
	bool same = d->names.count == existing.names.count;
	for (size_t i = 0; r == 0 && same && i < d->names.count; i++)
		same = d->names.all[i].n == existing.names.all[i].n &&
			memcmp(d->names.all[i].text, existing.names.all[i].text, d->names.all[i].n) == 0;
	delimited_clear(&existing);
	return r < 0 || same ? r : err_set(e, EX_DATAERR, "%s: has other columns than --columns", path);
}

/* Returns 0, or -1 with E set if the CSV file PATH seems to have another delimiter than D. That is so if its header has
 * only one name, and the name contains a comma, a semicolon or a bar that is not the delimiter of D. */
static int delimited_check_delimiter(const struct delimited *d, const char *path, struct err *e)
{
	const char *name = d->names.all[0].text, *end = name + d->names.all[0].n;
	for (const char *other = ",;|"; d->type->has_delimiter && d->names.count == 1 && *other; other++)
		if (*other != d->separator && memchr(name, *other, (size_t)(end - name)))
			return err_set(e, EX_DATAERR,
				"%s: its header line seems to have the delimiter '%c': give --delimiter '%c'", path,
				*other, *other);
	return 0;
}

static int delimited_resume(void *state, struct span header, const char *path, struct err *e)
{
	struct delimited *d = state;
	/* In a file from Windows, a carriage return is before the newline. */
	header.n -= header.p[header.n - 1] == '\r';
	/* Excel writes a byte-order mark before the header. */
	if (span_starts(header, SPAN("\xEF\xBB\xBF"))) {
		header.p += 3;
		header.n -= 3;
	}
	int r = d->has_columns ? delimited_compare(d, header, path, e) :
				 delimited_set_columns(d, header, d->separator, path, e);
	if (r == 0 && header.n > 0 && header.p[0] != '"')
		r = delimited_check_delimiter(d, path, e);
	if (r < 0)
		e->status = EX_DATAERR; /* the file is wrong, not the command line */
	d->header_written = true;
	return r;
}

static int delimited_oom(struct err *e)
{
	return err_oom(e, "a line of CSV");
}

static int delimited_header(struct delimited *d, struct buf *out, struct err *e)
{
	for (size_t i = 0; i < d->names.count; i++) {
		struct span name = { d->names.all[i].text, d->names.all[i].n };
		/* CSV quotes an empty name. Otherwise the header would be an empty line if this is the only name. A
		 * name that contains a usual delimiter (a comma, a semicolon, a bar or a tab) is quoted too. Otherwise
		 * a program that guesses the delimiter by the header line could take that character. */
		bool quote = name.n == 0;
		for (size_t k = 0; k < name.n && !quote; k++)
			quote = strchr(",;|\t", name.p[k]) != NULL;
		if ((i > 0 && buf_addc(out, d->separator) < 0) || csv_write_cell(name, d->separator, quote, out) < 0)
			return delimited_oom(e);
	}
	d->header_written = true;
	return buf_addc(out, '\n') < 0 ? delimited_oom(e) : 0;
}

/* Appends the cell of VALUE, a JSON value. The cell is empty if VALUE is null or SPAN_NONE. Returns 0, or -1 if memory
 * is exhausted. */
static int delimited_cell(struct delimited *d, struct span value, struct buf *out)
{
	char local[LOCAL_TIME_MAX];
	size_t local_n = 0;
	switch (json_type(value)) {
	case JSON_MISSING:
	case JSON_NULL: return 0;
	case JSON_STRING:
		if (d->zone && (local_n = local_time_write(event_string_inside(value), d->zone, local)) > 0)
			return csv_write_cell((struct span){ local, local_n }, d->separator, false, out);
		/* Few strings have escapes. The others are written without a copy. */
		if (!memchr(value.p, '\\', value.n))
			return csv_write_cell(event_string_inside(value), d->separator, value.n == 2, out);
		buf_reset(&d->plain);
		return json_unescape(event_string_inside(value), &d->plain) < 0 ?
			-1 :
			csv_write_cell(buf_span(&d->plain), d->separator, false, out);
	case JSON_ARRAY:
	case JSON_OBJECT:
		buf_reset(&d->plain);
		return json_compact(value, &d->plain) < 0 ?
			-1 :
			csv_write_cell(buf_span(&d->plain), d->separator, false, out);
	default: return buf_add_span(out, value);
	}
}

/* Makes the fields of EV the columns. Nothing after this rejects EV, so no column comes from an event that is not
 * stored. Returns 0; 1 if EV is rejected because it has no fields; or -1 with E set. */
static int delimited_take_columns(struct delimited *d, struct event *ev, struct err *e)
{
	if (ev->count == 0)
		return event_reject(ev, "no fields", e, "an event without fields has no columns");
	for (size_t i = 0; i < ev->count; i++)
		if (name_table_add(&d->names, ev->fields[i].name, i) < 0)
			return err_set(e, EX_OSERR, "out of memory for %zu columns", ev->count);
	d->has_columns = true;
	return 0;
}

/* Puts the values of EV into d->cells, in the order of the columns. Returns 0; 1 if EV is rejected because one of its
 * fields is not a column; or -1 with E set. */
static int delimited_sort_cells(struct delimited *d, struct event *ev, struct err *e)
{
	if (!d->cells && !(d->cells = malloc(d->names.count * sizeof *d->cells)))
		return err_set(e, EX_OSERR, "out of memory for %zu columns", d->names.count);
	/* A column that the event lacks keeps SPAN_NONE. */
	for (size_t i = 0; i < d->names.count; i++)
		d->cells[i] = SPAN_NONE;
	for (size_t i = 0; i < ev->count; i++) {
		const struct field *f = &ev->fields[i];
		/* Most events have their fields in the order of the columns, so column I is tried first. */
		int64_t column = name_table_find(&d->names, f->name, i);
		if (column < 0)
			return event_reject(ev, "a field that is not a column", e,
				"field \"%.*s\" is not a column; give all columns with --columns",
				EVENT_NAME_ARG(f->name));
		d->cells[column] = f->value;
	}
	return 0;
}

static int delimited_write_cells(struct delimited *d, struct buf *out, struct err *e)
{
	size_t before = out->n;
	for (size_t i = 0; i < d->names.count; i++)
		if ((i > 0 && buf_addc(out, d->separator) < 0) || delimited_cell(d, d->cells[i], out) < 0)
			return delimited_oom(e);
	/* Most readers skip a line that is empty or has only separators. So if all cells of a row are empty, the first
	 * cell is written as \N in TSV, and as "" in CSV. */
	if (out->n == before + d->names.count - 1) {
		out->n = before;
		if (buf_adds(out, d->separator == '\t' ? "\\N" : "\"\"") < 0)
			return delimited_oom(e);
		for (size_t i = 1; i < d->names.count; i++)
			if (buf_addc(out, d->separator) < 0)
				return delimited_oom(e);
	}
	return buf_addc(out, '\n') < 0 ? delimited_oom(e) : 0;
}

static int delimited_event(void *state, struct event *ev, struct buf *out, struct err *e)
{
	struct delimited *d = state;
	int r = event_check_nul(ev, "CSV", e);
	if (r == 0 && !d->has_columns)
		r = delimited_take_columns(d, ev, e);
	if (r == 0)
		r = delimited_sort_cells(d, ev, e);
	if (r == 0 && !d->header_written)
		r = delimited_header(d, out, e);
	return r != 0 ? r : delimited_write_cells(d, out, e);
}

/* A file without events still gets a header if --columns was given. */
static int delimited_end(void *state, struct buf *out, struct err *e)
{
	struct delimited *d = state;
	return d->has_columns && !d->header_written ? delimited_header(d, out, e) : 0;
}

const struct encoder_type encoder_csv = {
	.name = "csv",
	.suffix = ".csv",
	.has_columns = true,
	.has_zone = true,
	.has_delimiter = true,
	.quoted_newlines = true,
	.begin = csv_begin,
	.resume = delimited_resume,
	.event = delimited_event,
	.end = delimited_end,
	.release = delimited_release,
};

const struct encoder_type encoder_tsv = {
	.name = "tsv",
	.suffix = ".tsv",
	.has_columns = true,
	.has_zone = true,
	.begin = tsv_begin,
	.resume = delimited_resume,
	.event = delimited_event,
	.end = delimited_end,
	.release = delimited_release,
};
