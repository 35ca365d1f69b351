/* approx_quantile.c -- the function approx_quantile. Its state is a struct ddsketch: bins of bounded size, which keep a
 * quantile with a relative error of at most 1 %. The exact functions are in quantile.c. */
#include "fold/function.h"
#include "state/ddsketch.h"

/* Adds the number as a double. The sketch has a relative error of 1 %, so the rounding does not matter. Returns 0, or
 * -1 if memory is exhausted. */
static int sketch_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f, (void)ts, (void)seq;
	return fold_is_absent(args) ? 0 : ddsketch_add(state, pool, num_double(args->num));
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
		return fold_write_null(out);
	return num_write(num_from_double(ddsketch_quantile(d, pool, num_double(f->p))), out);
}

static void sketch_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	ddsketch_release(state, pool);
}

static void sketch_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	(void)f;
	ddsketch_save(state, pool, s);
}

static int sketch_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	(void)f;
	return ddsketch_load(state, pool, l);
}

const struct fold_type fold_approx_quantile = { .name = "approx_quantile",
	.usage = "approx_quantile(EXPR, P)",
	.min_args = 2,
	.max_args = 2,
	.numeric = true,
	.state_size = sizeof(struct ddsketch),
	.constant = fold_constant_part,
	.check = fold_check_number,
	.add = sketch_add,
	.merge = sketch_merge,
	.result = sketch_result,
	.release = sketch_release,
	.save = sketch_save,
	.load = sketch_load };
