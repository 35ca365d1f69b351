/* windows.c -- windows with groups of their own: tumbling ones, the lines of --expand, and every kind when each
 * change is written, since then each window has a row to write anyway. */
#include "sp-agg/rows.h"
#include "sp-agg/groups.h"
#include "sp-agg/store/store.h"

static bool before(struct bounds x, struct bounds y)
{
	return x.end != y.end ? x.end < y.end : x.start < y.start;
}

int out_of_order(const struct agg *a, struct err *e)
{
	char bounds[BOUNDS_TEXT_MAX];
	size_t n = bounds_write(a->bounds_kind, a->ev->b, bounds);
	return err_set(e, EX_DATAERR,
		"event %.*s} came behind a watermark that has closed its windows: something between "
		"sp-window and sp-agg has changed the order of lines (sort, a parallel filter): put it in front of sp-window",
		(int)(n - 1), bounds);
}

/* Where the window B stands, or would. */
static size_t find(const struct windows *w, struct bounds b)
{
	size_t low = 0, high = w->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (before(w->list[middle]->b, b))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The window B, made if there was none. NULL: E. */
static struct pane *get(struct agg *a, struct bounds b, struct err *e)
{
	struct windows *w = &a->windows;
	size_t at = find(w, b);
	if (at < w->count && bounds_eq(w->list[at]->b, b))
		return w->list[at];
	if (w->count == w->cap) {
		size_t cap = w->cap ? 2 * w->cap : 16;
		struct pane **list = realloc(w->list, cap * sizeof *list);
		if (!list) {
			out_of_memory(e);
			return NULL;
		}
		w->list = list;
		w->cap = cap;
	}
	struct pane *p = pane_new(a, b, e);
	if (!p)
		return NULL;
	p->fired = windowing_fired(b, a->watermark);
	memmove(w->list + at + 1, w->list + at, (w->count - at) * sizeof w->list[0]);
	w->list[at] = p;
	w->count++;
	return p;
}

/* The current event into P; its row at once when P has fired, or every change is written. */
static int take(struct agg *a, struct pane *p, struct err *e)
{
	struct span key;
	char *record = pane_take(a, p, &key, e);
	if (!record)
		return -1;
	if (!a->head_size)
		return 0;
	if (p->fired || a->c->emit == EMIT_UPDATE)
		return emit_record(a, &p->b, false, key, record, &p->pool, e);
	((struct head *)(void *)record)->changed = 1;
	p->changed = true;
	return 0;
}

static bool forgotten(const struct agg *a, struct bounds b)
{
	return a->has_windowing && windowing_forgotten(&a->w, b, a->watermark);
}

/* A slice's event into each of its windows. */
static int take_slice(struct agg *a, struct err *e)
{
	struct bounds b;
	bool taken = false;
	for (bool more = windowing_first(&a->w, a->ev->b, &b); more; more = windowing_next(&a->w, a->ev->b, &b)) {
		if (forgotten(a, b))
			continue;
		struct pane *p = get(a, b, e);
		if (!p || take(a, p, e) < 0)
			return -1;
		taken = true;
	}
	return taken ? 0 : out_of_order(a, e);
}

int windows_take(struct agg *a, struct err *e)
{
	if (a->hot)
		return take(a, a->hot, e);
	if (!a->record_size)
		layout(a, a->repeats ? sizeof(struct head) : 0);
	if (a->bounds_kind == BOUNDS_SLICE)
		return take_slice(a, e);
	if (forgotten(a, a->ev->b))
		return out_of_order(a, e);
	a->hot = get(a, a->ev->b, e);
	return a->hot ? take(a, a->hot, e) : -1;
}

int windows_advance(struct agg *a, struct err *e)
{
	struct windows *w = &a->windows;
	size_t passed = 0, kept = 0;
	int r = 0;
	while (passed < w->count && (a->ended || windowing_fired(w->list[passed]->b, a->watermark)))
		passed++;
	if (passed == 0)
		return 0;
	for (size_t i = 0; i < passed; i++) {
		struct pane *p = w->list[i];
		bool over = a->ended || forgotten(a, p->b);
		if (r == 0 && !p->fired)
			r = emit_pane(a, p, over, e);
		p->fired = true;
		if (over)
			pane_free(a, p);
		else
			w->list[kept++] = p;
	}
	memmove(w->list + kept, w->list + passed, (w->count - passed) * sizeof w->list[0]);
	w->count -= passed - kept;
	a->hot = NULL;
	return r;
}

int windows_emit_changed(struct agg *a, struct err *e)
{
	for (size_t i = 0; i < a->windows.count; i++)
		if (emit_changed(a, a->windows.list[i], e) < 0)
			return -1;
	return 0;
}

void windows_release(struct agg *a)
{
	for (size_t i = 0; i < a->windows.count; i++)
		pane_free(a, a->windows.list[i]);
	free(a->windows.list);
}
