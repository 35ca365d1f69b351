/* sum.c -- count, sum, avg, var, stddev: functions of exact sums. */
#include "fold/types.h"
#include "state/exact.h"

/* ---- count ---- */

static size_t count_size(const struct fold *f)
{
	(void)f;
	return sizeof(uint64_t);
}

static int count_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)pool, (void)ts, (void)seq;
	uint64_t *n = state;
	*n += f->args[0] < 0 || !is_absent(args);
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

static int count_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f, (void)pool;
	return buf_add_i64(out, *(const int64_t *)state);
}

const struct fold_type fold_count = { .name = "count",
	.usage = "count, count(EXPR)",
	.max_args = 1,
	.state_size = count_size,
	.init = init_zero,
	.add = count_add,
	.merge = count_merge,
	.result = count_result };

/* ---- sum ---- */

static size_t sum_size(const struct fold *f)
{
	(void)f;
	return sizeof(struct exact);
}

static int sum_add_event(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f, (void)ts, (void)seq;
	return is_absent(args) ? 0 : exact_add(state, EXACT_PLAIN, pool, &args->num);
}

static int sum_merge_states(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	return exact_merge(into, EXACT_PLAIN, pool, from, from_pool);
}

static int sum_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	return exact_empty(state) ? write_null(out) : num_write(exact_value(state, pool), out);
}

static void sum_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	exact_release(state, pool);
}

const struct fold_type fold_sum = { .name = "sum",
	.usage = "sum(EXPR)",
	.min_args = 1,
	.max_args = 1,
	.numeric = true,
	.check = check_number,
	.state_size = sum_size,
	.init = init_zero,
	.add = sum_add_event,
	.merge = sum_merge_states,
	.result = sum_result,
	.release = sum_release };

/* ---- avg ---- */

struct avg {
	uint64_t n;
	struct exact sum;
};

static size_t avg_size(const struct fold *f)
{
	(void)f;
	return sizeof(struct avg);
}

static int avg_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f, (void)ts, (void)seq;
	struct avg *a = state;
	if (is_absent(args))
		return 0;
	if (exact_add(&a->sum, EXACT_PLAIN, pool, &args->num) < 0)
		return -1;
	a->n++;
	return 0;
}

static int avg_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	struct avg *a = into;
	const struct avg *b = from;
	if (exact_merge(&a->sum, EXACT_PLAIN, pool, &b->sum, from_pool) < 0)
		return -1;
	a->n += b->n;
	return 0;
}

static int avg_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	const struct avg *a = state;
	return a->n == 0 ? write_null(out) : num_write(exact_mean(&a->sum, pool, a->n), out);
}

static void avg_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct avg *a = state;
	exact_release(&a->sum, pool);
}

const struct fold_type fold_avg = { .name = "avg",
	.usage = "avg(EXPR)",
	.min_args = 1,
	.max_args = 1,
	.numeric = true,
	.check = check_number,
	.state_size = avg_size,
	.init = init_zero,
	.add = avg_add,
	.merge = avg_merge,
	.result = avg_result,
	.release = avg_release };

/* ---- var, stddev: of the sample, from exact sums, so that neither order nor merging matters
 * (Welford's update, and Chan, Golub and LeVeque's merge of 1979, are stable but round on the way) ---- */

struct var {
	uint64_t n;
	struct exact sum, squares;
};

static size_t var_size(const struct fold *f)
{
	(void)f;
	return sizeof(struct var);
}

static int var_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f, (void)ts, (void)seq;
	struct var *v = state;
	if (is_absent(args))
		return 0;
	if (exact_add(&v->sum, EXACT_PLAIN, pool, &args->num) < 0 ||
		exact_add(&v->squares, EXACT_SQUARES, pool, &args->num) < 0)
		return -1;
	v->n++;
	return 0;
}

static int var_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	struct var *a = into;
	const struct var *b = from;
	if (exact_merge(&a->sum, EXACT_PLAIN, pool, &b->sum, from_pool) < 0 ||
		exact_merge(&a->squares, EXACT_SQUARES, pool, &b->squares, from_pool) < 0)
		return -1;
	a->n += b->n;
	return 0;
}

static int var_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	const struct var *v = state;
	if (v->n < 2)
		return write_null(out);
	double d = exact_variance(&v->sum, &v->squares, pool, v->n);
	return num_write(num_from_double(f->type == &fold_stddev ? sqrt(d) : d), out);
}

static void var_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct var *v = state;
	exact_release(&v->sum, pool);
	exact_release(&v->squares, pool);
}

#define SPREAD                                                                                        \
	.min_args = 1, .max_args = 1, .numeric = true, .check = check_number, .state_size = var_size, \
	.init = init_zero, .add = var_add, .merge = var_merge, .result = var_result, .release = var_release
const struct fold_type fold_var = { .name = "var", .usage = "var(EXPR)", SPREAD };
const struct fold_type fold_stddev = { .name = "stddev", .usage = "stddev(EXPR)", SPREAD };
