/* top.c -- the N best rows of a window, or of each value of the --per keys.
 *
 * Candidates are kept as the text of the result that ranks them; whenever there are twice as many as can win,
 * they are sorted and the losers dropped, so that memory goes with N, not with the keys of the window. */
#include "sp-agg/rows.h"
#include "sp-agg/groups.h"
#include "sp-agg/intake.h"

enum { CANDIDATES = 4096 };

struct candidate {
	uint32_t group, place; /* both by first appearance */
	size_t at, n;          /* the ranking result's text */
};

struct top {
	struct agg *a;
	struct order order;
	struct candidate *list; /* owned */
	size_t count, cap, limit;
	struct buf texts, key;
	struct pool pool; /* of the table of groups: key bytes to number + 1 */
	struct table groups;
};

static struct span text_of(const struct top *t, const struct candidate *c)
{
	return (struct span){ t->texts.p + c->at, c->n };
}

/* Nulls last, whatever the order; ties by first appearance. */
static int by_rank(const void *x, const void *y, void *arg)
{
	const struct top *t = arg;
	const struct candidate *a = x, *b = y;
	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	struct span p = text_of(t, a), q = text_of(t, b);
	bool p_null = json_type(p) == JSON_NULL, q_null = json_type(q) == JSON_NULL;
	int r = p_null || q_null ? p_null - q_null : json_compare(p, q) * (t->a->c->ascending ? 1 : -1);
	return r ? r : (a->place > b->place) - (a->place < b->place);
}

/* Sorts, and keeps the N best of each group. */
static int cut(struct top *t, struct err *e)
{
	struct buf texts;
	size_t kept = 0;
	int64_t in_group = 0;
	if (t->count == 0)
		return 0;
	qsort_r(t->list, t->count, sizeof t->list[0], by_rank, t);
	buf_init(&texts, t->texts.max);
	for (size_t i = 0; i < t->count; i++) {
		struct candidate c = t->list[i];
		in_group = i > 0 && t->list[i - 1].group == c.group ? in_group + 1 : 0;
		if (in_group >= t->a->c->top)
			continue;
		if (buf_add_span(&texts, text_of(t, &c)) < 0) {
			buf_release(&texts);
			return out_of_memory(e);
		}
		c.at = texts.n - c.n;
		t->list[kept++] = c;
	}
	buf_release(&t->texts);
	t->texts = texts;
	t->count = kept;
	t->limit = kept * 2 > CANDIDATES ? kept * 2 : CANDIDATES;
	return 0;
}

/* The number of the --per group of KEY; -1: E. */
static int64_t group_of(struct top *t, struct span key, struct err *e)
{
	const struct config *c = t->a->c;
	bool added, other = span_eq(key, KEY_OTHER);
	const char *p = key.p, *end = key.p + key.n;
	buf_reset(&t->key);
	for (size_t i = 0; i < c->key_count && !other; i++) {
		const char *stop = i + 1 < c->key_count ? memchr(p, '\n', (size_t)(end - p)) : end;
		if (c->per[i] && (buf_add(&t->key, p, (size_t)(stop - p)) < 0 || buf_addc(&t->key, '\n') < 0))
			return out_of_memory(e);
		p = stop + 1;
	}
	uint32_t *number = table_add(&t->groups, buf_span(&t->key), table_hash(buf_span(&t->key)), &added);
	if (!number)
		return out_of_memory(e);
	if (added)
		*number = t->groups.count;
	return *number;
}

static int add(struct top *t, uint32_t place, struct span key, const char *record, const struct pool *pool,
	struct err *e)
{
	const struct fold *f = &t->a->c->folds[t->a->c->order];
	int64_t group = group_of(t, key, e);
	if (group < 0)
		return -1;
	if (t->count == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : CANDIDATES;
		struct candidate *list = realloc(t->list, cap * sizeof *list);
		if (!list)
			return out_of_memory(e);
		t->list = list;
		t->cap = cap;
	}
	size_t at = t->texts.n;
	if (f->type->result(f, record + f->offset, pool, &t->texts) < 0)
		return out_of_memory(e);
	t->list[t->count++] = (struct candidate){ (uint32_t)group, place, at, t->texts.n - at };
	return t->count >= t->limit ? cut(t, e) : 0;
}

static int fill(struct top *t, struct pane *p, struct err *e)
{
	for (uint32_t i = 0; i < t->order.count; i++) {
		struct span key;
		const char *record = table_at(&p->table, order_index(&t->order, i), &key);
		if (record && add(t, i, key, record, &p->pool, e) < 0)
			return -1;
	}
	return cut(t, e);
}

static int write_rows(struct top *t, struct pane *p, bool final, struct err *e)
{
	const struct bounds *b = t->a->mode == MODE_GLOBAL ? NULL : &p->b;
	for (size_t i = 0; i < t->count; i++) {
		struct span key;
		char *record = table_at(&p->table, order_index(&t->order, t->list[i].place), &key);
		if (emit_record(t->a, b, final, key, record, &p->pool, e) < 0)
			return -1;
	}
	return 0;
}

int top_emit(struct agg *a, struct pane *p, bool final, struct err *e)
{
	struct top t = { .a = a, .limit = CANDIDATES };
	buf_init(&t.texts, (size_t)1 << 40);
	buf_init(&t.key, (size_t)1 << 30);
	pool_init(&t.pool);
	int r = table_init(&t.groups, &t.pool, sizeof(uint32_t), e);
	if (r == 0)
		r = order_make(a, p, &t.order, e);
	if (r == 0)
		r = fill(&t, p, e);
	if (r == 0)
		r = write_rows(&t, p, final, e);
	free(t.order.items);
	free(t.list);
	buf_release(&t.texts);
	buf_release(&t.key);
	table_release(&t.groups);
	pool_release(&t.pool);
	return r;
}
