/* hll.h -- HyperLogLog: how many distinct hashes, in 16 KiB at most.
 *
 * Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog: the analysis of a near-optimal cardinality estimation
 * algorithm" (2007), with 64-bit hashes as in Heule, Nunkesser, Hall (2013) and the estimator of Ertl,
 * "New cardinality estimation algorithms for HyperLogLog sketches" (2017), which needs no tables against
 * bias. 2^14 registers: the standard error is 1.04 / sqrt(2^14) = 0.81 %. Up to HLL_EXACT hashes are kept
 * as they are, and counted exactly. What a sketch says depends on the set of hashes alone, not on
 * their order or how sketches were merged.
 * A sketch is plain memory and a block in the pool; zeroed, it is empty. */
#ifndef STATE_HLL_H
#define STATE_HLL_H
#include "state/pool.h"

enum { HLL_BITS = 14, HLL_EXACT = 1536 };

struct hll {
	pool_ref ref;
	uint32_t count; /* hashes, while they are kept */
	uint32_t bits;  /* log2 of the slots for hashes; HLL_DENSE: registers */
};

/* -1: out of memory. */
int hll_add(struct hll *h, struct pool *pool, uint64_t hash) MUST_USE;
int hll_merge(struct hll *into, struct pool *pool, const struct hll *from, const struct pool *from_pool) MUST_USE;
uint64_t hll_count(const struct hll *h, const struct pool *pool);
void hll_release(struct hll *h, struct pool *pool);
#endif
