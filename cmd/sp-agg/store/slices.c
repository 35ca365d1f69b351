/* slices.c -- hopping and cumulating windows, made of slices.
 *
 * An event goes into its slice alone, so a window of many panes costs an event no more than a tumbling one. When a
 * window fires, its slices are merged (trie.c). An event that comes late, for a window that has fired and is not
 * forgotten, has its key's row merged and written again. */
#include "sp-agg/rows.h"
#include "sp-agg/groups.h"
#include "sp-agg/store/store.h"
#include "sp-agg/store/slice_tree.h"

/* A window that fired and may fire again. */
struct fired {
	struct bounds b;
	uint64_t seq;      /* events that had come by then */
	struct rows *rows; /* owned; NULL: none was written since */
};

/* How often each key's row was written. */
struct rows {
	struct pool pool;
	struct table table;
};

struct slices {
	struct node *root;
	struct bounds last; /* the window that fired last */
	bool any;
	int64_t watermark;   /* what was fired up to */
	int64_t from;        /* slices that start before have no window left to fire */
	struct fired *fired; /* owned, by (end, start) */
	size_t fired_count, fired_cap;
};

static bool before(struct bounds x, struct bounds y)
{
	return x.end != y.end ? x.end < y.end : x.start < y.start;
}

/* ---- windows that fired and are not forgotten ---- */

static void fired_free(struct fired *f)
{
	if (!f->rows)
		return;
	table_release(&f->rows->table);
	pool_release(&f->rows->pool);
	free(f->rows);
}

/* Where B stands among those that fired, or would. */
static size_t fired_find(const struct slices *s, struct bounds b)
{
	size_t low = 0, high = s->fired_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (before(s->fired[middle].b, b))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* B, entered as having fired when SEQ events had come. NULL: E. */
static struct fired *fired_get(struct slices *s, struct bounds b, uint64_t seq, struct err *e)
{
	size_t at = fired_find(s, b);
	if (at < s->fired_count && bounds_eq(s->fired[at].b, b))
		return &s->fired[at];
	if (s->fired_count == s->fired_cap) {
		size_t cap = s->fired_cap ? 2 * s->fired_cap : 16;
		struct fired *list = realloc(s->fired, cap * sizeof *list);
		if (!list) {
			out_of_memory(e);
			return NULL;
		}
		s->fired = list;
		s->fired_cap = cap;
	}
	memmove(s->fired + at + 1, s->fired + at, (s->fired_count - at) * sizeof s->fired[0]);
	s->fired[at] = (struct fired){ .b = b, .seq = seq };
	s->fired_count++;
	return &s->fired[at];
}

static struct rows *rows_new(struct err *e)
{
	struct rows *r = calloc(1, sizeof *r);
	if (!r) {
		out_of_memory(e);
		return NULL;
	}
	pool_init(&r->pool);
	if (table_init(&r->table, &r->pool, sizeof(uint64_t), e) == 0)
		return r;
	pool_release(&r->pool);
	free(r);
	return NULL;
}

/* How often KEY's row of F was written before; FIRST is the arrival of the group. -1: E. */
static int64_t revision_of(struct fired *f, struct span key, uint64_t first, struct err *e)
{
	bool added;
	if (!f->rows && !(f->rows = rows_new(e)))
		return -1;
	uint64_t *n = table_add(&f->rows->table, key, table_hash(key), &added);
	if (!n)
		return out_of_memory(e);
	if (added)
		*n = first < f->seq; /* it was there when the window fired */
	return (int64_t)(*n)++;
}

/* The current event's window B has fired: its key's row again. */
static int fire_again(struct agg *a, struct bounds b, struct err *e)
{
	struct fired *f = fired_get(a->slices, b, 0, e);
	struct pane *p = f ? trie_window(a, a->slices->root, b, &a->ev->key, e) : NULL;
	if (!p)
		return -1;
	struct head *h = table_at(&p->table, 0, NULL);
	int64_t revision = revision_of(f, a->ev->key, h->first, e);
	int r = -1;
	if (revision >= 0) {
		h->revision = (uint32_t)revision;
		r = emit_record(a, &b, false, a->ev->key, (char *)h, &p->pool, e);
	}
	pane_free(a, p);
	return r;
}

/* ---- the store ---- */

int slices_init(struct agg *a, struct err *e)
{
	layout(a, sizeof(struct head));
	a->slices = calloc(1, sizeof *a->slices);
	if (!a->slices)
		return out_of_memory(e);
	a->slices->watermark = INT64_MIN;
	a->slices->from = INT64_MIN;
	return 0;
}

int slices_take(struct agg *a, struct err *e)
{
	struct slices *s = a->slices;
	struct pane *up[TRIE_DEPTH];
	size_t up_count;
	if (a->hot)
		return pane_take(a, a->hot, NULL, e) ? 0 : -1;
	if (windowing_forgotten(&a->w, windowing_last(&a->w, a->ev->b), a->watermark))
		return out_of_order(a, e);
	struct pane *slice = trie_slice(a, &s->root, a->ev->b, up, &up_count, e);
	if (!slice || !pane_take(a, slice, NULL, e))
		return -1;
	for (size_t i = 0; i < up_count; i++)
		if (!pane_take(a, up[i], NULL, e))
			return -1;
	struct bounds b;
	bool late = false;
	for (bool more = windowing_first(&a->w, a->ev->b, &b); more && windowing_fired(b, a->watermark);
		more = windowing_next(&a->w, a->ev->b, &b)) {
		late = true;
		if (!windowing_forgotten(&a->w, b, a->watermark) && fire_again(a, b, e) < 0)
			return -1;
	}
	/* Whatever merges a node above it, a watermark or a late event, forgets it. */
	a->hot = late || up_count ? NULL : slice;
	return 0;
}

/* The first window that has a slice and has not fired. */
static bool next_window(struct agg *a, struct bounds *b)
{
	struct slices *s = a->slices;
	struct pane *p;
	while ((p = trie_from(s->root, s->from))) {
		struct bounds slice = p->b;
		bool more;
		*b = s->last;
		if (s->any && s->last.start <= slice.start && slice.end <= s->last.end)
			more = windowing_next(&a->w, slice, b);
		else
			more = windowing_first(&a->w, slice, b);
		while (more && (windowing_fired(*b, s->watermark) || (s->any && !before(s->last, *b))))
			more = windowing_next(&a->w, slice, b);
		if (more)
			return true;
		s->from = slice.start + 1;
	}
	return false;
}

static int fire(struct agg *a, struct bounds b, struct err *e)
{
	struct slices *s = a->slices;
	struct pane *p = trie_window(a, s->root, b, NULL, e);
	bool over = a->ended || windowing_forgotten(&a->w, b, a->watermark);
	int r = p ? emit_pane(a, p, over, e) : -1;
	pane_free(a, p);
	if (r == 0 && !over && !fired_get(s, b, a->n.events, e))
		r = -1;
	s->last = b;
	s->any = true;
	return r;
}

static void forget(struct agg *a)
{
	struct slices *s = a->slices;
	struct pane *p;
	size_t gone = 0;
	while ((p = trie_from(s->root, INT64_MIN)) &&
		windowing_forgotten(&a->w, windowing_last(&a->w, p->b), a->watermark))
		trie_remove_first(a, &s->root);
	while (gone < s->fired_count && windowing_forgotten(&a->w, s->fired[gone].b, a->watermark))
		fired_free(&s->fired[gone++]);
	s->fired_count -= gone;
	if (gone)
		memmove(s->fired, s->fired + gone, s->fired_count * sizeof s->fired[0]);
}

int slices_advance(struct agg *a, struct err *e)
{
	struct bounds b;
	a->hot = NULL;
	while (next_window(a, &b) && (a->ended || windowing_fired(b, a->watermark)))
		if (fire(a, b, e) < 0)
			return -1;
	a->slices->watermark = a->watermark;
	if (!a->ended)
		forget(a);
	return 0;
}

void slices_release(struct agg *a)
{
	if (!a->slices)
		return;
	trie_free(a, a->slices->root);
	for (size_t i = 0; i < a->slices->fired_count; i++)
		fired_free(&a->slices->fired[i]);
	free(a->slices->fired);
	free(a->slices);
}
