/* layout.c -- columns, widths and lines of a table for people.
 *
 * A column of numbers is aligned at the decimal point: its width is the width of the widest part before the point plus
 * the width of the widest part from the point on. A column of times is as wide as the shortest form that shows all of
 * them. Any other column is as wide as its widest value and is aligned to the left. Null is shown as "-", and a missing
 * field is blank.
 *
 * On a terminal all columns together must not be wider than the screen. While they are wider, the widest column that
 * can be cut loses one place (a column of the terminal). So the longest texts are cut first. A column of text keeps at
 * least 8 places, and a column of numbers or times keeps the width of its values. If that is not enough, columns at the
 * right end are left out. A column that is wider than the whole screen is always cut to the screen's width. */
#include "sp-sink/target/table/layout.h"
#include <stdlib.h>
#include "sp-sink/target/table/text_width.h"
#include "sp-sink/target/table/cell.h"

enum {
	GAP = 2,       /* blanks between two columns */
	NARROWEST = 8, /* text is not cut to fewer places */
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

/* Makes room in columns and values for all names. Returns 0, or -1 if memory is exhausted. */
static int layout_grow(struct layout *l)
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

/* Makes column C wide enough for VALUE. Returns 0, or -1 if memory is exhausted. */
static int layout_see_value(struct layout *l, struct layout_column *c, struct span value)
{
	struct cell cell;
	if (cell_read(&l->reader, value, &cell) < 0)
		return -1;
	/* c->any counts every value, because a column with values of several kinds is aligned as text. */
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

/* Makes room for the new column I, and measures its name. Returns 0, or -1 if memory is exhausted. */
static int layout_add_column(struct layout *l, size_t i)
{
	if (layout_grow(l) < 0)
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
			return event_reject(ev, "too many columns", e, "a table has at most %d columns",
				LAYOUT_COLUMNS);
		if (column < 0 || (l->names.count > count && layout_add_column(l, (size_t)column) < 0) ||
			layout_see_value(l, &l->columns[column], ev->fields[i].value) < 0)
			return err_oom(e, "a table");
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

/* Returns true if all values of C are numbers or null. */
static bool column_is_numbers(const struct layout_column *c)
{
	return c->number && !c->time && !c->text;
}

/* Returns true if all values of C are times or null. */
static bool column_is_times(const struct layout_column *c)
{
	return c->time && !c->number && !c->text;
}

/* Returns the smallest width at which no value of C is cut. */
static size_t column_values_width(const struct layout_column *c)
{
	return column_is_numbers(c) ? c->left + c->right : column_is_times(c) ? cell_time_width(&c->form) : c->any;
}

/* Returns the width below which C is not cut. A number or time that is cut would be wrong, so in such a column only the
 * title is cut. */
static size_t column_narrowest(const struct layout_column *c)
{
	return column_is_numbers(c) || column_is_times(c) ? column_values_width(c) : NARROWEST;
}

/* Returns the number of the widest column that can be cut further, or l->names.count if there is none. */
static size_t layout_widest(const struct layout *l)
{
	size_t best = l->names.count;
	for (size_t i = 0; i < l->names.count; i++) {
		const struct layout_column *c = &l->columns[i];
		if (c->width > column_narrowest(c) && (best == l->names.count || c->width > l->columns[best].width))
			best = i;
	}
	return best;
}

void layout_fit(struct layout *l, size_t limit)
{
	size_t total = 0, i;
	l->shown = l->names.count;
	l->cut = limit > 0;
	for (i = 0; i < l->names.count; i++) {
		size_t w = max(column_values_width(&l->columns[i]), l->columns[i].title);
		l->columns[i].width = limit > 0 && w > limit ? limit : w;
		total += l->columns[i].width + (i > 0 ? GAP : 0);
	}
	if (limit == 0)
		return;
	/* Each round compares all columns. That is fast enough, because tables have few columns. */
	while (total > limit && (i = layout_widest(l)) < l->names.count) {
		l->columns[i].width--;
		total--;
	}
	/* The first column is always shown, even if it is wider than the terminal. */
	while (total > limit && l->shown > 1) {
		/* One ellipsis marks all columns that are left out. Room for the ellipsis is made once, when the first
		 * of these columns is left out. */
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

/* Appends a cell of WIDTH places with TEXT, which is W places wide. Puts BEFORE blanks before TEXT, or fewer if the
 * cell has no room for them. Fills the cell with blanks after TEXT, unless it is the LAST cell of the line. Returns 0,
 * or -1 if OUT is full. */
static int layout_place(struct layout *l, struct span text, size_t w, size_t before, size_t width, bool last,
	struct buf *out)
{
	/* Cut text ends with an ellipsis, which is one place wide. */
	bool cut = l->cut && w > width && width > 0;
	if (cut)
		text.n = text_width_cut(text, width - 1, &w);
	before = before + w > width ? (w < width ? width - w : 0) : before;
	if (spaces(out, before) < 0 || buf_add_span(out, text) < 0 || (cut && buf_adds(out, ELLIPSIS) < 0))
		return -1;
	w += before + cut;
	return last || w >= width ? 0 : spaces(out, width - w);
}

/* Appends the cell of column I in the current row, whose values are in L->values. Returns 0, or -1 if OUT is full. */
static int layout_cell(struct layout *l, size_t i, bool last, struct buf *out)
{
	const struct layout_column *c = &l->columns[i];
	struct cell cell;
	if (cell_read(&l->reader, l->values[i], &cell) < 0)
		return -1;
	if (cell.kind == CELL_NUMBER && column_is_numbers(c)) {
		/* The blanks before the number bring its decimal point below those of the other rows. */
		size_t room = c->width > c->right ? c->width - c->right : 0;
		return layout_place(l, buf_span(&l->reader.text), cell.width, room > cell.left ? room - cell.left : 0,
			c->width, last, out);
	}
	if (cell.kind == CELL_TIME && column_is_times(c) && cell_write_time(&l->reader, &c->form, &cell) < 0)
		return -1;
	/* In a column of numbers the "-" of null is at the place of the last digit before the point. */
	size_t before = cell.kind == CELL_NONE && column_is_numbers(c) && c->width > c->right ?
		c->width - c->right - 1 :
		0;
	return layout_place(l, buf_span(&l->reader.text), cell.width, before, c->width, last, out);
}

/* Ends a line. The ellipsis says that columns are left out; layout_fit() has left room for it. Returns 0, or -1 if OUT
 * is full. */
static int layout_end_line(const struct layout *l, struct buf *out)
{
	if (l->shown < l->names.count)
		return buf_adds(out, " " ELLIPSIS "\n");
	while (out->n > 0 && out->p[out->n - 1] == ' ')
		out->n--;
	return buf_addc(out, '\n');
}

/* The values are first put into the order of the columns. A field that has no column is left out. */
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
		if ((i > 0 && spaces(out, GAP) < 0) || layout_cell(l, i, last, out) < 0)
			return -1;
	}
	return layout_end_line(l, out);
}

/* Appends the name of column I, aligned as the values of the column are. Returns 0, or -1 if OUT is full. */
static int layout_title(struct layout *l, size_t i, struct buf *out)
{
	const struct layout_column *c = &l->columns[i];
	buf_reset(&l->reader.text);
	if (text_width_show((struct span){ l->names.all[i].text, l->names.all[i].n }, &l->reader.text) < 0)
		return -1;
	size_t before = column_is_numbers(c) && c->width > c->title ? c->width - c->title : 0;
	return layout_place(l, buf_span(&l->reader.text), c->title, before, c->width, i + 1 == l->names.count, out);
}

/* The first line has the names in bold. The second line is a rule of dim box-drawing characters, as wide as the
 * columns. */
int layout_header(struct layout *l, struct buf *out)
{
	int r = l->styled ? buf_adds(out, "\033[1m") : 0;
	for (size_t i = 0; i < l->shown && r == 0; i++)
		r = (i > 0 && spaces(out, GAP) < 0) || layout_title(l, i, out) < 0 ? -1 : 0;
	if (r < 0 || (l->styled && buf_adds(out, "\033[0m") < 0) || layout_end_line(l, out) < 0)
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
