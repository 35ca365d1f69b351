/* quantile.c -- quantile, median: exact; approx_quantile: a sketch.
 *
 * quantile(EXPR, P) is SQL's PERCENTILE_CONT: between the two values around rank P (n - 1), in proportion. All
 * values of a group are kept: as 64-bit decimals of one scale while they fit (8 bytes each), else as cells. */
#include "fold/select.h"
#include "fold/types.h"
#include "state/ddsketch.h"

enum form { PACKED, CELLS };

struct values {
	uint64_t n;
	pool_ref ref;
	uint64_t bytes; /* of the block */
	uint8_t form;
	uint8_t scale; /* of packed ones */
};

static size_t values_size(const struct fold *f)
{
	(void)f;
	return sizeof(struct values);
}

static size_t width(const struct values *v)
{
	return v->form == PACKED ? sizeof(int64_t) : sizeof(struct cell);
}

/* Room for one more. Large blocks grow by half: what is not touched takes no memory, but is counted. */
static int make_room(struct values *v, struct pool *pool)
{
	if ((v->n + 1) * width(v) <= v->bytes)
		return 0;
	size_t bytes = v->bytes < 32 ? 32 : v->bytes < POOL_BIG ? v->bytes * 2 : v->bytes + v->bytes / 2;
	pool_ref ref = pool_grow(pool, v->ref, v->bytes, pool_room(bytes));
	if (!ref)
		return -1;
	v->ref = ref;
	v->bytes = pool_room(bytes);
	return 0;
}

/* V times 10^POWER; false: it does not fit. */
static bool times_pow10(int64_t v, unsigned power, int64_t *out)
{
	*out = v;
	for (; power > 0 && *out != 0; power--)
		if (__builtin_mul_overflow(*out, INT64_C(10), out))
			return false;
	return true;
}

/* Packed values get a finer scale; false: some would not fit. */
static bool rescale(struct values *v, const struct pool *pool, unsigned scale)
{
	int64_t *at = v->n ? pool_at(pool, v->ref) : NULL, unused;
	for (uint64_t i = 0; i < v->n; i++)
		if (!times_pow10(at[i], scale - v->scale, &unused))
			return false;
	for (uint64_t i = 0; i < v->n; i++)
		(void)times_pow10(at[i], scale - v->scale, &at[i]);
	v->scale = (uint8_t)scale;
	return true;
}

/* X at the scale of packed values, which may become finer for it. */
static bool pack(struct values *v, const struct pool *pool, struct num x, int64_t *out)
{
	if (!x.exact || x.coef < INT64_MIN || x.coef > INT64_MAX || (x.scale > v->scale && !rescale(v, pool, x.scale)))
		return false;
	return times_pow10((int64_t)x.coef, v->scale - x.scale, out);
}

static struct num packed_num(const struct values *v, int64_t x)
{
	/* adding zero takes the trailing zeros out */
	return num_add((struct num){ .exact = true, .scale = v->scale, .coef = x }, num_from_i64(0));
}

/* Packed values become cells. */
static int unpack(struct values *v, struct pool *pool)
{
	struct values cells = { .n = v->n, .form = CELLS, .bytes = pool_room(v->n * sizeof(struct cell) + 32) };
	cells.ref = pool_alloc(pool, cells.bytes);
	if (!cells.ref)
		return -1;
	struct cell *to = pool_at(pool, cells.ref);
	const int64_t *from = v->n ? pool_at(pool, v->ref) : NULL;
	for (uint64_t i = 0; i < v->n; i++) {
		to[i] = (struct cell){ 0 };
		if (cell_set_num(&to[i], pool, packed_num(v, from[i])) < 0)
			return -1;
	}
	pool_free(pool, v->ref, v->bytes);
	*v = cells;
	return 0;
}

static int push(struct values *v, struct pool *pool, struct num x)
{
	int64_t packed = 0;
	if (v->form == PACKED && !pack(v, pool, x, &packed) && unpack(v, pool) < 0)
		return -1;
	if (make_room(v, pool) < 0)
		return -1;
	if (v->form == PACKED) {
		int64_t *at = pool_at(pool, v->ref);
		at[v->n++] = packed;
		return 0;
	}
	struct cell *at = pool_at(pool, v->ref), c = { 0 };
	if (cell_set_num(&c, pool, x) < 0)
		return -1;
	at[v->n++] = c;
	return 0;
}

static int values_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f, (void)ts, (void)seq;
	return is_absent(args) ? 0 : push(state, pool, args->num);
}

static struct num value_at(const struct values *v, const struct pool *pool, uint64_t i)
{
	if (v->form == PACKED)
		return packed_num(v, ((const int64_t *)pool_at(pool, v->ref))[i]);
	return cell_num((const struct cell *)pool_at(pool, v->ref) + i, pool);
}

static int values_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	const struct values *v = from;
	for (uint64_t i = 0; i < v->n; i++)
		if (push(into, pool, value_at(v, from_pool, i)) < 0)
			return -1;
	return 0;
}

static void values_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct values *v = state;
	struct cell *c = v->form == CELLS && v->n ? pool_at(pool, v->ref) : NULL;
	for (uint64_t i = 0; c && i < v->n; i++)
		cell_release(&c[i], pool);
	pool_free(pool, v->ref, v->bytes);
	*v = (struct values){ 0 };
}

/* ---- the result ---- */

static int packed_order(const void *a, const void *b, const void *context)
{
	(void)context;
	const int64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static int cell_order(const void *a, const void *b, const void *pool)
{
	struct num x = cell_num(a, pool), y = cell_num(b, pool);
	int order = num_compare(x, y);
	/* a double may stand for the value of an exact number, and is written in another way */
	return order ? order : y.exact - x.exact;
}

/* The values of rank K and K + 1 (the last again behind the last). */
static void select_two(const struct values *v, const struct pool *pool, uint64_t k, struct num out[2])
{
	char *at = pool_at(pool, v->ref);
	uint64_t next = k + 1 < v->n ? k + 1 : k;
	if (v->form == PACKED) {
		select_rank(at, v->n, sizeof(int64_t), k, packed_order, NULL);
		select_rank(at + next * sizeof(int64_t), v->n - next, sizeof(int64_t), 0, packed_order, NULL);
	} else {
		select_rank(at, v->n, sizeof(struct cell), k, cell_order, pool);
		select_rank(at + next * sizeof(struct cell), v->n - next, sizeof(struct cell), 0, cell_order, pool);
	}
	out[0] = value_at(v, pool, k);
	out[1] = value_at(v, pool, next);
}

/* LOW + PART x (HIGH - LOW): without loss where 128 bits hold it. */
static struct num between(struct num low, struct num high, struct num part)
{
	struct num d = num_sub(high, low);
	if (d.exact)
		return num_add(low, num_mul(part, d));
	/* so written, the difference of two huge ones cannot be infinite */
	double t = num_double(part);
	return num_from_double(num_double(low) * (1 - t) + num_double(high) * t);
}

static int quantile_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	const struct values *v = state;
	struct num around[2];
	if (v->n == 0)
		return write_null(out);
	/* P has at most 18 digits, so this is exact */
	struct num rank = num_mul(f->p, num_from_i64((int64_t)v->n - 1));
	int64_t whole = whole_part(rank);
	select_two(v, pool, (uint64_t)whole, around);
	struct num part = num_sub(rank, num_from_i64(whole));
	return num_write(between(around[0], around[1], part), out);
}

static int quantile_constant(struct fold *f, int i, struct span text, struct err *e)
{
	enum { DIGITS = 18 };
	if (i != 1)
		return 0;
	if (num_parse(text, &f->p) < 0 || !f->p.exact || f->p.scale > DIGITS ||
		num_compare(f->p, num_from_i64(0)) < 0 || num_compare(f->p, num_from_i64(1)) > 0)
		return err_set(e, EX_USAGE, "P is a number from 0 to 1, such as 0.99, not '%.*s'", SPAN_ARG(text));
	return 1;
}

const struct fold_type fold_quantile = { .name = "quantile",
	.usage = "quantile(EXPR, P)",
	.min_args = 2,
	.max_args = 2,
	.constant = quantile_constant,
	.numeric = true,
	.check = check_number,
	.state_size = values_size,
	.init = init_zero,
	.add = values_add,
	.merge = values_merge,
	.result = quantile_result,
	.release = values_release };

static int median_constant(struct fold *f, int i, struct span text, struct err *e)
{
	(void)i, (void)text, (void)e;
	f->p = (struct num){ .exact = true, .scale = 1, .coef = 5 };
	return 0;
}

const struct fold_type fold_median = { .name = "median",
	.usage = "median(EXPR)",
	.min_args = 1,
	.max_args = 1,
	.constant = median_constant,
	.numeric = true,
	.check = check_number,
	.state_size = values_size,
	.init = init_zero,
	.add = values_add,
	.merge = values_merge,
	.result = quantile_result,
	.release = values_release };

/* ---- approx_quantile ---- */

static size_t sketch_size(const struct fold *f)
{
	(void)f;
	return sizeof(struct ddsketch);
}

static int sketch_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f, (void)ts, (void)seq;
	return is_absent(args) ? 0 : ddsketch_add(state, pool, num_double(args->num));
}

static int sketch_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	return ddsketch_merge(into, pool, from, from_pool);
}

static int sketch_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	const struct ddsketch *d = state;
	if (d->n == 0)
		return write_null(out);
	return num_write(num_from_double(ddsketch_quantile(d, pool, num_double(f->p))), out);
}

static void sketch_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	ddsketch_release(state, pool);
}

const struct fold_type fold_approx_quantile = { .name = "approx_quantile",
	.usage = "approx_quantile(EXPR, P)",
	.min_args = 2,
	.max_args = 2,
	.constant = quantile_constant,
	.numeric = true,
	.check = check_number,
	.state_size = sketch_size,
	.init = init_zero,
	.add = sketch_add,
	.merge = sketch_merge,
	.result = sketch_result,
	.release = sketch_release };
