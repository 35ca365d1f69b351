/* count_distinct.c -- count_distinct: the number of different values, exact; approx_distinct: an estimate by
 * HyperLogLog.
 *
 * Values are equal as in jq: both functions use the canonical form of a value. count_distinct keeps all different
 * values (20 to 45 bytes for a short one). approx_distinct keeps at most 16 KiB for each group; its standard error is
 * 0.81 %. */
#include "fold/function.h"
#include "state/distinct.h"
#include "state/hll.h"
#include "state/table.h"

/* ---- count_distinct: the state is a struct distinct ---- */

/* Adds a copy of the canonical form, which is borrowed from the event or from F's scratch. */
static int distinct_fold_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)ts, (void)seq;
	struct span key;
	if (fold_is_absent(args))
		return 0;
	return fold_canonical(f, args, &key) < 0 ? -1 : distinct_add(state, pool, key);
}

/* Makes the union of both sets: a value that is in both states counts once. */
static int distinct_fold_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	return distinct_merge(into, pool, from, from_pool);
}

/* Writes 0, not null, for no events, as SQL's count does. */
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

const struct fold_type fold_count_distinct = { .name = "count_distinct",
	.usage = "count_distinct(EXPR)",
	.min_args = 1,
	.max_args = 1,
	.state_size = sizeof(struct distinct),
	.check = fold_check_comparable,
	.add = distinct_fold_add,
	.merge = distinct_fold_merge,
	.result = distinct_fold_result,
	.release = distinct_fold_release };

/* ---- approx_distinct: the state is a struct hll ---- */

/* Keeps only the hash of the value. The hash is the same on all machines, so results are the same as well. */
static int hll_fold_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)ts, (void)seq;
	struct span key;
	if (fold_is_absent(args))
		return 0;
	return fold_canonical(f, args, &key) < 0 ? -1 : hll_add(state, pool, table_hash(key));
}

/* Makes the union of both sets of hashes: a value that is in both states counts once. */
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

const struct fold_type fold_approx_distinct = { .name = "approx_distinct",
	.usage = "approx_distinct(EXPR)",
	.min_args = 1,
	.max_args = 1,
	.state_size = sizeof(struct hll),
	.check = fold_check_comparable,
	.add = hll_fold_add,
	.merge = hll_fold_merge,
	.result = hll_fold_result,
	.release = hll_fold_release };
