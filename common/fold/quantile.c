/* quantile.c -- the functions quantile and median, which are exact.
 *
 * quantile(EXPR, P) is SQL's PERCENTILE_CONT. The values are ranked from 0 to n - 1. The result belongs to the rank P x
 * (n - 1) and is interpolated linearly between the values of the two nearest ranks. For example, 0.75 x (3 - 1) is the
 * rank 1.5, so quantile(EXPR, 0.75) of 10, 20 and 40 is 30.
 *
 * The state keeps all values of a group, in one of two forms. As long as all values fit, they are 64-bit decimals with
 * one common scale, 8 bytes each. Otherwise they are packed values of 16 bytes or more. Values are in no order until
 * the result is needed. Then quickselect finds the values of the two nearest ranks, usually in linear time. */
#include "fold/function.h"
#include "fold/select.h"

enum values_form { VALUES_DECIMALS, VALUES_PACKED };
enum { SCALE_MAX = 38 }; /* of a struct num, and so of decimals */

struct values {
	uint64_t n;
	pool_ref ref;   /* array of n int64_t or n struct packed_value; 0: none yet */
	uint64_t bytes; /* size of the array's block */
	uint8_t form;   /* enum values_form */
	uint8_t scale;  /* scale of all decimals: a value is its int64_t x 10^-scale */
};

static size_t values_width(const struct values *v)
{
	return v->form == VALUES_DECIMALS ? sizeof(int64_t) : sizeof(struct packed_value);
}

/* Makes room for one more value. The size of a small block doubles. A large block grows only by half, because
 * --max-state counts its unused part as well. Returns 0, or -1 if memory is exhausted. */
static int values_room(struct values *v, struct pool *pool)
{
	if ((v->n + 1) * values_width(v) <= v->bytes)
		return 0;
	size_t bytes = v->bytes < 32 ? 32 : v->bytes < POOL_BIG ? v->bytes * 2 : v->bytes + v->bytes / 2;
	pool_ref ref = pool_grow(pool, v->ref, v->bytes, pool_room(bytes));
	if (!ref)
		return -1;
	v->ref = ref;
	v->bytes = pool_room(bytes);
	return 0;
}

/* ---- decimals ---- */

/* Sets OUT to V x 10^POWER. Returns false if the product does not fit 64 bits. */
static bool times_pow10(int64_t v, unsigned power, int64_t *out)
{
	*out = v;
	for (; power > 0 && *out != 0; power--)
		if (__builtin_mul_overflow(*out, INT64_C(10), out))
			return false;
	return true;
}

/* Changes all decimals to the finer scale SCALE. Returns false if one of them does not fit 64 bits; V is then
 * unchanged. */
static bool decimals_rescale(struct values *v, const struct pool *pool, unsigned scale)
{
	int64_t *decimals = v->n ? pool_at(pool, v->ref) : NULL, unused;
	for (uint64_t i = 0; i < v->n; i++)
		if (!times_pow10(decimals[i], scale - v->scale, &unused))
			return false;
	for (uint64_t i = 0; i < v->n; i++)
		(void)times_pow10(decimals[i], scale - v->scale, &decimals[i]);
	v->scale = (uint8_t)scale;
	return true;
}

/* Sets OUT to the decimal for X at the scale of V. If X has more places, makes the scale of V finer first. Returns
 * false if X is not exact or does not fit. */
static bool decimals_encode(struct values *v, const struct pool *pool, struct num x, int64_t *out)
{
	if (!x.exact || x.coef < INT64_MIN || x.coef > INT64_MAX ||
		(x.scale > v->scale && !decimals_rescale(v, pool, x.scale)))
		return false;
	return times_pow10((int64_t)x.coef, v->scale - x.scale, out);
}

static struct num decimals_decode(const struct values *v, int64_t x)
{
	/* num_add() removes trailing zeros from its result, so zero is added. */
	return num_add((struct num){ .exact = true, .scale = v->scale, .coef = x }, num_from_i64(0));
}

/* Converts the decimals of V to packed values for good. Returns 0, or -1 if memory is exhausted; V is then
 * unchanged. */
static int decimals_to_packed(struct values *v, struct pool *pool)
{
	struct values packed = { .n = v->n,
		.form = VALUES_PACKED,
		.bytes = pool_room(v->n * sizeof(struct packed_value) + 32) };
	packed.ref = pool_alloc(pool, packed.bytes);
	if (!packed.ref)
		return -1;
	struct packed_value *to = pool_at(pool, packed.ref);
	const int64_t *from = v->n ? pool_at(pool, v->ref) : NULL;
	for (uint64_t i = 0; i < v->n; i++) {
		to[i] = (struct packed_value){ 0 };
		if (packed_value_set_num(&to[i], pool, decimals_decode(v, from[i])) < 0)
			return -1;
	}
	pool_free(pool, v->ref, v->bytes);
	*v = packed;
	return 0;
}

/* ---- the state ---- */

/* Appends X, a number that was parsed. If V has decimals and X does not fit as a decimal, converts V to packed values
 * first. Returns 0, or -1 if memory is exhausted. */
static int values_push(struct values *v, struct pool *pool, const struct value *x)
{
	int64_t decimal = 0;
	if (v->form == VALUES_DECIMALS && !decimals_encode(v, pool, x->num, &decimal) &&
		decimals_to_packed(v, pool) < 0)
		return -1;
	if (values_room(v, pool) < 0)
		return -1;
	if (v->form == VALUES_DECIMALS) {
		int64_t *decimals = pool_at(pool, v->ref);
		decimals[v->n++] = decimal;
		return 0;
	}
	struct packed_value *values = pool_at(pool, v->ref), packed = { 0 };
	/* packed_value_set() keeps the text of X, if X has one. If X is a double, only the text has all digits. */
	if (packed_value_set(&packed, pool, x) < 0)
		return -1;
	values[v->n++] = packed;
	return 0;
}

/* Returns the value at index I of the array. Values are in no particular order. */
static struct value values_at(const struct values *v, const struct pool *pool, uint64_t i)
{
	if (v->form == VALUES_DECIMALS)
		return value_number(decimals_decode(v, ((const int64_t *)pool_at(pool, v->ref))[i]));
	struct value x = packed_value_get((const struct packed_value *)pool_at(pool, v->ref) + i, pool);
	x.num = value_num(&x);
	x.is_num = true;
	return x;
}

static int values_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f, (void)ts, (void)seq;
	return fold_is_absent(args) ? 0 : values_push(state, pool, args);
}

/* Appends the values one by one, because the scales and forms of both states may differ. Returns 0, or -1 if memory is
 * exhausted. */
static int values_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	const struct values *v = from;
	for (uint64_t i = 0; i < v->n; i++) {
		struct value x = values_at(v, from_pool, i);
		if (values_push(into, pool, &x) < 0)
			return -1;
	}
	return 0;
}

static void values_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct values *v = state;
	struct packed_value *values = v->form == VALUES_PACKED && v->n ? pool_at(pool, v->ref) : NULL;
	for (uint64_t i = 0; values && i < v->n; i++)
		packed_value_release(&values[i], pool);
	pool_free(pool, v->ref, v->bytes);
	*v = (struct values){ 0 };
}

/* ---- the result ---- */

static int decimal_order(const void *a, const void *b, const void *context)
{
	(void)context;
	const int64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static int packed_order(const void *a, const void *b, const void *pool)
{
	struct value x = packed_value_get(a, pool), y = packed_value_get(b, pool);
	int order = value_compare(&x, &y);
	/* An exact number and a computed double may be equal, but they are written differently. The exact number comes
	 * first, so that the result is unique. */
	return order ? order : value_num(&y).exact - value_num(&x).exact;
}

/* Sets OUT[0] to the value of rank K and OUT[1] to that of rank K + 1. If K is the last rank, both are the same. */
static void select_neighbours(const struct values *v, const struct pool *pool, uint64_t k, struct value out[2])
{
	char *array = pool_at(pool, v->ref);
	uint64_t next = k + 1 < v->n ? k + 1 : k;
	/* select_rank() puts the value of rank K at index K, with no smaller value after it. So the least of the
	 * values after index K has rank K + 1. */
	if (v->form == VALUES_DECIMALS) {
		enum { WIDTH = sizeof(int64_t) };
		select_rank(array, v->n, WIDTH, k, decimal_order, NULL);
		select_rank(array + next * WIDTH, v->n - next, WIDTH, 0, decimal_order, NULL);
	} else {
		enum { WIDTH = sizeof(struct packed_value) };
		select_rank(array, v->n, WIDTH, k, packed_order, pool);
		select_rank(array + next * WIDTH, v->n - next, WIDTH, 0, packed_order, pool);
	}
	out[0] = values_at(v, pool, k);
	out[1] = values_at(v, pool, next);
}

/* Returns LOW + PART x (HIGH - LOW). The result is exact if 128 bits can hold it. */
static struct num interpolate(struct num low, struct num high, struct num part)
{
	struct num d = num_sub(high, low);
	if (d.exact)
		return num_add(low, num_mul(part, d));
	/* In doubles, HIGH - LOW could overflow. A long double has a greater range, and 11 more bits, so that few
	 * errors of rounding reach the result. PART has at most 18 decimal places, so PART.COEF and UNIT are exact. */
	long double unit = 1, from = num_double(low), to = num_double(high);
	for (int i = 0; i < part.scale; i++)
		unit *= 10;
	return num_from_double((double)(from + (to - from) * ((long double)part.coef / unit)));
}

/* Computes with decimals, not with doubles, where it can: the median of 0.1 and 0.2 is exactly 0.15. Returns 0, or
 * -1 if memory or the room in OUT is exhausted. */
static int quantile_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	const struct values *v = state;
	struct value neighbours[2];
	if (v->n == 0)
		return fold_write_null(out);
	/* P has at most 18 decimal places, so the product fits 128 bits and the rank is exact. */
	struct num rank = num_mul(f->p, num_from_i64((int64_t)v->n - 1));
	int64_t whole = fold_whole_part(rank);
	select_neighbours(v, pool, (uint64_t)whole, neighbours);
	struct num part = num_sub(rank, num_from_i64(whole));
	if (part.coef != 0 && value_compare(&neighbours[0], &neighbours[1]) != 0)
		return num_write(interpolate(neighbours[0].num, neighbours[1].num, part), out);
	/* The result is one of the values. An exact number may have a text or not, depending on when it came, so the
	 * text must not matter. Of a double, write all digits of the text; equal values can be spelled differently, so
	 * write the canonical form, which is the same for all of them. */
	if (neighbours[0].text.p && !neighbours[0].num.exact)
		return num_canon(neighbours[0].text, out);
	return num_write(neighbours[0].num, out);
}

/* Writes the form and the number of values, the scale of decimals, and the values in their present order. */
static void values_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	(void)f;
	const struct values *v = state;
	save_u64(s, v->n << 1 | (v->form == VALUES_PACKED));
	if (v->form == VALUES_DECIMALS)
		save_u64(s, v->scale);
	if (v->n == 0)
		return;
	if (v->form == VALUES_DECIMALS) {
		save_words(s, pool_at(pool, v->ref), v->n);
		return;
	}
	const struct packed_value *values = pool_at(pool, v->ref);
	for (uint64_t i = 0; i < v->n; i++)
		packed_value_save(&values[i], pool, s);
}

/* Loads N packed values into the block of V, which has room for them. Returns 0, or -1 if memory is exhausted. */
static int values_load_packed(struct values *v, struct pool *pool, uint64_t n, struct load *l)
{
	while (v->n < n && !load_failed(l)) {
		struct packed_value x = { 0 };
		if (packed_value_load_num(&x, pool, l) < 0)
			return -1;
		/* A value that is empty has no number, and the loop would end with it. */
		if (x.kind == PACKED_EMPTY)
			load_fail(l, "a value is missing");
		else
			((struct packed_value *)pool_at(pool, v->ref))[v->n++] = x;
	}
	return 0;
}

/* Counts the values in V only after they are loaded, so that V can be released at any time. Returns 0, or -1 if memory
 * is exhausted. */
static int values_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	(void)f;
	struct values *v = state;
	uint64_t head = load_u64(l), n = head >> 1;
	v->form = head & 1 ? VALUES_PACKED : VALUES_DECIMALS;
	if (v->form == VALUES_DECIMALS)
		v->scale = (uint8_t)load_max(l, SCALE_MAX);
	/* A packed value takes at least two bytes. */
	if (n > (uint64_t)(l->end - l->p) / (v->form == VALUES_PACKED ? 2 : sizeof(int64_t)))
		load_fail(l, "values are missing");
	if (load_failed(l) || n == 0)
		return 0;
	v->bytes = pool_room(n * values_width(v));
	v->ref = pool_alloc(pool, v->bytes);
	if (!v->ref)
		return -1;
	if (v->form == VALUES_PACKED)
		return values_load_packed(v, pool, n, l);
	load_words(l, pool_at(pool, v->ref), n);
	v->n = n;
	return 0;
}

#define VALUES                                                                                               \
	.numeric = true, .state_size = sizeof(struct values), .check = fold_check_number, .add = values_add, \
	.merge = values_merge, .result = quantile_result, .release = values_release, .save = values_save,    \
	.load = values_load

const struct fold_type fold_quantile = { .name = "quantile",
	.usage = "quantile(EXPR, P)",
	.min_args = 2,
	.max_args = 2,
	.constant = fold_constant_part,
	VALUES };

/* Sets P to 0.5, because median(EXPR) is quantile(EXPR, 0.5). Returns 0: the only argument is an expression. */
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
	VALUES };
