/* rows.c -- rows: {"window_start":..., "window_end":..., ["revision":..., "final":...,] keys ..., results ...}. */
#include "sp-agg/rows.h"
#include "sp-agg/groups.h"
#include "sp-agg/intake.h"

static char *put(char *p, struct span s)
{
	memcpy(p, s.p, s.n);
	return p + s.n;
}

/* Bounds, or the brace alone; revision and final. */
static int add_front(struct agg *a, const struct bounds *b, struct mark m)
{
	struct buf *row = &a->row;
	if (b && (a->row_bounds_n == 0 || !bounds_eq(*b, a->row_bounds))) {
		a->row_bounds_n = bounds_move(BOUNDS_WINDOW, a->row_bounds, *b, a->row_bounds_text, a->row_bounds_n);
		a->row_bounds = *b;
	}
	if ((b ? buf_add(row, a->row_bounds_text, a->row_bounds_n) : buf_addc(row, '{')) < 0)
		return -1;
	if (!a->repeats)
		return 0;
	return buf_addf(row, "\"revision\":%u,\"final\":%s%s,", m.revision, m.final ? "true" : "false",
		m.retracted ? ",\"retracted\":true" : "");
}

/* "name": of a key or a function. */
static struct span head_of(const struct config *c, size_t column)
{
	size_t from = column ? c->head_end[column - 1] : 0;
	return (struct span){ c->heads.p + from, c->head_end[column] - from };
}

/* Keys, each with a comma behind it. */
static int add_keys(struct agg *a, struct span key)
{
	const struct config *c = a->c;
	const struct span takes_all = SPAN("\"__other__\"");
	bool other = span_eq(key, KEY_OTHER);
	const char *from = key.p, *end = key.p + key.n;
	char *p = buf_room(&a->row, c->heads.n + key.n + c->key_count * (takes_all.n + 1));
	if (!p)
		return -1;
	for (size_t i = 0; i < c->key_count; i++) {
		const char *stop = i + 1 < c->key_count && !other ? memchr(from, '\n', (size_t)(end - from)) : end;
		p = put(p, head_of(c, i));
		p = put(p, other ? takes_all : (struct span){ from, (size_t)(stop - from) });
		*p++ = ',';
		from = stop + 1;
	}
	a->row.n = (size_t)(p - a->row.p);
	return 0;
}

/* Results, each with a comma behind it. */
static int add_results(struct agg *a, const char *record, const struct pool *pool)
{
	const struct config *c = a->c;
	struct buf *row = &a->row;
	for (size_t i = 0; i < c->fold_count; i++) {
		const struct fold *f = &c->folds[i];
		if (buf_add_span(row, head_of(c, c->key_count + i)) < 0 ||
			f->type->result(f, record + f->offset, pool, row) < 0 || buf_addc(row, ',') < 0)
			return -1;
	}
	return 0;
}

/* The last comma becomes the closing brace. */
static int close_row(struct buf *row)
{
	if (row->p[row->n - 1] != ',')
		return buf_adds(row, "}\n");
	row->p[row->n - 1] = '}';
	return buf_addc(row, '\n');
}

int emit_row(struct agg *a, const struct bounds *b, struct mark m, struct span key, const char *record,
	const struct pool *pool, struct err *e)
{
	buf_reset(&a->row);
	if (add_front(a, b, m) < 0 || add_keys(a, key) < 0 || add_results(a, record, pool) < 0 ||
		close_row(&a->row) < 0)
		return err_set(e, EX_DATAERR, "a row would be longer than %zu bytes: collect less", a->row.max);
	a->n.rows++;
	return writer_add(&a->out, a->row.p, a->row.n, e);
}

int emit_record(struct agg *a, const struct bounds *b, bool final, struct span key, char *record,
	const struct pool *pool, struct err *e)
{
	struct mark m = { 0, final, false };
	if (a->head_size) {
		struct head *h = (struct head *)(void *)record;
		m.revision = h->revision++;
		h->changed = 0;
	}
	return emit_row(a, b, m, key, record, pool, e);
}

/* ---- panes ---- */

static int by_first(const void *x, const void *y)
{
	const struct order_item *a = x, *b = y;
	return (a->first > b->first) - (a->first < b->first);
}

int order_make(struct agg *a, const struct pane *p, struct order *o, struct err *e)
{
	uint32_t n = p->table.next, used = 0;
	*o = (struct order){ NULL, n };
	if (!a->head_size || !p->merged || n == 0)
		return 0;
	o->items = malloc(n * sizeof o->items[0]);
	if (!o->items)
		return out_of_memory(e);
	bool sorted = true;
	for (uint32_t i = 0; i < n; i++) {
		const struct head *h = table_at(&p->table, i, NULL);
		if (!h)
			continue;
		sorted = sorted && (used == 0 || o->items[used - 1].first <= h->first);
		o->items[used++] = (struct order_item){ h->first, i };
	}
	o->count = used;
	if (!sorted)
		qsort(o->items, used, sizeof o->items[0], by_first);
	return 0;
}

static int emit_some(struct agg *a, struct pane *p, bool final, bool changed_only, struct err *e)
{
	struct order o;
	const struct bounds *b = a->mode == MODE_GLOBAL ? NULL : &p->b;
	int r = order_make(a, p, &o, e);
	for (uint32_t i = 0; r == 0 && i < o.count; i++) {
		struct span key;
		char *record = table_at(&p->table, order_index(&o, i), &key);
		if (record && (!changed_only || ((struct head *)(void *)record)->changed))
			r = emit_record(a, b, final, key, record, &p->pool, e);
	}
	free(o.items);
	p->changed = false;
	return r;
}

int emit_pane(struct agg *a, struct pane *p, bool final, struct err *e)
{
	a->n.windows++;
	return a->c->top ? top_emit(a, p, final, e) : emit_some(a, p, final, false, e);
}

int emit_changed(struct agg *a, struct pane *p, struct err *e)
{
	return p->changed ? emit_some(a, p, false, true, e) : 0;
}
