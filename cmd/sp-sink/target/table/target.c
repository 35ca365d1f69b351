/* target.c -- a table for people, on standard output.
 *
 * Rows are collected first, so that columns can be as wide as their values need. Then the rows are shown in one of two
 * ways:
 *
 * Printing writes the table once, with the widths of the first rows. Up to 10,000 rows are collected, on a terminal for
 * 0.3 seconds at most. Later rows use the same widths. A row with a new column starts a new table.
 *
 * Painting ("live") is for a terminal and for rows that later rows can replace. The newest rows that fit the screen are
 * painted, ten times a second at most, each time over the last picture and with new widths. At the end the picture is
 * removed and the table is printed as a whole. */
#include "sp-sink/target/table/layout.h"
#include "sp-sink/target/table/live_rows.h"
#include "sp-sink/target/table/terminal.h"
#include "base/clock.h"
#include "stream/writer.h"
#include "sp-sink/target/target.h"
#include "sp-sink/target/table/text_width.h"
#include <stdlib.h>
#include <unistd.h>

enum {
	PAINT_MS = 100,      /* from one picture to the next */
	COLLECT_MS = 300,    /* on a terminal: how long rows are collected before they are printed */
	SIZE_CHECK_MS = 500, /* between two checks of the size of the terminal */
	/* A picture has these lines besides its rows: header, rule, the number of hidden rows, the cursor's line. */
	FRAME_LINES = 4,
	TEXT_MAX = 1 << 30,
};

struct target {
	struct terminal terminal;
	struct layout layout;
	struct live_rows rows;
	struct event event; /* a row, split into its fields */
	struct writer out;
	struct buf text; /* scratch: what is written next */
	bool live;       /* a later row can replace an earlier row, so the table is painted */
	bool begun;      /* the header was printed */
	bool dirty;      /* rows have come since the last picture or print */
	/* If LIVE is set, the time of the last picture. Otherwise the time at which the first of the collected rows
	 * came. */
	int64_t since_ms;
};

static int table_oom(struct err *e)
{
	return err_oom(e, "a table");
}

/* Reads row I, in the order of live_rows_sort(), into t->event. Returns 0, or -1 with E set. */
static int table_read_row(struct target *t, size_t i, struct err *e)
{
	const struct live_row *row = &t->rows.all[t->rows.order[i]];
	if (event_read(&t->event, (struct span){ row->text, row->n }, e) < 0)
		return -1;
	if (t->live)
		live_rows_strip(&t->event);
	return 0;
}

/* Writes t->text and flushes it, so that the user sees the whole text at once. Returns 0, or -1 with E set. */
static int table_write(struct target *t, struct err *e)
{
	return writer_add(&t->out, buf_span(&t->text).p, t->text.n, e) < 0 ? -1 : writer_flush(&t->out, e);
}

/* Sets the widths of the columns by the rows from number FROM on. Returns 0, or -1 with E set. */
static int table_measure(struct target *t, size_t from, struct err *e)
{
	for (size_t i = from; i < t->rows.live; i++)
		if (table_read_row(t, i, e) < 0 || layout_see(&t->layout, &t->event, e) != 0)
			return -1;
	layout_fit(&t->layout, t->terminal.is_terminal ? t->terminal.columns : 0);
	return 0;
}

/* Appends the lines of the rows from number FROM on to t->text. Returns 0, or -1 with E set. */
static int table_add_rows(struct target *t, size_t from, struct err *e)
{
	for (size_t i = from; i < t->rows.live; i++)
		if (table_read_row(t, i, e) < 0 || layout_line(&t->layout, &t->event, &t->text) < 0)
			return table_oom(e);
	return 0;
}

/* Returns true if a collected row has a column that the printed table lacks. */
static bool table_has_new_column(struct target *t, struct err *e)
{
	for (size_t i = 0; i < t->rows.live; i++)
		if (table_read_row(t, i, e) == 0 && layout_is_new(&t->layout, &t->event))
			return true;
	return false;
}

/* Prints the collected rows and removes them. Prints a header before the rows if they are the first rows or have a new
 * column. Returns 0, or -1 with E set. */
static int table_print(struct target *t, struct err *e)
{
	buf_reset(&t->text);
	if (live_rows_sort(&t->rows, e) < 0)
		return -1;
	if (t->rows.live > 0 && (!t->begun || table_has_new_column(t, e))) {
		if (table_measure(t, 0, e) < 0)
			return -1;
		if ((t->begun && buf_addc(&t->text, '\n') < 0) || layout_header(&t->layout, &t->text) < 0)
			return table_oom(e);
		t->begun = true;
	}
	t->dirty = false;
	if (table_add_rows(t, 0, e) < 0 || live_rows_clear(&t->rows, e) < 0)
		return -1;
	return table_write(t, e);
}

/* Paints the newest rows over the last picture. Returns 0, or -1 with E set. */
static int table_paint(struct target *t, struct err *e)
{
	size_t lines = t->terminal.lines > FRAME_LINES + 1 ? t->terminal.lines - FRAME_LINES : 1;
	size_t hidden = t->rows.live > lines ? t->rows.live - lines : 0;
	if (live_rows_sort(&t->rows, e) < 0)
		return -1;
	buf_reset(&t->text);
	if (table_measure(t, hidden, e) < 0)
		return -1;
	if (terminal_unpaint(&t->terminal, &t->text) < 0)
		return table_oom(e);
	size_t start = t->text.n;
	if (layout_header(&t->layout, &t->text) < 0 || table_add_rows(t, hidden, e) < 0 ||
		(hidden > 0 && buf_addf(&t->text, "(%zu older row%s above)\n", hidden, hidden == 1 ? "" : "s") < 0))
		return table_oom(e);
	if (terminal_painted(&t->terminal, (struct span){ t->text.p + start, t->text.n - start }) < 0)
		return table_oom(e);
	t->dirty = false;
	t->since_ms = clock_monotonic_ms();
	return table_write(t, e);
}

static int table_put(struct target *t, struct event *ev, bool *due, struct err *e)
{
	(void)due; /* nothing is stored, so no commit is ever due */
	if (ev->count > LAYOUT_COLUMNS)
		return event_reject(ev, "too many columns", e, "a table has at most %d columns", LAYOUT_COLUMNS);
	if (ev->count == 0)
		return event_reject(ev, "no fields", e, "an event without fields has no columns");
	t->live = t->live || (t->terminal.is_terminal && live_rows_can_update(&t->rows, ev));
	if (!t->dirty && !t->live)
		t->since_ms = clock_monotonic_ms();
	t->dirty = true;
	if (live_rows_take(&t->rows, ev, e) < 0)
		return -1;
	if (!live_rows_full(&t->rows))
		return 0;
	/* When painting, only the newest rows are seen, so the older half is removed. */
	return t->live ? live_rows_forget(&t->rows, t->rows.count / 2, e) : table_print(t, e);
}

static int table_tick(struct target *t, int64_t now, int64_t *next, struct err *e)
{
	if (!t->terminal.is_terminal)
		return 0;
	if (terminal_resized(&t->terminal) && t->live)
		t->dirty = true;
	/* Rows that come one by one are shown together, after a short time. */
	int64_t due = t->since_ms + (t->live ? PAINT_MS : COLLECT_MS);
	if (t->dirty && now < due) {
		*next = due;
		return 0;
	}
	/* The signal of a change of size ends a wait for input, but not if it comes just before the wait begins. So the
	 * wait is kept short. */
	if (t->live)
		*next = now + SIZE_CHECK_MS;
	if (!t->dirty)
		return 0;
	return t->live ? table_paint(t, e) : table_print(t, e);
}

static int table_finish(struct target *t, struct err *e)
{
	buf_reset(&t->text);
	/* The picture is removed. Then the table with all rows is printed, and stays on the screen. */
	if (terminal_unpaint(&t->terminal, &t->text) < 0 || table_write(t, e) < 0)
		return -1;
	if (table_print(t, e) < 0)
		return -1;
	return writer_close(&t->out, e);
}

static int table_open(struct target **out, const struct target_config *c, struct err *e)
{
	struct target *t = *out = calloc(1, sizeof *t);
	if (!t)
		return err_oom(e, "a target");
	if (*c->uri.path || c->uri.param_count > 0)
		return err_set(e, EX_USAGE, "table:%s: nothing may follow table:, which writes to standard output",
			c->uri.path);
	buf_init(&t->text, TEXT_MAX);
	text_width_init();
	terminal_init(&t->terminal);
	if (layout_init(&t->layout, c->zone, t->terminal.styled, e) < 0 || live_rows_init(&t->rows, c->key, e) < 0)
		return -1;
	return writer_init(&t->out, STDOUT_FILENO, "standard output", e);
}

static void table_free(struct target *t)
{
	terminal_release(&t->terminal);
	layout_release(&t->layout);
	live_rows_release(&t->rows);
	event_release(&t->event);
	writer_release(&t->out);
	buf_release(&t->text);
	free(t);
}

const struct target_type target_table = {
	.schemes = (const char *const[]){ "table", NULL },
	.form = "table:",
	.help = "an aligned table for people, on standard output",
	.options = TARGET_KEY | TARGET_TZ,
	.guarantee = TARGET_AT_LEAST_ONCE,
	.open = table_open,
	.put = table_put,
	.tick = table_tick,
	.finish = table_finish,
	.free = table_free,
};
