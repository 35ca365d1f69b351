/* global.c -- a stream without windows: one row per key at the end, or for every N of its events. */
#include "sp-agg/rows.h"
#include "sp-agg/groups.h"
#include "sp-agg/store/store.h"

static int begin(struct agg *a, struct err *e)
{
	layout(a, a->repeats || a->c->count ? sizeof(struct head) : 0);
	a->global = pane_new(a, (struct bounds){ 0, 0 }, e);
	if (!a->global)
		return -1;
	a->hot = a->global;
	/* --count gives records back to the table, so they do not stand in order of arrival */
	a->global->merged = a->c->count != 0;
	return 0;
}

int global_take(struct agg *a, struct err *e)
{
	struct span key;
	if (!a->global && begin(a, e) < 0)
		return -1;
	struct pane *p = a->global;
	char *record = pane_take(a, p, &key, e);
	if (!record)
		return -1;
	if (!a->head_size)
		return 0;
	struct head *h = (struct head *)(void *)record;
	h->events++;
	h->changed = 1;
	p->changed = true;
	bool full = a->c->count && h->events == (uint64_t)a->c->count;
	if ((full || a->c->emit == EMIT_UPDATE) && emit_record(a, NULL, full, key, record, &p->pool, e) < 0)
		return -1;
	if (full)
		pane_remove(a, p, key, table_hash(key), record);
	return 0;
}

int global_end(struct agg *a, struct err *e)
{
	return a->global ? emit_pane(a, a->global, true, e) : 0;
}

int global_emit_changed(struct agg *a, struct err *e)
{
	return a->global ? emit_changed(a, a->global, e) : 0;
}

void global_release(struct agg *a)
{
	pane_free(a, a->global);
}
