/* layout.c -- columns and widths of a table for people. */
#include "sp-sink/target/table/layout.h"
#include "sp-sink/target/table/text_width.h"
#include "sp-sink/target/table/cell.h"

enum {
	GAP = 2,       /* columns between two columns */
	NARROWEST = 8, /* text is not cut below this */
};
#define ELLIPSIS "\xe2\x80\xa6"

int layout_init(struct layout *l, const struct zone *zone, bool styled, struct err *e)
{
	*l = (struct layout){ .styled = styled };
	cell_reader_init(&l->reader, zone);
	return name_table_init(&l->names, LAYOUT_COLUMNS, false, e);
}

void layout_release(struct layout *l)
{
	name_table_release(&l->names);
	free(l->columns);
	free(l->values);
	cell_reader_release(&l->reader);
}

static int grow(struct layout *l)
{
	if (l->names.count <= l->cap)
		return 0;
	size_t cap = l->names.cap;
	struct layout_column *columns = realloc(l->columns, cap * sizeof *columns);
	if (columns) {
		memset(columns + l->cap, 0, (cap - l->cap) * sizeof *columns);
		l->columns = columns;
	}
	struct span *values = realloc(l->values, cap * sizeof *values);
	if (values)
		l->values = values;
	if (!columns || !values)
		return -1;
	l->cap = cap;
	return 0;
}

static size_t max(size_t a, size_t b)
{
	return a > b ? a : b;
}

static int see_value(struct layout *l, struct layout_column *c, struct span value)
{
	struct cell cell;
	if (cell_read(&l->reader, value, &cell) < 0)
		return -1;
	c->any = max(c->any, cell.width);
	switch (cell.kind) {
	case CELL_NONE: break;
	case CELL_NUMBER:
		c->number = true;
		c->left = max(c->left, cell.left);
		c->right = max(c->right, cell.width - cell.left);
		break;
	case CELL_TIME:
		c->time = true;
		c->form.clock = c->form.clock || cell.form.clock;
		c->form.seconds = c->form.seconds || cell.form.seconds;
		c->form.fraction = max(c->form.fraction, cell.form.fraction);
		break;
	case CELL_TEXT: c->text = true; break;
	}
	return 0;
}

static int add_column(struct layout *l, size_t i)
{
	if (grow(l) < 0)
		return -1;
	buf_reset(&l->reader.text);
	if (text_width_show((struct span){ l->names.all[i].text, l->names.all[i].n }, &l->reader.text) < 0)
		return -1;
	l->columns[i].title = text_width_of(buf_span(&l->reader.text));
	return 0;
}

int layout_see(struct layout *l, struct event *ev, struct err *e)
{
	for (size_t i = 0; i < ev->count; i++) {
		size_t count = l->names.count;
		int64_t column = name_table_add(&l->names, ev->fields[i].name, i);
		if (column == NAME_FULL)
			return event_reject(ev, "too many columns", e, "a table of more than %d columns",
				LAYOUT_COLUMNS);
		if (column < 0 || (l->names.count > count && add_column(l, (size_t)column) < 0) ||
			see_value(l, &l->columns[column], ev->fields[i].value) < 0)
			return err_set(e, EX_OSERR, "out of memory for a table");
	}
	return 0;
}

bool layout_is_new(struct layout *l, const struct event *ev)
{
	for (size_t i = 0; i < ev->count; i++)
		if (name_table_find(&l->names, ev->fields[i].name, i) < 0)
			return true;
	return false;
}

static bool is_numbers(const struct layout_column *c)
{
	return c->number && !c->time && !c->text;
}

static bool is_times(const struct layout_column *c)
{
	return c->time && !c->number && !c->text;
}

static size_t of_values(const struct layout_column *c)
{
	return is_numbers(c) ? c->left + c->right : is_times(c) ? cell_time_width(&c->form) : c->any;
}

/* Numbers and times are never cut, only their titles; text is, but not to nothing. */
static size_t narrowest(const struct layout_column *c)
{
	return is_numbers(c) || is_times(c) ? of_values(c) : NARROWEST;
}

/* The widest column that has something to give; l->names.count if none has. */
static size_t widest(const struct layout *l)
{
	size_t best = l->names.count;
	for (size_t i = 0; i < l->names.count; i++) {
		const struct layout_column *c = &l->columns[i];
		if (c->width > narrowest(c) && (best == l->names.count || c->width > l->columns[best].width))
			best = i;
	}
	return best;
}

/* Columns are narrowed one step at a time, so that the longest give first. */
void layout_fit(struct layout *l, size_t limit)
{
	size_t total = 0, i;
	l->shown = l->names.count;
	l->cut = limit > 0;
	for (i = 0; i < l->names.count; i++) {
		size_t w = max(of_values(&l->columns[i]), l->columns[i].title);
		l->columns[i].width = limit > 0 && w > limit ? limit : w;
		total += l->columns[i].width + (i > 0 ? GAP : 0);
	}
	if (limit == 0)
		return;
	while (total > limit && (i = widest(l)) < l->names.count) {
		l->columns[i].width--;
		total--;
	}
	while (total > limit && l->shown > 1) {
		/* The last ones give way to "..." behind the others. */
		bool first = l->shown == l->names.count;
		total -= l->columns[--l->shown].width + GAP - (first ? GAP + 1 : 0);
	}
}

static int spaces(struct buf *out, size_t n)
{
	char *to = buf_room(out, n);
	if (!to)
		return n == 0 ? 0 : -1;
	memset(to, ' ', n);
	out->n += n;
	return 0;
}

/* Appends TEXT, W columns wide, in a column of WIDTH with BEFORE blanks in front. LAST: nothing behind. */
static int place(struct layout *l, struct span text, size_t w, size_t before, size_t width, bool last, struct buf *out)
{
	bool cut = l->cut && w > width && width > 0;
	if (cut)
		text.n = text_width_cut(text, width - 1, &w);
	before = before + w > width ? (w < width ? width - w : 0) : before;
	if (spaces(out, before) < 0 || buf_add_span(out, text) < 0 || (cut && buf_adds(out, ELLIPSIS) < 0))
		return -1;
	w += before + cut;
	return last || w >= width ? 0 : spaces(out, width - w);
}

static int write_cell(struct layout *l, size_t i, bool last, struct buf *out)
{
	const struct layout_column *c = &l->columns[i];
	struct cell cell;
	if (cell_read(&l->reader, l->values[i], &cell) < 0)
		return -1;
	if (cell.kind == CELL_NUMBER && is_numbers(c)) {
		size_t room = c->width > c->right ? c->width - c->right : 0;
		return place(l, buf_span(&l->reader.text), cell.width, room > cell.left ? room - cell.left : 0,
			c->width, last, out);
	}
	if (cell.kind == CELL_TIME && is_times(c) && cell_write_time(&l->reader, &c->form, &cell) < 0)
		return -1;
	size_t before = cell.kind == CELL_NONE && is_numbers(c) && c->width > c->right ? c->width - c->right - 1 : 0;
	return place(l, buf_span(&l->reader.text), cell.width, before, c->width, last, out);
}

static int end_line(const struct layout *l, struct buf *out)
{
	if (l->shown < l->names.count)
		return buf_adds(out, " " ELLIPSIS "\n");
	while (out->n > 0 && out->p[out->n - 1] == ' ')
		out->n--; /* cells without a value at the end */
	return buf_addc(out, '\n');
}

int layout_line(struct layout *l, const struct event *ev, struct buf *out)
{
	for (size_t i = 0; i < l->names.count; i++)
		l->values[i] = SPAN_NONE;
	for (size_t i = 0; i < ev->count; i++) {
		int64_t column = name_table_find(&l->names, ev->fields[i].name, i);
		if (column >= 0)
			l->values[column] = ev->fields[i].value;
	}
	for (size_t i = 0; i < l->shown; i++) {
		bool last = i + 1 == l->names.count;
		if ((i > 0 && spaces(out, GAP) < 0) || write_cell(l, i, last, out) < 0)
			return -1;
	}
	return end_line(l, out);
}

static int title(struct layout *l, size_t i, struct buf *out)
{
	const struct layout_column *c = &l->columns[i];
	buf_reset(&l->reader.text);
	if (text_width_show((struct span){ l->names.all[i].text, l->names.all[i].n }, &l->reader.text) < 0)
		return -1;
	size_t before = is_numbers(c) && c->width > c->title ? c->width - c->title : 0;
	return place(l, buf_span(&l->reader.text), c->title, before, c->width, i + 1 == l->names.count, out);
}

int layout_header(struct layout *l, struct buf *out)
{
	int r = l->styled ? buf_adds(out, "\033[1m") : 0;
	for (size_t i = 0; i < l->shown && r == 0; i++)
		r = (i > 0 && spaces(out, GAP) < 0) || title(l, i, out) < 0 ? -1 : 0;
	if (r < 0 || (l->styled && buf_adds(out, "\033[0m") < 0) || end_line(l, out) < 0)
		return -1;
	r = l->styled ? buf_adds(out, "\033[2m") : 0;
	for (size_t i = 0; i < l->shown && r == 0; i++) {
		r = i > 0 ? spaces(out, GAP) : 0;
		for (size_t k = 0; k < l->columns[i].width && r == 0; k++)
			r = buf_adds(out, "\xe2\x94\x80");
	}
	if (r < 0 || (l->styled && buf_adds(out, "\033[0m") < 0))
		return -1;
	return buf_addc(out, '\n');
}
