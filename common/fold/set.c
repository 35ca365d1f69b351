/* set.c -- collect_set, topk: exact, by a table of the values of each group; count_distinct and
 * approx_distinct. Values are equal as in jq (1 and 1.0 are; so are objects whatever the order of their
 * names): what is kept is their canonical form. */
#include "fold/types.h"
#include "state/distinct.h"
#include "state/hll.h"
#include "state/table.h"

/* The state of collect_set and topk. */
struct set {
	pool_ref table; /* 0: empty */
};

/* What is kept of a value. */
union note {
	uint64_t seq;   /* collect_set: its first arrival */
	uint64_t count; /* topk */
};

static size_t set_size(const struct fold *f)
{
	(void)f;
	return sizeof(struct set);
}

static struct table *table_of(const struct set *s, const struct pool *pool)
{
	return s->table ? pool_at(pool, s->table) : NULL;
}

/* The table of S, made if there was none. */
static struct table *open_table(struct set *s, struct pool *pool)
{
	struct err e;
	if (s->table)
		return table_of(s, pool);
	pool_ref ref = pool_alloc(pool, sizeof(struct table));
	if (!ref || table_init(pool_at(pool, ref), pool, sizeof(union note), &e) < 0) {
		pool_free(pool, ref, sizeof(struct table));
		return NULL;
	}
	s->table = ref;
	return table_of(s, pool);
}

static int take(const struct fold *f, struct set *s, struct pool *pool, struct span key, union note note)
{
	bool added;
	struct table *t = open_table(s, pool);
	union note *had = t ? table_add(t, key, table_hash(key), &added) : NULL;
	if (!had)
		return -1;
	if (f->type == &fold_topk)
		had->count += note.count;
	else if (added || note.seq < had->seq)
		had->seq = note.seq;
	return 0;
}

static int set_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)ts;
	struct span key;
	union note note = { .seq = seq };
	if (is_absent(args))
		return 0;
	if (f->type == &fold_topk)
		note.count = 1;
	return canonical(f, args, &key) < 0 ? -1 : take(f, state, pool, key, note);
}

static int set_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	const struct table *t = table_of(from, from_pool);
	struct span key;
	for (uint32_t i = 0; t && i < t->next; i++) {
		const union note *note = table_at(t, i, &key);
		if (take(f, into, pool, key, *note) < 0)
			return -1;
	}
	return 0;
}

static void set_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct set *s = state;
	struct table *t = table_of(s, pool);
	if (!t)
		return;
	table_release(t);
	pool_free(pool, s->table, sizeof *t);
	s->table = 0;
}

/* ---- results in order ---- */

struct item {
	union note note;
	struct span key;
};

static int by_arrival(const void *x, const void *y)
{
	const struct item *a = x, *b = y;
	return (a->note.seq > b->note.seq) - (a->note.seq < b->note.seq);
}

/* Greatest count first, equal ones in jq's order of the values. */
static int by_count(const void *x, const void *y)
{
	const struct item *a = x, *b = y;
	if (a->note.count != b->note.count)
		return a->note.count > b->note.count ? -1 : 1;
	return json_compare(a->key, b->key);
}

/* Moves HEAP[I] down to where its children come before it: the item that comes last is on top. */
static void sift_down(struct item *heap, size_t n, size_t i)
{
	for (size_t child; (child = 2 * i + 1) < n; i = child) {
		if (child + 1 < n && by_count(&heap[child + 1], &heap[child]) > 0)
			child++;
		if (by_count(&heap[child], &heap[i]) <= 0)
			return;
		struct item t = heap[i];
		heap[i] = heap[child];
		heap[child] = t;
	}
}

static void make_heap(struct item *items, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		sift_down(items, n, i);
}

/* The first MOST items of T by F's order, sorted. *N: how many. NULL: out of memory. */
static struct item *items_of(const struct fold *f, const struct table *t, size_t most, size_t *n)
{
	struct item one, *items = malloc((most + 1) * sizeof *items);
	*n = 0;
	for (uint32_t i = 0; items && i < t->next; i++) {
		const union note *note = table_at(t, i, &one.key);
		one.note = *note;
		if (*n < most) {
			items[(*n)++] = one;
			if (*n == most && f->type == &fold_topk)
				make_heap(items, most);
		} else if (by_count(&one, &items[0]) < 0) {
			items[0] = one;
			sift_down(items, most, 0);
		}
	}
	if (items)
		qsort(items, *n, sizeof *items, f->type == &fold_topk ? by_count : by_arrival);
	return items;
}

static int write_items(const struct fold *f, const struct item *items, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_addc(out, ',');
		if (f->type == &fold_topk)
			buf_adds(out, "{\"value\":");
		buf_add_span(out, items[i].key);
		if (f->type == &fold_topk &&
			buf_addf(out, ",\"count\":%llu}", (unsigned long long)items[i].note.count) < 0)
			return -1;
	}
	return buf_addc(out, ']');
}

static int items_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	const struct table *t = table_of(state, pool);
	size_t n = 0, most = !t ? 0 : f->type == &fold_topk && (uint64_t)f->k < t->count ? (size_t)f->k : t->count;
	struct item *items = most ? items_of(f, t, most, &n) : NULL;
	int r = -1;
	if ((items || !most) && buf_addc(out, '[') == 0)
		r = write_items(f, items, n, out);
	free(items);
	return r;
}

const struct fold_type fold_collect_set = { .name = "collect_set",
	.usage = "collect_set(EXPR)",
	.min_args = 1,
	.max_args = 1,
	.check = check_comparable,
	.state_size = set_size,
	.init = init_zero,
	.add = set_add,
	.merge = set_merge,
	.result = items_result,
	.release = set_release };

static int topk_constant(struct fold *f, int i, struct span text, struct err *e)
{
	return i == 1 ? constant_integer(text, "K", 1, 1000000, &f->k, e) : 0;
}

const struct fold_type fold_topk = { .name = "topk",
	.usage = "topk(EXPR, K)",
	.min_args = 2,
	.max_args = 2,
	.constant = topk_constant,
	.check = check_comparable,
	.state_size = set_size,
	.init = init_zero,
	.add = set_add,
	.merge = set_merge,
	.result = items_result,
	.release = set_release };

/* ---- count_distinct ---- */

static size_t distinct_size(const struct fold *f)
{
	(void)f;
	return sizeof(struct distinct);
}

static int count_distinct_add(const struct fold *f, void *state, struct pool *pool, const struct value *args,
	int64_t ts, uint64_t seq)
{
	(void)ts, (void)seq;
	struct span key;
	if (is_absent(args))
		return 0;
	return canonical(f, args, &key) < 0 ? -1 : distinct_add(state, pool, key);
}

static int count_distinct_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	return distinct_merge(into, pool, from, from_pool);
}

static int count_distinct_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	return buf_add_i64(out, (int64_t)distinct_count(state, pool));
}

static void count_distinct_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	distinct_release(state, pool);
}

const struct fold_type fold_count_distinct = { .name = "count_distinct",
	.usage = "count_distinct(EXPR)",
	.min_args = 1,
	.max_args = 1,
	.check = check_comparable,
	.state_size = distinct_size,
	.init = init_zero,
	.add = count_distinct_add,
	.merge = count_distinct_merge,
	.result = count_distinct_result,
	.release = count_distinct_release };

/* ---- approx_distinct ---- */

static size_t approx_size(const struct fold *f)
{
	(void)f;
	return sizeof(struct hll);
}

static int approx_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)ts, (void)seq;
	struct span key;
	if (is_absent(args))
		return 0;
	return canonical(f, args, &key) < 0 ? -1 : hll_add(state, pool, table_hash(key));
}

static int approx_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	return hll_merge(into, pool, from, from_pool);
}

static int approx_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	return buf_add_i64(out, (int64_t)hll_count(state, pool));
}

static void approx_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	hll_release(state, pool);
}

const struct fold_type fold_approx_distinct = { .name = "approx_distinct",
	.usage = "approx_distinct(EXPR)",
	.min_args = 1,
	.max_args = 1,
	.check = check_comparable,
	.state_size = approx_size,
	.init = init_zero,
	.add = approx_add,
	.merge = approx_merge,
	.result = approx_result,
	.release = approx_release };
