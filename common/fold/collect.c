/* collect.c -- collect: all values, by event time; histogram: counts of values by bins of equal width. */
#include "fold/types.h"

/* ---- collect ---- */

struct item {
	int64_t ts;
	uint64_t seq;
	struct cell value;
};

struct list {
	uint64_t n;
	pool_ref ref;
	uint64_t bytes; /* of the block */
};

static size_t list_size(const struct fold *f)
{
	(void)f;
	return sizeof(struct list);
}

/* Room for one more item, which is empty. NULL: out of memory. */
static struct item *next_item(struct list *l, struct pool *pool)
{
	if ((l->n + 1) * sizeof(struct item) > l->bytes) {
		size_t bytes = l->bytes ? l->bytes * 2 : sizeof(struct item);
		pool_ref ref = pool_grow(pool, l->ref, l->bytes, pool_room(bytes));
		if (!ref)
			return NULL;
		l->ref = ref;
		l->bytes = pool_room(bytes);
	}
	struct item *it = (struct item *)pool_at(pool, l->ref) + l->n;
	*it = (struct item){ 0 };
	return it;
}

static int list_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f;
	struct list *l = state;
	if (is_absent(args))
		return 0;
	struct item *it = next_item(l, pool);
	if (!it || cell_set(&it->value, pool, args) < 0)
		return -1;
	it->ts = ts;
	it->seq = seq;
	l->n++;
	return 0;
}

static int list_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	struct list *a = into;
	const struct list *b = from;
	for (uint64_t i = 0; i < b->n; i++) {
		const struct item *one = (const struct item *)pool_at(from_pool, b->ref) + i;
		struct item *it = next_item(a, pool);
		if (!it || cell_copy(&it->value, pool, &one->value, from_pool) < 0)
			return -1;
		it->ts = one->ts;
		it->seq = one->seq;
		a->n++;
	}
	return 0;
}

static int by_time(const void *x, const void *y)
{
	const struct item *a = x, *b = y;
	if (a->ts != b->ts)
		return a->ts < b->ts ? -1 : 1;
	return (a->seq > b->seq) - (a->seq < b->seq);
}

static int list_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	const struct list *l = state;
	struct item *items = l->n ? pool_at(pool, l->ref) : NULL;
	bool sorted = true;
	for (uint64_t i = 1; i < l->n && sorted; i++)
		sorted = by_time(&items[i - 1], &items[i]) < 0;
	if (!sorted)
		qsort(items, l->n, sizeof *items, by_time);
	buf_addc(out, '[');
	for (uint64_t i = 0; i < l->n; i++) {
		if (i > 0)
			buf_addc(out, ',');
		if (cell_write(&items[i].value, pool, out) < 0)
			return -1;
	}
	return buf_addc(out, ']');
}

static void list_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct list *l = state;
	struct item *items = l->n ? pool_at(pool, l->ref) : NULL;
	for (uint64_t i = 0; i < l->n; i++)
		cell_release(&items[i].value, pool);
	pool_free(pool, l->ref, l->bytes);
	*l = (struct list){ 0 };
}

const struct fold_type fold_collect = { .name = "collect",
	.usage = "collect(EXPR)",
	.min_args = 1,
	.max_args = 1,
	.by_time = false,
	.state_size = list_size,
	.init = init_zero,
	.add = list_add,
	.merge = list_merge,
	.result = list_result,
	.release = list_release };

/* ---- histogram: BINS bins of [LOW, HIGH), each with its lower edge, and what lies below and above ---- */

struct histogram {
	pool_ref counts; /* BINS + 2 64-bit counts: below LOW, the bins, from HIGH up; 0: none yet */
};

static size_t histogram_size(const struct fold *f)
{
	(void)f;
	return sizeof(struct histogram);
}

static size_t counts_bytes(const struct fold *f)
{
	return ((size_t)f->k + 2) * sizeof(uint64_t);
}

static uint64_t *open_counts(const struct fold *f, struct histogram *h, struct pool *pool)
{
	if (!h->counts)
		h->counts = pool_zalloc(pool, counts_bytes(f));
	return h->counts ? pool_at(pool, h->counts) : NULL;
}

/* The place of V among the counts: as SQL's width_bucket(), exactly where 128 bits hold the steps. */
static uint64_t bin_of(const struct fold *f, struct num v)
{
	struct num at;
	if (num_compare(v, f->low) < 0)
		return 0;
	if (num_compare(v, f->high) >= 0)
		return (uint64_t)f->k + 1;
	struct num from = num_mul(num_sub(v, f->low), num_from_i64(f->k)), width = num_sub(f->high, f->low);
	if (num_div(from, width, &at) < 0)
		return 1; /* the width is not 0 */
	int64_t bin = whole_part(at);
	/* the division may have been rounded over an edge: ask the edges themselves */
	if (bin > 0 && num_compare(num_mul(width, num_from_i64(bin)), from) > 0)
		bin--;
	else if (num_compare(num_mul(width, num_from_i64(bin + 1)), from) <= 0)
		bin++;
	return (uint64_t)(bin < f->k ? bin : f->k - 1) + 1;
}

static int histogram_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)ts, (void)seq;
	if (is_absent(args))
		return 0;
	uint64_t *counts = open_counts(f, state, pool);
	if (!counts)
		return -1;
	counts[bin_of(f, args->num)]++;
	return 0;
}

static int histogram_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	const struct histogram *h = from;
	if (!h->counts)
		return 0;
	uint64_t *a = open_counts(f, into, pool);
	const uint64_t *b = pool_at(from_pool, h->counts);
	for (int64_t i = 0; a && i < f->k + 2; i++)
		a[i] += b[i];
	return a ? 0 : -1;
}

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
	pool_free(pool, h->counts, counts_bytes(f));
	h->counts = 0;
}

static int histogram_constant(struct fold *f, int i, struct span text, struct err *e)
{
	if (i == 0)
		return 0;
	if (i == 3)
		return constant_integer(text, "BINS", 1, 10000, &f->k, e);
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
	.check = check_number,
	.state_size = histogram_size,
	.init = init_zero,
	.add = histogram_add,
	.merge = histogram_merge,
	.result = histogram_result,
	.release = histogram_release };
