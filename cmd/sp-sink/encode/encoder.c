/* encoder.c -- events as lines. */
#include "sp-sink/encode/encoder.h"
#include "base/opt.h"
#include "text/csv.h"

enum {
	COLUMNS_MAX = 1 << 20,
	CELL_MAX = 64 << 20,
	SHAPES = 9,
};

/* In the order of the two enums: a packing for each format. */
static const char *const shapes[] = { "ndjson", "ndjson.gz", "ndjson.zst", "csv", "csv.gz", "csv.zst", "tsv", "tsv.gz",
	"tsv.zst", NULL };
static const char *const suffixes[] = {
	".ndjson",
	".ndjson.gz",
	".ndjson.zst",
	".csv",
	".csv.gz",
	".csv.zst",
	".tsv",
	".tsv.gz",
	".tsv.zst",
};

static struct shape shape_at(int i)
{
	return (struct shape){ (enum line_format)(i / 3), (enum compression)(i % 3) };
}

int shape_parse(const char *text, struct shape *out, struct err *e)
{
	int i = opt_choice("format", text, shapes, e);
	if (i >= 0)
		*out = shape_at(i);
	return i < 0 ? -1 : 0;
}

int shape_of_path(const char *path, struct shape *out, struct err *e)
{
	size_t n = strlen(path);
	for (int i = 0; i < SHAPES; i++) {
		size_t m = strlen(suffixes[i]);
		if (n > m && strcmp(path + n - m, suffixes[i]) == 0) {
			*out = shape_at(i);
			return 0;
		}
	}
	return err_set(e, EX_USAGE,
		"%s: its name does not say what to write: end it in .ndjson, .csv or .tsv "
		"(also .gz, .zst), or give --format; other targets are dir:PATH, sqlite:FILE?table=T, table: and -",
		path);
}

const char *shape_suffix(struct shape s)
{
	return suffixes[(int)s.format * 3 + (int)s.packing];
}

static char separator(const struct encoder *l)
{
	return l->format == LINES_TSV ? '\t' : ',';
}

/* TEXT is a header: its names are the columns. */
static int set_columns(struct encoder *l, struct span text, char sep, const char *what, struct err *e)
{
	const char *p = text.p, *end = text.p + text.n;
	int more = 1;
	while (more > 0) {
		size_t count = l->names.count;
		more = csv_read_cell(&p, end, sep, &l->plain);
		if (more < 0)
			return err_set(e, EX_USAGE, "%s: cannot be read behind %zu names", what, count);
		int64_t i = name_table_add_plain(&l->names, buf_span(&l->plain));
		if (i < 0)
			return err_set(e, EX_OSERR, "%s: too many columns", what);
		if ((size_t)i != count)
			return err_set(e, EX_USAGE, "%s: column '%s' twice", what, l->names.all[i].text);
	}
	l->has_columns = true;
	return 0;
}

int encoder_init(struct encoder *l, enum line_format format, const char *columns, struct err *e)
{
	*l = (struct encoder){ .format = format };
	buf_init(&l->plain, CELL_MAX);
	if (name_table_init(&l->names, COLUMNS_MAX, false, e) < 0)
		return -1;
	if (format == LINES_NDJSON && columns)
		return err_set(e, EX_USAGE, "--columns is for CSV and TSV files");
	return columns ? set_columns(l, span_of(columns), ',', "--columns", e) : 0;
}

void encoder_release(struct encoder *l)
{
	name_table_release(&l->names);
	free(l->cells);
	buf_release(&l->plain);
}

/* Are the names in HEADER those of --columns? */
static int compare_columns(const struct encoder *l, struct span header, const char *path, struct err *e)
{
	struct encoder there;
	int r = encoder_init(&there, l->format, NULL, e);
	if (r == 0)
		r = set_columns(&there, header, separator(l), path, e);
	bool same = l->names.count == there.names.count;
	for (size_t i = 0; r == 0 && same && i < l->names.count; i++)
		same = l->names.all[i].n == there.names.all[i].n &&
			memcmp(l->names.all[i].text, there.names.all[i].text, l->names.all[i].n) == 0;
	encoder_release(&there);
	return r < 0 || same ? r : err_set(e, EX_DATAERR, "%s: has other columns than --columns", path);
}

int encoder_continue(struct encoder *l, struct span header, const char *path, struct err *e)
{
	if (l->format == LINES_NDJSON || header.n == 0)
		return 0;
	header.n -= header.p[header.n - 1] == '\r';
	if (span_starts(header, SPAN("\xEF\xBB\xBF"))) { /* a byte-order mark, as Excel writes it */
		header.p += 3;
		header.n -= 3;
	}
	int r = l->has_columns ? compare_columns(l, header, path, e) : set_columns(l, header, separator(l), path, e);
	if (r < 0)
		e->status = EX_DATAERR;
	l->header_written = true;
	return r;
}

static int full(struct err *e)
{
	return err_set(e, EX_OSERR, "out of memory for a line");
}

static int write_header(struct encoder *l, struct buf *out, struct err *e)
{
	for (size_t i = 0; i < l->names.count; i++) {
		struct span name = { l->names.all[i].text, l->names.all[i].n };
		bool empty = name.n == 0; /* seen as a cell of its own, also when it is the only one */
		if ((i > 0 && buf_addc(out, separator(l)) < 0) || csv_write_cell(name, separator(l), empty, out) < 0)
			return full(e);
	}
	l->header_written = true;
	return buf_addc(out, '\n') < 0 ? full(e) : 0;
}

static int write_cell(struct encoder *l, struct span value, struct buf *out)
{
	char sep = separator(l);
	switch (json_type(value)) {
	case JSON_MISSING:
	case JSON_NULL: return 0;
	case JSON_STRING:
		if (!memchr(value.p, '\\', value.n))
			return csv_write_cell(event_string_inside(value), sep, value.n == 2, out);
		buf_reset(&l->plain);
		return json_unescape(event_string_inside(value), &l->plain) < 0 ?
			-1 :
			csv_write_cell(buf_span(&l->plain), sep, false, out);
	case JSON_ARRAY:
	case JSON_OBJECT:
		buf_reset(&l->plain);
		return json_compact(value, &l->plain) < 0 ? -1 : csv_write_cell(buf_span(&l->plain), sep, false, out);
	default: return buf_add_span(out, value);
	}
}

/* The first event's fields are the columns; nothing is fixed before it is sure that it can be stored. */
static int take_columns(struct encoder *l, struct event *ev, struct err *e)
{
	if (ev->count == 0)
		return event_reject(ev, "no fields", e, "an event without fields has no columns");
	for (size_t i = 0; i < ev->count; i++)
		if (name_table_add(&l->names, ev->fields[i].name, i) < 0)
			return err_set(e, EX_OSERR, "out of memory for %zu columns", ev->count);
	l->has_columns = true;
	return 0;
}

static int sort_cells(struct encoder *l, struct event *ev, struct err *e)
{
	if (!l->cells && !(l->cells = malloc(l->names.count * sizeof *l->cells)))
		return err_set(e, EX_OSERR, "out of memory for %zu columns", l->names.count);
	for (size_t i = 0; i < l->names.count; i++)
		l->cells[i] = SPAN_NONE;
	for (size_t i = 0; i < ev->count; i++) {
		const struct field *f = &ev->fields[i];
		int64_t column = name_table_find(&l->names, f->name, i);
		if (column < 0)
			return event_reject(ev, "a field that is no column", e,
				"field \"%.*s\" is no column; --columns can name it", EVENT_NAME_ARG(f->name));
		l->cells[column] = f->value;
	}
	return 0;
}

static int write_cells(struct encoder *l, struct buf *out, struct err *e)
{
	size_t before = out->n;
	for (size_t i = 0; i < l->names.count; i++)
		if ((i > 0 && buf_addc(out, separator(l)) < 0) || write_cell(l, l->cells[i], out) < 0)
			return full(e);
	/* An empty line would be no row at all to most readers. */
	if (out->n == before && l->format == LINES_CSV && buf_adds(out, "\"\"") < 0)
		return full(e);
	return buf_addc(out, '\n') < 0 ? full(e) : 0;
}

int encoder_write(struct encoder *l, struct event *ev, struct buf *out, struct err *e)
{
	if (l->format == LINES_NDJSON)
		return buf_add_span(out, ev->text) < 0 || buf_addc(out, '\n') < 0 ? full(e) : 0;
	int r = event_check_nul(ev, "CSV", e);
	if (r == 0 && !l->has_columns)
		r = take_columns(l, ev, e);
	if (r == 0)
		r = sort_cells(l, ev, e);
	if (r == 0 && !l->header_written)
		r = write_header(l, out, e);
	return r != 0 ? r : write_cells(l, out, e);
}

int encoder_end(struct encoder *l, struct buf *out, struct err *e)
{
	bool due = l->format != LINES_NDJSON && l->has_columns && !l->header_written;
	return due ? write_header(l, out, e) : 0;
}
