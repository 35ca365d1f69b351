/* collect.c -- the functions collect, which returns all values, and histogram, which counts the values in each bin.
 *
 * collect appends values as they arrive. It sorts them by event time when the result is needed, unless they arrived in
 * this order. Its memory and its result grow with the number of events. histogram has a fixed number of bins of equal
 * width, and two more counts for the values below and above the bins. */
#include "fold/function.h"

/* ---- collect ---- */

/* One value. The event time TS and the arrival number SEQ of its event give its place in the order. */
struct collect_item {
	int64_t ts;
	uint64_t seq;
	struct packed_value value;
};

struct collect_list {
	uint64_t n;
	pool_ref ref;   /* array of n struct collect_item; 0: none yet */
	uint64_t bytes; /* size of the array's block */
};

/* Returns a new empty item after the last one, or NULL if memory is exhausted. The caller must increment LIST->n. */
static struct collect_item *collect_room(struct collect_list *list, struct pool *pool)
{
	/* The first block has room for one item only, because most groups of a collect() are small. */
	if ((list->n + 1) * sizeof(struct collect_item) > list->bytes) {
		/* The size doubles each time, so that moving the items takes a constant time per item on average. */
		size_t bytes = list->bytes ? list->bytes * 2 : sizeof(struct collect_item);
		pool_ref ref = pool_grow(pool, list->ref, list->bytes, pool_room(bytes));
		if (!ref)
			return NULL;
		list->ref = ref;
		list->bytes = pool_room(bytes);
	}
	struct collect_item *item = (struct collect_item *)pool_at(pool, list->ref) + list->n;
	*item = (struct collect_item){ 0 };
	return item;
}

static int collect_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f;
	struct collect_list *list = state;
	if (fold_is_absent(args))
		return 0;
	struct collect_item *item = collect_room(list, pool);
	if (!item || packed_value_set(&item->value, pool, args) < 0)
		return -1;
	item->ts = ts;
	item->seq = seq;
	list->n++;
	return 0;
}

/* Appends copies of the items of FROM, in any order: collect_result() sorts them. Returns 0, or -1 if memory is
 * exhausted. */
static int collect_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	struct collect_list *a = into;
	const struct collect_list *b = from;
	for (uint64_t i = 0; i < b->n; i++) {
		const struct collect_item *source = (const struct collect_item *)pool_at(from_pool, b->ref) + i;
		struct collect_item *item = collect_room(a, pool);
		if (!item || packed_value_copy(&item->value, pool, &source->value, from_pool) < 0)
			return -1;
		item->ts = source->ts;
		item->seq = source->seq;
		a->n++;
	}
	return 0;
}

/* Orders items by event time, then by arrival number. No two items are equal, so qsort() has only one possible result,
 * although it is not stable. */
static int collect_order(const void *x, const void *y)
{
	const struct collect_item *a = x, *b = y;
	if (a->ts != b->ts)
		return a->ts < b->ts ? -1 : 1;
	return (a->seq > b->seq) - (a->seq < b->seq);
}

/* Writes [VALUE,...]. Sorts the items in place, so that the next call finds them in order. Returns 0, or -1 if memory
 * or the room in OUT is exhausted. */
static int collect_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	const struct collect_list *list = state;
	struct collect_item *items = list->n ? pool_at(pool, list->ref) : NULL;
	/* The items are usually in order already. One comparison for each item finds that out. */
	bool sorted = true;
	for (uint64_t i = 1; i < list->n && sorted; i++)
		sorted = collect_order(&items[i - 1], &items[i]) < 0;
	if (!sorted)
		qsort(items, list->n, sizeof *items, collect_order);
	if (buf_addc(out, '[') < 0)
		return -1;
	for (uint64_t i = 0; i < list->n; i++)
		if ((i > 0 && buf_addc(out, ',') < 0) || packed_value_write(&items[i].value, pool, out) < 0)
			return -1;
	return buf_addc(out, ']');
}

static void collect_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct collect_list *list = state;
	struct collect_item *items = list->n ? pool_at(pool, list->ref) : NULL;
	for (uint64_t i = 0; i < list->n; i++)
		packed_value_release(&items[i].value, pool);
	pool_free(pool, list->ref, list->bytes);
	*list = (struct collect_list){ 0 };
}

static void collect_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	(void)f;
	const struct collect_list *list = state;
	const struct collect_item *items = list->n ? pool_at(pool, list->ref) : NULL;
	save_u64(s, list->n);
	for (uint64_t i = 0; i < list->n; i++) {
		save_i64(s, items[i].ts);
		save_u64(s, items[i].seq);
		packed_value_save(&items[i].value, pool, s);
	}
}

/* Allocates the array for all items at once. Counts each item only after it is loaded, so that the list can be released
 * at any time. Returns 0, or -1 if memory is exhausted. */
static int collect_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	(void)f;
	struct collect_list *list = state;
	size_t n = load_count(l, 3);
	if (n == 0)
		return 0;
	list->bytes = pool_room(n * sizeof(struct collect_item));
	list->ref = pool_alloc(pool, list->bytes);
	if (!list->ref)
		return -1;
	while (list->n < n && !load_failed(l)) {
		struct collect_item item = { .ts = load_i64(l) };
		item.seq = load_u64(l);
		if (packed_value_load(&item.value, pool, l) < 0)
			return -1;
		/* The value may have moved the block, so its address is read again. */
		((struct collect_item *)pool_at(pool, list->ref))[list->n++] = item;
	}
	return 0;
}

const struct fold_type fold_collect = { .name = "collect",
	.usage = "collect(EXPR)",
	.min_args = 1,
	.max_args = 1,
	.by_time = true,
	.state_size = sizeof(struct collect_list),
	.check = fold_check_json,
	.add = collect_add,
	.merge = collect_merge,
	.result = collect_result,
	.release = collect_release,
	.save = collect_save,
	.load = collect_load };

/* ---- histogram: counts the values in BINS bins of equal width from LOW to HIGH ---- */

/* The counts are allocated when the first value is added, so a group without values needs only 8 bytes. */
struct histogram {
	/* An array of BINS + 2 uint64_t: the number of values below LOW, in each bin, and from HIGH up. It is 0 before
	 * the first value. */
	pool_ref counts;
};

static size_t histogram_bytes(const struct fold *f)
{
	return ((size_t)f->k + 2) * sizeof(uint64_t);
}

/* Returns the counts of H, after making them if there are none. Returns NULL if memory is exhausted. */
static uint64_t *histogram_open(const struct fold *f, struct histogram *h, struct pool *pool)
{
	if (!h->counts)
		h->counts = pool_zalloc(pool, histogram_bytes(f));
	return h->counts ? pool_at(pool, h->counts) : NULL;
}

/* Returns the index of the count for V, numbered as in SQL's width_bucket(): 0 counts values below LOW, 1 to BINS are
 * the bins, and BINS + 1 counts values from HIGH up. A bin contains its lower edge but not its upper edge. The index is
 * exact for decimals whose products fit 128 bits. */
static uint64_t histogram_bin(const struct fold *f, struct num v)
{
	struct num quotient;
	if (num_compare(v, f->low) < 0)
		return 0;
	if (num_compare(v, f->high) >= 0)
		return (uint64_t)f->k + 1;
	/* The bin is floor((V - LOW) x BINS / (HIGH - LOW)). num_div() fails only if WIDTH is 0, but WIDTH is positive:
	 * HIGH is greater than LOW. */
	struct num from = num_mul(num_sub(v, f->low), num_from_i64(f->k)), width = num_sub(f->high, f->low);
	if (num_div(from, width, &quotient) < 0)
		return 1;
	int64_t bin = fold_whole_part(quotient);
	/* Rounding may have moved the quotient across the edge of a bin. So compare FROM with the exact edges. */
	if (bin > 0 && num_compare(num_mul(width, num_from_i64(bin)), from) > 0)
		bin--;
	else if (num_compare(num_mul(width, num_from_i64(bin + 1)), from) <= 0)
		bin++;
	return (uint64_t)(bin < f->k ? bin : f->k - 1) + 1;
}

/* Counts the value in its bin, or in the count of values below or above all bins. Returns 0. Returns -1 if memory is
 * exhausted, which can happen only at the first value: it allocates the counts. */
static int histogram_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)ts, (void)seq;
	if (fold_is_absent(args))
		return 0;
	uint64_t *counts = histogram_open(f, state, pool);
	if (!counts)
		return -1;
	counts[histogram_bin(f, args->num)]++;
	return 0;
}

static int histogram_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	const struct histogram *h = from;
	if (!h->counts)
		return 0;
	uint64_t *a = histogram_open(f, into, pool);
	const uint64_t *b = pool_at(from_pool, h->counts);
	/* Both states belong to the same fold, so they have the same bins. */
	for (int64_t i = 0; a && i < f->k + 2; i++)
		a[i] += b[i];
	return a ? 0 : -1;
}

/* Writes {"low":LOW,"high":HIGH,"under":N,"counts":[N,...],"over":N}. Writes zeros as counts if there are no values.
 * Returns 0, or -1 if memory or the room in OUT is exhausted. */
static int histogram_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	const struct histogram *h = state;
	const uint64_t *counts = h->counts ? pool_at(pool, h->counts) : NULL;
	if (buf_adds(out, "{\"low\":") < 0 || num_write(f->low, out) < 0 || buf_adds(out, ",\"high\":") < 0 ||
		num_write(f->high, out) < 0 || buf_adds(out, ",\"under\":") < 0 ||
		buf_add_i64(out, counts ? (int64_t)counts[0] : 0) < 0 || buf_adds(out, ",\"counts\":[") < 0)
		return -1;
	for (int64_t i = 1; i <= f->k; i++)
		if ((i > 1 && buf_addc(out, ',') < 0) || buf_add_i64(out, counts ? (int64_t)counts[i] : 0) < 0)
			return -1;
	if (buf_adds(out, "],\"over\":") < 0 || buf_add_i64(out, counts ? (int64_t)counts[f->k + 1] : 0) < 0)
		return -1;
	return buf_addc(out, '}');
}

static void histogram_release(const struct fold *f, void *state, struct pool *pool)
{
	struct histogram *h = state;
	pool_free(pool, h->counts, histogram_bytes(f));
	h->counts = 0;
}

static void histogram_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	const struct histogram *h = state;
	save_bool(s, h->counts);
	if (h->counts)
		save_counts(s, pool_at(pool, h->counts), (size_t)f->k + 2);
}

static int histogram_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	if (!load_bool(l))
		return 0;
	uint64_t *counts = histogram_open(f, state, pool);
	if (!counts)
		return -1;
	load_counts(l, counts, (size_t)f->k + 2);
	return 0;
}

/* Reads argument I of histogram(EXPR, LOW, HIGH, BINS). HIGH is read after LOW, so HIGH can be compared with LOW.
 * Returns 0 for EXPR, 1 for a valid constant, or -1 with E set. */
static int histogram_constant(struct fold *f, int i, struct span text, struct err *e)
{
	if (i == 0)
		return 0;
	if (i == 3)
		return fold_constant_integer(text, "BINS", 1, 10000, &f->k, e);
	if (num_parse(text, i == 1 ? &f->low : &f->high) < 0)
		return err_set(e, EX_USAGE, "%s is a number, not '%.*s'", i == 1 ? "LOW" : "HIGH", SPAN_ARG(text));
	if (i == 2 && num_compare(f->low, f->high) >= 0)
		return err_set(e, EX_USAGE, "LOW must be less than HIGH");
	return 1;
}

const struct fold_type fold_histogram = { .name = "histogram",
	.usage = "histogram(EXPR, LOW, HIGH, BINS)",
	.min_args = 4,
	.max_args = 4,
	.constant = histogram_constant,
	.numeric = true,
	.state_size = sizeof(struct histogram),
	.check = fold_check_number,
	.add = histogram_add,
	.merge = histogram_merge,
	.result = histogram_result,
	.release = histogram_release,
	.save = histogram_save,
	.load = histogram_load };
