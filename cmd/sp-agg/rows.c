/* rows.c -- writes rows: {"window_start":..., "window_end":..., ["revision":..., "final":...,] keys ..., results ...}.
 *
 * A row is built in one buffer. Each part has a comma after it, and close_row() turns the last comma into the brace.
 * The parts that do not change are made only once: the plan has the names of the columns, and the text of the bounds is
 * made only if the bounds differ from those of the last row. */
#include "sp-agg/rows.h"
#include "sp-agg/order.h"
#include "sp-agg/results.h"
#include "sp-agg/top.h"

/* With --emit update and --emit DURATION, a row can be written more than once. control_lines.c also sets r->repeats, if
 * the windowing line has a lateness. */
void rows_init(struct rows *r, const struct config *config, struct plan *plan, struct writer *out)
{
	*r = (struct rows){ .config = config, .plan = plan, .out = out, .repeats = config->emit != EMIT_CLOSE };
	buf_init(&r->text, (size_t)1 << 32);
}

void rows_release(struct rows *r)
{
	buf_release(&r->text);
}

/* Appends the opening brace and the bounds B, unless B is NULL. If rows repeat, also appends the fields revision and
 * final, and the field retracted if m.retracted is true. Returns 0, or -1 if the row is too long. */
static int add_front(struct rows *r, const struct bounds *b, struct row_mark m)
{
	struct buf *row = &r->text;
	/* The bounds have the names window_start and window_end in all rows, even for sessions. */
	if (b && (r->last_bounds_n == 0 || !bounds_eq(*b, r->last_bounds))) {
		r->last_bounds_n = bounds_move(BOUNDS_WINDOW, r->last_bounds, *b, r->last_bounds_text,
			r->last_bounds_n);
		r->last_bounds = *b;
	}
	if ((b ? buf_add(row, r->last_bounds_text, r->last_bounds_n) : buf_addc(row, '{')) < 0)
		return -1;
	if (!r->repeats)
		return 0;
	return buf_addf(row, "\"revision\":%u,\"final\":%s%s,", m.revision, m.final ? "true" : "false",
		m.retracted ? ",\"retracted\":true" : "");
}

/* Ends ROW with a brace in place of its last comma, and a newline. Returns 0, or -1 if the row is too long. */
static int close_row(struct buf *row)
{
	if (row->p[row->n - 1] != ',')
		return buf_adds(row, "}\n");
	row->p[row->n - 1] = '}';
	return buf_addc(row, '\n');
}

/* A row that does not fit into the buffer is not written at all. So a consumer never sees a part of a row. */
int rows_write(struct rows *r, const struct bounds *b, struct row_mark m, struct span key, const char *record,
	const struct pool *pool, struct err *e)
{
	buf_reset(&r->text);
	if (add_front(r, b, m) < 0)
		return results_too_long(&r->text, e);
	if (results_add_keys(r->plan, key, &r->text, e) < 0 ||
		results_add(r->plan, record, pool, r->plan->result_count, &r->text, NULL, e) < 0)
		return -1;
	if (close_row(&r->text) < 0)
		return results_too_long(&r->text, e);
	r->count++;
	return writer_add(r->out, r->text.p, r->text.n, e);
}

/* The revision is raised before the row is written. If writing fails, the run ends, so the number does not matter. */
int rows_write_group(struct rows *r, const struct groups *g, bool final, char *record, struct err *e)
{
	struct row_mark m = { 0, final, false };
	if (g->plan->header_bytes) {
		struct group_header *h = group_header(record);
		m.revision = h->revision++;
		h->changed = 0;
	}
	return rows_write(r, g->windowed ? &g->bounds : NULL, m, table_spelling(&g->table, record), record, &g->pool,
		e);
}

/* Writes the rows of G in the order in which their groups first had an event. If CHANGED_ONLY, writes only the rows of
 * groups that have changed. */
static int write_in_order(struct rows *r, struct groups *g, bool final, bool changed_only, struct err *e)
{
	struct order o;
	int status = order_make(&o, g, e);
	for (uint32_t i = 0; status == 0 && i < o.count; i++) {
		char *record = table_at(&g->table, order_index(&o, i), NULL);
		if (record && (!changed_only || group_header(record)->changed))
			status = rows_write_group(r, g, final, record, e);
	}
	order_release(&o);
	/* rows_write_group() has cleared the flag `changed` of each group that was written. */
	g->changed = false;
	return status;
}

/* Writes the rows of G that --top selects, in rank order. */
static int write_top(struct rows *r, struct groups *g, bool final, struct err *e)
{
	struct top t;
	int status = top_rank(&t, r->config, r->plan, g, e);
	for (size_t i = 0; status == 0 && i < t.count; i++) {
		char *record = table_at(&g->table, order_index(&t.order, t.list[i].place), NULL);
		status = rows_write_group(r, g, final, record, e);
	}
	top_release(&t);
	return status;
}

/* --top selects rows only here, because ranking needs all groups of a window at once. */
int rows_write_all(struct rows *r, struct groups *g, bool final, struct err *e)
{
	r->windows++;
	return r->config->top ? write_top(r, g, final, e) : write_in_order(r, g, final, false, e);
}

/* If no group of G has changed, g->changed is false, and the table is not searched. */
int rows_write_changed(struct rows *r, struct groups *g, struct err *e)
{
	return g->changed ? write_in_order(r, g, false, true, e) : 0;
}
