/* set.c -- the functions collect_set and topk, which keep a table of the different values of each group.
 *
 * Values are equal as in jq: 1 and 1.0 are equal, and so are objects whose members are in different orders. The keys of
 * the table are the canonical forms of the values: one spelling for all equal values. The record of a value
 * (struct note) says when the value first arrived, and for topk also how often it occurred. A number is shown as it was
 * written when it first arrived, such as 1.50. Memory grows with the number of different values. */
#include "fold/function.h"
#include "state/table.h"
#include <stddef.h>

struct set {
	pool_ref table; /* struct table; 0: no value yet */
};

struct note {
	uint64_t seq;   /* arrival number of the value's first event */
	uint64_t count; /* number of events with the value; the records of collect_set end before this member */
};

/* Returns the table of S, or NULL if there is none. */
static struct table *set_table(const struct set *s, const struct pool *pool)
{
	return s->table ? pool_at(pool, s->table) : NULL;
}

/* Returns the table of S, after making it if there is none. Returns NULL if memory is exhausted. */
static struct table *set_open(const struct fold *f, struct set *s, struct pool *pool)
{
	struct err unused;
	if (s->table)
		return set_table(s, pool);
	size_t note_bytes = f->type == &fold_topk ? sizeof(struct note) : offsetof(struct note, count);
	pool_ref ref = pool_alloc(pool, sizeof(struct table));
	if (!ref || table_init(pool_at(pool, ref), pool, note_bytes, &unused) < 0) {
		pool_free(pool, ref, sizeof(struct table));
		return NULL;
	}
	s->table = ref;
	return set_table(s, pool);
}

/* Adds the value KEY with NOTE. If the table has KEY already, keeps the earlier arrival number, and for topk adds up
 * the counts. Sets *FIRST to true if NOTE is the first or the earliest note of KEY, else to false. Returns the note in
 * the table, or NULL if memory is exhausted. */
static struct note *set_put(const struct fold *f, struct set *s, struct pool *pool, struct span key,
	const struct note *note, bool *first)
{
	bool added;
	struct table *t = set_open(f, s, pool);
	struct note *had = t ? table_add(t, key, table_hash(key), &added) : NULL;
	if (!had)
		return NULL;
	if (f->type == &fold_topk)
		had->count += note->count;
	*first = added || note->seq < had->seq;
	if (*first)
		had->seq = note->seq;
	return had;
}

/* Makes SPELLING the text to show for the value KEY, whose note is HAD. Stores nothing if SPELLING is equal to KEY.
 * Returns 0, or -1 if memory is exhausted. */
static int set_spell(struct set *s, struct pool *pool, struct note *had, struct span key, struct span spelling)
{
	return table_set_spelling(set_table(s, pool), had, span_eq(spelling, key) ? SPAN_NONE : spelling);
}

/* Adds a value with the note of one event. Returns 0, or -1 if memory is exhausted. */
static int set_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)ts;
	struct span key;
	struct note note = { .seq = seq, .count = 1 };
	bool first;
	if (fold_is_absent(args))
		return 0;
	if (fold_canonical(f, args, &key) < 0)
		return -1;
	struct note *had = set_put(f, state, pool, key, &note, &first);
	if (!had)
		return -1;
	return first ? set_spell(state, pool, had, key, fold_spelling(args, key)) : 0;
}

/* Adds the values of FROM with their notes. Values are never removed, so there is a record at every index. Returns 0,
 * or -1 if memory is exhausted. */
static int set_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	const struct table *t = set_table(from, from_pool);
	struct span key;
	bool first;
	for (uint32_t i = 0; t && i < t->next; i++) {
		const struct note *note = table_at(t, i, &key);
		struct note *had = set_put(f, into, pool, key, note, &first);
		if (!had || (first && set_spell(into, pool, had, key, table_spelling(t, note)) < 0))
			return -1;
	}
	return 0;
}

static void set_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct set *s = state;
	struct table *t = set_table(s, pool);
	if (!t)
		return;
	table_release(t);
	pool_free(pool, s->table, sizeof *t);
	s->table = 0;
}

/* Writes the number of values, then each key with its note, in the order of the table. */
static void set_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	const struct table *t = set_table(state, pool);
	save_u64(s, t ? t->count : 0);
	for (uint32_t i = 0; t && i < t->next; i++) {
		const struct note *note = table_at(t, i, NULL);
		table_save_key(t, note, s);
		save_u64(s, note->seq);
		if (f->type == &fold_topk)
			save_u64(s, note->count);
	}
}

/* Returns true if the key and the spelling of NOTE are JSON values, which can be compared and written. */
static bool set_valid(const struct table *t, const struct note *note)
{
	struct span key = table_key(t, note), spelling = table_spelling(t, note);
	return key.n > 0 && json_valid_fast(key, json_type(key)) &&
		(spelling.p == key.p || json_valid_fast(spelling, json_type(spelling)));
}

/* Returns 0, or -1 if memory is exhausted. */
static int set_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	size_t n = load_count(l, f->type == &fold_topk ? 4 : 3);
	struct table *t = n ? set_open(f, state, pool) : NULL;
	if (n && (!t || table_reserve(t, n) < 0))
		return -1;
	for (size_t i = 0; i < n && !load_failed(l); i++) {
		struct note *note = table_load_key(t, l);
		if (!note)
			return load_failed(l) ? 0 : -1;
		if (!set_valid(t, note))
			load_fail(l, "a value is not valid JSON");
		note->seq = load_u64(l);
		if (f->type == &fold_topk)
			note->count = load_u64(l);
	}
	return 0;
}

/* ---- results: values in order ----
 *
 * collect_set sorts all values by arrival. topk reads the values once and keeps the best K of them in a binary heap.
 * The worst of these K values is on top. A value that is better than the top replaces it. So n values take at most
 * about n log K steps, and memory for K items is enough. */

struct set_item {
	uint64_t rank; /* collect_set: the arrival number; topk: the count */
	struct span key, spelling;
};

/* Orders items by the first arrival of their values. No two items are equal, because arrival numbers are unique. */
static int set_by_arrival(const void *x, const void *y)
{
	const struct set_item *a = x, *b = y;
	return (a->rank > b->rank) - (a->rank < b->rank);
}

/* Orders items by count, the greatest first. Equal counts are in jq's order of the values, so that the result is
 * unique. */
static int set_by_count(const void *x, const void *y)
{
	const struct set_item *a = x, *b = y;
	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	return json_compare(a->key, b->key);
}

/* Moves HEAP[I] down until neither of its children is worse. The worst item of a heap is then on top. */
static void heap_sift_down(struct set_item *heap, size_t n, size_t i)
{
	for (size_t child; (child = 2 * i + 1) < n; i = child) {
		if (child + 1 < n && set_by_count(&heap[child + 1], &heap[child]) > 0)
			child++;
		if (set_by_count(&heap[child], &heap[i]) <= 0)
			return;
		struct set_item t = heap[i];
		heap[i] = heap[child];
		heap[child] = t;
	}
}

/* Makes the N items at ITEMS a heap, from the last parent to the root (Floyd, 1964). */
static void heap_make(struct set_item *items, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		heap_sift_down(items, n, i);
}

/* Returns up to MOST values of T, and sets *N to their number: for collect_set the values in the order of arrival, for
 * topk the most frequent ones, the most frequent first. The caller must free the array; its keys are borrowed from T.
 * Returns NULL if memory is exhausted. */
static struct set_item *set_items(const struct fold *f, const struct table *t, size_t most, size_t *n)
{
	struct set_item one, *items = malloc((most + 1) * sizeof *items);
	*n = 0;
	for (uint32_t i = 0; items && i < t->next; i++) {
		const struct note *note = table_at(t, i, &one.key);
		one.rank = f->type == &fold_topk ? note->count : note->seq;
		one.spelling = table_spelling(t, note);
		if (*n < most) {
			items[(*n)++] = one;
			if (*n == most && f->type == &fold_topk)
				heap_make(items, most);
		} else if (set_by_count(&one, &items[0]) < 0) {
			/* Only topk comes here: for collect_set, MOST is the number of all values. */
			items[0] = one;
			heap_sift_down(items, most, 0);
		}
	}
	if (items)
		qsort(items, *n, sizeof *items, f->type == &fold_topk ? set_by_count : set_by_arrival);
	return items;
}

/* Appends the items and the closing bracket of [VALUE,...], or for topk of [{"value":VALUE,"count":N},...]. Returns 0,
 * or -1 if memory or the room in OUT is exhausted. */
static int set_write(const struct fold *f, const struct set_item *items, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && buf_addc(out, ',') < 0)
			return -1;
		if (f->type == &fold_topk && buf_adds(out, "{\"value\":") < 0)
			return -1;
		if (buf_add_span(out, items[i].spelling) < 0)
			return -1;
		if (f->type == &fold_topk && buf_addf(out, ",\"count\":%llu}", (unsigned long long)items[i].rank) < 0)
			return -1;
	}
	return buf_addc(out, ']');
}

/* Writes the values in order. Returns 0, or -1 if memory or the room in OUT is exhausted. */
static int set_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	const struct table *t = set_table(state, pool);
	size_t n = 0, most = !t ? 0 : f->type == &fold_topk && (uint64_t)f->k < t->count ? (size_t)f->k : t->count;
	struct set_item *items = most ? set_items(f, t, most, &n) : NULL;
	int r = -1;
	if ((items || !most) && buf_addc(out, '[') == 0)
		r = set_write(f, items, n, out);
	free(items);
	return r;
}

#define SET                                                                                                   \
	.state_size = sizeof(struct set), .check = fold_check_comparable, .add = set_add, .merge = set_merge, \
	.result = set_result, .release = set_release, .save = set_save, .load = set_load

const struct fold_type fold_collect_set = { .name = "collect_set",
	.usage = "collect_set(EXPR)",
	.min_args = 1,
	.max_args = 1,
	SET };

/* Reads K, which is at most a million: a longer result would hardly fit into FOLD_RESULT_MAX. Returns 1, or 0 if I is
 * the first argument, or -1 with E set. */
static int topk_constant(struct fold *f, int i, struct span text, struct err *e)
{
	return i == 1 ? fold_constant_integer(text, "K", 1, 1000000, &f->k, e) : 0;
}

const struct fold_type fold_topk = { .name = "topk",
	.usage = "topk(EXPR, K)",
	.min_args = 2,
	.max_args = 2,
	.constant = topk_constant,
	SET };
