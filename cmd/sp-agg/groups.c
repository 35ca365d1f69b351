/* groups.c -- groups of one window or slice: from key bytes to the states of the functions. */
#include "sp-agg/groups.h"
#include "sp-agg/intake.h"
#include <inttypes.h>

int out_of_memory(struct err *e)
{
	return err_set(e, EX_OSERR, "out of memory: group by fewer keys, or bound them with --max-keys or --max-state");
}

/* ---- states alone ---- */

void states_init(const struct agg *a, char *record)
{
	for (size_t i = 0; i < a->c->fold_count; i++) {
		const struct fold *f = &a->c->folds[i];
		fold_init(f, record + f->offset);
	}
}

int states_add(struct agg *a, char *record, struct pool *pool, struct err *e)
{
	const struct event *ev = a->ev;
	for (const struct adder *d = a->adders, *end = d + a->c->fold_count; d < end; d++)
		if (ev->use[d->shared] &&
			d->add(d->fold, record + d->offset, pool, &ev->args[d->shared * FOLD_ARGS], ev->ts, ev->seq) <
				0)
			return out_of_memory(e);
	return 0;
}

int states_merge(struct agg *a, char *into, struct pool *pool, const char *from, const struct pool *from_pool,
	struct err *e)
{
	const struct fold *f = a->c->folds;
	for (size_t i = 0; i < a->c->fold_count; i++, f++)
		if (f->type->merge(f, into + f->offset, pool, from + f->offset, from_pool) < 0)
			return out_of_memory(e);
	return 0;
}

void states_release(const struct agg *a, char *record, struct pool *pool)
{
	for (size_t i = 0; i < a->c->fold_count; i++) {
		const struct fold *f = &a->c->folds[i];
		if (f->type->release)
			f->type->release(f, record + f->offset, pool);
	}
}

int state_account(struct agg *a, size_t bytes, size_t *counted, struct err *e)
{
	if (bytes == *counted)
		return 0;
	a->state_bytes += bytes - *counted;
	*counted = bytes;
	if (a->c->max_state && a->state_bytes > a->c->max_state)
		return err_set(e, EX_DATAERR,
			"groups need more than the %" PRIu64 " bytes of --max-state: give more, group by "
			"fewer keys, or use shorter windows",
			a->c->max_state);
	return 0;
}

/* ---- panes ---- */

struct pane *pane_new(struct agg *a, struct bounds b, struct err *e)
{
	struct pane *p = calloc(1, sizeof *p);
	if (!p) {
		out_of_memory(e);
		return NULL;
	}
	p->b = b;
	pool_init(&p->pool);
	if (table_init(&p->table, &p->pool, a->record_size, e) < 0) {
		pool_release(&p->pool);
		free(p);
		return NULL;
	}
	return p;
}

void pane_free(struct agg *a, struct pane *p)
{
	if (!p)
		return;
	a->state_bytes -= p->counted;
	table_release(&p->table);
	pool_release(&p->pool);
	free(p);
}

static void record_begin(struct agg *a, char *record, uint64_t first)
{
	if (a->head_size)
		*(struct head *)(void *)record = (struct head){ .first = first };
	states_init(a, record);
}

int group_overflow(struct agg *a, struct span *key, uint64_t *hash, struct err *e)
{
	if (!a->c->other)
		return err_set(e, EX_DATAERR,
			"more than %" PRIu64 " keys (--max-keys) in one window: allow more, group by "
			"something coarser, or --overflow other",
			a->c->max_keys);
	*key = KEY_OTHER;
	*hash = table_hash(*key);
	return 0;
}

char *pane_take(struct agg *a, struct pane *p, struct span *out, struct err *e)
{
	bool added;
	struct span key = a->ev->key;
	uint64_t hash = a->ev->hash;
	if (a->c->max_keys && p->table.count >= a->c->max_keys && !table_find(&p->table, key, hash) &&
		group_overflow(a, &key, &hash, e) < 0)
		return NULL;
	char *record = table_add(&p->table, key, hash, &added);
	if (!record) {
		out_of_memory(e);
		return NULL;
	}
	if (added)
		record_begin(a, record, a->ev->seq);
	if (states_add(a, record, &p->pool, e) < 0)
		return NULL;
	if (p->pool.bytes != p->counted && state_account(a, p->pool.bytes, &p->counted, e) < 0)
		return NULL;
	if (out)
		*out = key;
	return record;
}

void pane_remove(struct agg *a, struct pane *p, struct span key, uint64_t hash, char *record)
{
	states_release(a, record, &p->pool);
	table_remove(&p->table, key, hash);
}

static int merge_record(struct agg *a, struct pane *into, const struct pane *from, struct span key, uint64_t hash,
	const char *record, struct err *e)
{
	bool added;
	uint64_t first = ((const struct head *)(const void *)record)->first;
	char *to = table_add(&into->table, key, hash, &added);
	if (!to)
		return out_of_memory(e);
	if (added)
		record_begin(a, to, first);
	struct head *h = (struct head *)(void *)to;
	if (first < h->first)
		h->first = first;
	into->merged = true;
	if (states_merge(a, to, &into->pool, record, &from->pool, e) < 0)
		return -1;
	if (!added || !a->c->max_keys || into->table.count <= a->c->max_keys)
		return state_account(a, into->pool.bytes, &into->counted, e);
	return group_overflow(a, &key, &hash, e); /* never with --overflow other: that has windows of their own */
}

int pane_merge_key(struct agg *a, struct pane *into, const struct pane *from, struct span key, uint64_t hash,
	struct err *e)
{
	const char *record = table_find(&from->table, key, hash);
	return record ? merge_record(a, into, from, key, hash, record, e) : 0;
}

int pane_merge(struct agg *a, struct pane *into, const struct pane *from, struct err *e)
{
	for (uint32_t i = 0; i < from->table.next; i++) {
		struct span key;
		const char *record = table_at(&from->table, i, &key);
		if (record && merge_record(a, into, from, key, table_hash(key), record, e) < 0)
			return -1;
	}
	return 0;
}
