/* hll.h -- HyperLogLog: counts different hashes in 16 KiB at most.
 *
 * Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm"
 * (2007), with 64-bit hashes as in Heule, Nunkesser, Hall, "HyperLogLog in practice" (2013). The estimator is that of
 * Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), which needs no tables of empirical
 * corrections.
 *
 * There are 2^14 registers, so the standard error is 1.04 / sqrt(2^14) = 0.81 %. Up to HLL_EXACT hashes are stored as
 * they are and counted exactly. The estimate depends on the set of hashes alone, not on their order or on how sketches
 * were merged. A struct hll of all zero bytes is an empty sketch. Its block is in the pool that the caller passes
 * to every function. */
#ifndef STATE_HLL_H
#define STATE_HLL_H
#include "state/pool.h"
#include "state/save.h"

enum { HLL_BITS = 14, HLL_EXACT = 1536 };

struct hll {
	pool_ref ref;   /* the block of the slots or of the registers; 0: the sketch is empty */
	uint32_t count; /* number of hashes in slots; not used with registers */
	uint32_t bits;  /* there are 1 << bits slots; 255: there are registers */
};

/* Adds HASH, all of whose 64 bits must be uniformly distributed. Returns 0, or -1 if memory is exhausted. */
int hll_add(struct hll *h, struct pool *pool, uint64_t hash) MUST_USE;
/* Adds all hashes of FROM to INTO. Returns 0, or -1 if memory is exhausted; INTO then has some of them. */
int hll_merge(struct hll *into, struct pool *pool, const struct hll *from, const struct pool *from_pool) MUST_USE;
/* Returns the number of different hashes: exact up to HLL_EXACT, else an estimate. */
uint64_t hll_count(const struct hll *h, const struct pool *pool);
void hll_save(const struct hll *h, const struct pool *pool, struct save *s);
/* Makes H, which must be empty, a sketch that was saved. Returns 0, or -1 if memory is exhausted. If the bytes are
 * damaged, makes L fail and returns 0. H must be released in all cases. */
int hll_load(struct hll *h, struct pool *pool, struct load *l) MUST_USE;
/* Frees the block of H and makes H empty. */
void hll_release(struct hll *h, struct pool *pool);
#endif
