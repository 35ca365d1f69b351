/* collect.c -- collect: all values, in the order of event time; histogram: how many values are in each bin.
 *
 * collect appends values as they arrive and sorts them when the result is asked for, unless they are in order
 * already. Its memory and its result grow with the number of events. histogram has a fixed number
 * of bins of equal width and counts what is outside them, too. */
#include "fold/function.h"

/* ---- collect ---- */

/* A value and the place of its event in the order. */
struct collect_item {
	int64_t ts;
	uint64_t seq;
	struct packed_value value;
};

struct collect_list {
	uint64_t n;
	pool_ref ref;   /* n x struct collect_item; 0: none yet */
	uint64_t bytes; /* of the block */
};

/* Makes room for one more item and returns it, empty; NULL if memory is exhausted. The caller counts it. */
static struct collect_item *collect_room(struct collect_list *l, struct pool *pool)
{
	/* the first block has room for one item: most groups of a collect() are small */
	if ((l->n + 1) * sizeof(struct collect_item) > l->bytes) {
		/* doubled, so that the cost of moving items is constant for each of them */
		size_t bytes = l->bytes ? l->bytes * 2 : sizeof(struct collect_item);
		pool_ref ref = pool_grow(pool, l->ref, l->bytes, pool_room(bytes));
		if (!ref)
			return NULL;
		l->ref = ref;
		l->bytes = pool_room(bytes);
	}
	struct collect_item *it = (struct collect_item *)pool_at(pool, l->ref) + l->n;
	*it = (struct collect_item){ 0 };
	return it;
}

static int collect_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f;
	struct collect_list *l = state;
	if (fold_is_absent(args))
		return 0;
	struct collect_item *it = collect_room(l, pool);
	if (!it || packed_value_set(&it->value, pool, args) < 0)
		return -1;
	it->ts = ts;
	it->seq = seq;
	l->n++;
	return 0;
}

/* Appends the items of FROM, in whatever order: the result sorts them. */
static int collect_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	struct collect_list *a = into;
	const struct collect_list *b = from;
	for (uint64_t i = 0; i < b->n; i++) {
		const struct collect_item *one = (const struct collect_item *)pool_at(from_pool, b->ref) + i;
		struct collect_item *it = collect_room(a, pool);
		if (!it || packed_value_copy(&it->value, pool, &one->value, from_pool) < 0)
			return -1;
		it->ts = one->ts;
		it->seq = one->seq;
		a->n++;
	}
	return 0;
}

/* No two items are equal: arrival numbers are unique. So qsort(), which is not stable, has one outcome. */
static int collect_order(const void *x, const void *y)
{
	const struct collect_item *a = x, *b = y;
	if (a->ts != b->ts)
		return a->ts < b->ts ? -1 : 1;
	return (a->seq > b->seq) - (a->seq < b->seq);
}

/* Sorts in place: the state keeps the same items, and a later result finds them in order. */
static int collect_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	const struct collect_list *l = state;
	struct collect_item *items = l->n ? pool_at(pool, l->ref) : NULL;
	/* one comparison for each item where the input is in order, which is the usual case */
	bool sorted = true;
	for (uint64_t i = 1; i < l->n && sorted; i++)
		sorted = collect_order(&items[i - 1], &items[i]) < 0;
	if (!sorted)
		qsort(items, l->n, sizeof *items, collect_order);
	buf_addc(out, '[');
	for (uint64_t i = 0; i < l->n; i++) {
		if (i > 0)
			buf_addc(out, ',');
		if (packed_value_write(&items[i].value, pool, out) < 0)
			return -1;
	}
	return buf_addc(out, ']');
}

static void collect_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct collect_list *l = state;
	struct collect_item *items = l->n ? pool_at(pool, l->ref) : NULL;
	for (uint64_t i = 0; i < l->n; i++)
		packed_value_release(&items[i].value, pool);
	pool_free(pool, l->ref, l->bytes);
	*l = (struct collect_list){ 0 };
}

const struct fold_type fold_collect = { .name = "collect",
	.usage = "collect(EXPR)",
	.min_args = 1,
	.max_args = 1,
	.by_time = false,
	.state_size = sizeof(struct collect_list),
	.add = collect_add,
	.merge = collect_merge,
	.result = collect_result,
	.release = collect_release };

/* ---- histogram: BINS bins that divide [LOW, HIGH); each contains its lower edge, not its upper one ---- */

/* The block is allocated with the first value: a group without values costs 8 bytes. */
struct histogram {
	pool_ref counts; /* uint64_t: values below LOW, in each bin, from HIGH up; 0: no value yet */
};

/* Returns the size of the block of counts. */
static size_t histogram_bytes(const struct fold *f)
{
	return ((size_t)f->k + 2) * sizeof(uint64_t);
}

/* Returns the counts of H, which are made if there are none; NULL if memory is exhausted. */
static uint64_t *histogram_open(const struct fold *f, struct histogram *h, struct pool *pool)
{
	if (!h->counts)
		h->counts = pool_zalloc(pool, histogram_bytes(f));
	return h->counts ? pool_at(pool, h->counts) : NULL;
}

/* Returns the place of V among the counts, like SQL's width_bucket(): 0 is below LOW, 1 the first bin. Exact for
 * decimals whose products fit 128 bits. */
static uint64_t histogram_bin(const struct fold *f, struct num v)
{
	struct num at;
	if (num_compare(v, f->low) < 0)
		return 0;
	if (num_compare(v, f->high) >= 0)
		return (uint64_t)f->k + 1;
	/* floor((V - LOW) x BINS / (HIGH - LOW)) */
	struct num from = num_mul(num_sub(v, f->low), num_from_i64(f->k)), width = num_sub(f->high, f->low);
	if (num_div(from, width, &at) < 0)
		return 1; /* fails for a division by zero only, and LOW < HIGH */
	int64_t bin = fold_whole_part(at);
	/* the quotient may have been rounded across an edge: compare with the edges themselves */
	if (bin > 0 && num_compare(num_mul(width, num_from_i64(bin)), from) > 0)
		bin--;
	else if (num_compare(num_mul(width, num_from_i64(bin + 1)), from) <= 0)
		bin++;
	return (uint64_t)(bin < f->k ? bin : f->k - 1) + 1;
}

/* Adds 1 to the count of the value's bin. */
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
	/* both states are of one fold, so they have the same bins */
	for (int64_t i = 0; a && i < f->k + 2; i++)
		a[i] += b[i];
	return a ? 0 : -1;
}

/* {"low":LOW,"high":HIGH,"under":N,"counts":[N,...],"over":N}, with zeros for no values: the shape is always the
 * same. */
static int histogram_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	const struct histogram *h = state;
	const uint64_t *counts = h->counts ? pool_at(pool, h->counts) : NULL;
	buf_adds(out, "{\"low\":");
	if (num_write(f->low, out) < 0)
		return -1;
	buf_adds(out, ",\"high\":");
	if (num_write(f->high, out) < 0)
		return -1;
	buf_adds(out, ",\"under\":");
	buf_add_i64(out, counts ? (int64_t)counts[0] : 0);
	buf_adds(out, ",\"counts\":[");
	for (int64_t i = 1; i <= f->k; i++) {
		if (i > 1)
			buf_addc(out, ',');
		buf_add_i64(out, counts ? (int64_t)counts[i] : 0);
	}
	buf_adds(out, "],\"over\":");
	buf_add_i64(out, counts ? (int64_t)counts[f->k + 1] : 0);
	return buf_addc(out, '}');
}

static void histogram_release(const struct fold *f, void *state, struct pool *pool)
{
	struct histogram *h = state;
	pool_free(pool, h->counts, histogram_bytes(f));
	h->counts = 0;
}

/* LOW, HIGH and BINS are constants; LOW is known when HIGH is read. */
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
	.release = histogram_release };
