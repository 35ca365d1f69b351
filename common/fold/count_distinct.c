/* count_distinct.c -- the functions count_distinct, which counts different values exactly, and approx_distinct, which
 * estimates their number.
 *
 * Both functions compare values by their canonical form, in which all values that are equal in jq (1 and 1.0) have the
 * same bytes. count_distinct keeps all different values (20 to 45 bytes for a short one). approx_distinct uses
 * HyperLogLog and keeps at most 16 KiB for each group; its standard error is 0.81 %. */
#include "fold/function.h"
#include "state/distinct.h"
#include "state/hll.h"
#include "state/table.h"

/* ---- count_distinct: the state is a struct distinct ---- */

/* Adds a copy of the canonical form, because the bytes in KEY are valid only during this call. Returns 0, or -1 if
 * memory is exhausted. */
static int distinct_fold_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)ts, (void)seq;
	struct span key;
	if (fold_is_absent(args))
		return 0;
	return fold_canonical(f, args, &key) < 0 ? -1 : distinct_add(state, pool, key);
}

/* Makes the union of both sets: a value that is in both states counts once. Returns 0, or -1 if memory is exhausted. */
static int distinct_fold_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	return distinct_merge(into, pool, from, from_pool);
}

/* Writes the number of values: 0, not null, if there are none, as SQL's count does. */
static int distinct_fold_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	return buf_add_i64(out, (int64_t)distinct_count(state, pool));
}

static void distinct_fold_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	distinct_release(state, pool);
}

static void distinct_fold_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	(void)f;
	distinct_save(state, pool, s);
}

static int distinct_fold_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	(void)f;
	return distinct_load(state, pool, l);
}

const struct fold_type fold_count_distinct = { .name = "count_distinct",
	.usage = "count_distinct(EXPR)",
	.min_args = 1,
	.max_args = 1,
	.state_size = sizeof(struct distinct),
	.check = fold_check_comparable,
	.add = distinct_fold_add,
	.merge = distinct_fold_merge,
	.result = distinct_fold_result,
	.release = distinct_fold_release,
	.save = distinct_fold_save,
	.load = distinct_fold_load };

/* ---- approx_distinct: the state is a struct hll ---- */

/* Adds only the hash of the value. The hash of a value is the same on all machines, and so is the estimate. Returns 0,
 * or -1 if memory is exhausted. */
static int hll_fold_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)ts, (void)seq;
	struct span key;
	if (fold_is_absent(args))
		return 0;
	return fold_canonical(f, args, &key) < 0 ? -1 : hll_add(state, pool, table_hash(key));
}

/* Makes the union of both sets of hashes: a value that is in both states counts once. Returns 0, or -1 if memory is
 * exhausted. */
static int hll_fold_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	return hll_merge(into, pool, from, from_pool);
}

/* Writes the estimate, which is exact for up to HLL_EXACT different values. */
static int hll_fold_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	return buf_add_i64(out, (int64_t)hll_count(state, pool));
}

static void hll_fold_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	hll_release(state, pool);
}

static void hll_fold_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	(void)f;
	hll_save(state, pool, s);
}

static int hll_fold_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	(void)f;
	return hll_load(state, pool, l);
}

const struct fold_type fold_approx_distinct = { .name = "approx_distinct",
	.usage = "approx_distinct(EXPR)",
	.min_args = 1,
	.max_args = 1,
	.state_size = sizeof(struct hll),
	.check = fold_check_comparable,
	.add = hll_fold_add,
	.merge = hll_fold_merge,
	.result = hll_fold_result,
	.release = hll_fold_release,
	.save = hll_fold_save,
	.load = hll_fold_load };
