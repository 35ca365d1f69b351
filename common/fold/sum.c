/* sum.c -- the functions count, sum, avg, var and stddev, all computed from exact sums.
 *
 * The state of avg (struct mean) begins with the state of sum, and the state of var and stddev (struct spread) begins
 * with a struct mean. So each function merges and releases its own part and leaves the rest to the simpler function.
 *
 * var divides by n - 1, as the variance of a sample does. var and stddev are computed from the exact sums of the values
 * and of their squares, so neither order nor merging can change a digit. (Welford's update, and the merge of Chan,
 * Golub and LeVeque, 1979, are stable but round at every step.) */
#include "fold/function.h"
#include "state/exact.h"

/* ---- count: the state is a uint64_t ---- */

/* Counts all events, or for count(EXPR) the events for which EXPR has a value. f->args[0] < 0 means that there is no
 * argument. Always returns 0. */
static int count_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)pool, (void)ts, (void)seq;
	uint64_t *n = state;
	*n += f->args[0] < 0 || !fold_is_absent(args);
	return 0;
}

static int count_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f, (void)pool, (void)from_pool;
	const uint64_t *n = from;
	*(uint64_t *)into += *n;
	return 0;
}

/* Writes the count: 0, not null, if there were no events, as SQL's count does. */
static int count_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f, (void)pool;
	return buf_add_i64(out, *(const int64_t *)state);
}

static void count_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	(void)f, (void)pool;
	save_u64(s, *(const uint64_t *)state);
}

static int count_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	(void)f, (void)pool;
	*(uint64_t *)state = load_max(l, INT64_MAX);
	return 0;
}

const struct fold_type fold_count = { .name = "count",
	.usage = "count, count(EXPR)",
	.max_args = 1,
	.state_size = sizeof(uint64_t),
	.add = count_add,
	.merge = count_merge,
	.result = count_result,
	.save = count_save,
	.load = count_load };

/* ---- sum: the state is a struct exact ---- */

static int sum_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f, (void)ts, (void)seq;
	return fold_is_absent(args) ? 0 : exact_add(state, EXACT_PLAIN, pool, &args->num, args->text);
}

static int sum_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	return exact_merge(into, EXACT_PLAIN, pool, from, from_pool);
}

/* Writes the sum, or null if there were no values, as SQL does: 0 would claim that values add up to 0. */
static int sum_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	return exact_empty(state) ? fold_write_null(out) : exact_write_sum(state, pool, out);
}

static void sum_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	exact_release(state, pool);
}

static void sum_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	(void)f;
	exact_save(state, pool, s);
}

static int sum_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	(void)f;
	return exact_load(state, EXACT_PLAIN, pool, l);
}

const struct fold_type fold_sum = { .name = "sum",
	.usage = "sum(EXPR)",
	.min_args = 1,
	.max_args = 1,
	.numeric = true,
	.state_size = sizeof(struct exact),
	.check = fold_check_number,
	.add = sum_add,
	.merge = sum_merge,
	.result = sum_result,
	.release = sum_release,
	.save = sum_save,
	.load = sum_load };

/* ---- avg ---- */

struct mean {
	/* The sum must be the first member: avg passes its struct mean to sum_release(), which expects a sum there. */
	struct exact sum;
	uint64_t n; /* number of values; absent values are not counted */
};

/* Adds the value to the sum, and increments n only if this succeeds, so that n always agrees with the sum. Returns 0,
 * or -1 if memory is exhausted. */
static int avg_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f, (void)ts, (void)seq;
	struct mean *m = state;
	if (fold_is_absent(args))
		return 0;
	if (exact_add(&m->sum, EXACT_PLAIN, pool, &args->num, args->text) < 0)
		return -1;
	m->n++;
	return 0;
}

static int avg_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	struct mean *a = into;
	const struct mean *b = from;
	if (sum_merge(f, &a->sum, pool, &b->sum, from_pool) < 0)
		return -1;
	a->n += b->n;
	return 0;
}

static int avg_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	const struct mean *m = state;
	return m->n == 0 ? fold_write_null(out) : exact_write_mean(&m->sum, pool, m->n, out);
}

static void avg_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	const struct mean *m = state;
	save_u64(s, m->n);
	sum_save(f, &m->sum, pool, s);
}

static int avg_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	struct mean *m = state;
	m->n = load_max(l, INT64_MAX);
	return sum_load(f, &m->sum, pool, l);
}

const struct fold_type fold_avg = { .name = "avg",
	.usage = "avg(EXPR)",
	.min_args = 1,
	.max_args = 1,
	.numeric = true,
	.state_size = sizeof(struct mean),
	.check = fold_check_number,
	.add = avg_add,
	.merge = avg_merge,
	.result = avg_result,
	.release = sum_release,
	.save = avg_save,
	.load = avg_load };

/* ---- var, stddev: stddev is the square root of var, and both have the same state ---- */

struct spread {
	struct mean mean;
	struct exact squares;
};

/* Adds the value and its square, both exactly. The variance is a small difference of large sums, so rounded squares
 * would make it wrong. Returns 0, or -1 if memory is exhausted. */
static int var_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f, (void)ts, (void)seq;
	struct spread *s = state;
	if (fold_is_absent(args))
		return 0;
	if (exact_add(&s->mean.sum, EXACT_PLAIN, pool, &args->num, args->text) < 0 ||
		exact_add(&s->squares, EXACT_SQUARES, pool, &args->num, args->text) < 0)
		return -1;
	s->mean.n++;
	return 0;
}

/* Adds up both exact sums, so the result is the same as if all values had been added to one state. Returns 0, or -1 if
 * memory is exhausted. */
static int var_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	struct spread *a = into;
	const struct spread *b = from;
	if (avg_merge(f, &a->mean, pool, &b->mean, from_pool) < 0)
		return -1;
	return exact_merge(&a->squares, EXACT_SQUARES, pool, &b->squares, from_pool);
}

static int var_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	const struct spread *s = state;
	/* The variance of a sample is not defined for fewer than two values. */
	if (s->mean.n < 2)
		return fold_write_null(out);
	return exact_write_variance(&s->mean.sum, &s->squares, pool, s->mean.n, f->type == &fold_stddev, out);
}

static void var_release(const struct fold *f, void *state, struct pool *pool)
{
	struct spread *s = state;
	sum_release(f, &s->mean.sum, pool);
	exact_release(&s->squares, pool);
}

static void var_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	const struct spread *v = state;
	avg_save(f, &v->mean, pool, s);
	exact_save(&v->squares, pool, s);
}

static int var_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	struct spread *v = state;
	return avg_load(f, &v->mean, pool, l) < 0 ? -1 : exact_load(&v->squares, EXACT_SQUARES, pool, l);
}

#define SPREAD                                                                                                        \
	.min_args = 1, .max_args = 1, .numeric = true, .state_size = sizeof(struct spread),                           \
	.check = fold_check_number, .add = var_add, .merge = var_merge, .result = var_result, .release = var_release, \
	.save = var_save, .load = var_load
const struct fold_type fold_var = { .name = "var", .usage = "var(EXPR)", SPREAD };
const struct fold_type fold_stddev = { .name = "stddev", .usage = "stddev(EXPR)", SPREAD };
