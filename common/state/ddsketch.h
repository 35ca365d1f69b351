/* ddsketch.h -- DDSketch: quantiles with a relative error of at most 1 %.
 *
 * Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees" (VLDB 2019).
 * The estimate does not depend on the order of values or of merges. The least and the greatest value are kept exactly.
 * Memory is bounded by DDSKETCH_BINS bins for each sign, which span a ratio of 3 x 10^35 between the greatest and the
 * smallest absolute value; beyond that the smallest share one bin, and a quantile among them has no error bound. A
 * sketch is a plain struct with blocks in the pool; a sketch of zeros is empty. */
#ifndef STATE_DDSKETCH_H
#define STATE_DDSKETCH_H
#include "state/pool.h"

enum { DDSKETCH_BINS = 4096 };
#define DDSKETCH_ERROR 0.01

/* The bins of one sign. */
struct ddsketch_bins {
	pool_ref ref; /* uint64_t: the counts of bins [first, first + count); 0: none */
	int32_t first;
	uint32_t count;
	int32_t top; /* the greatest bin with a value */
	uint32_t unused;
};

struct ddsketch {
	uint64_t n, zeros;      /* values, and those among them that are 0 */
	double least, greatest; /* if n > 0 */
	struct ddsketch_bins positive, negative;
};

/* Adds V, which must be finite. Returns 0; -1 if memory is exhausted. */
int ddsketch_add(struct ddsketch *d, struct pool *pool, double v) MUST_USE;
/* Adds all values of FROM to INTO. Returns 0; -1 if memory is exhausted. */
int ddsketch_merge(struct ddsketch *into, struct pool *pool, const struct ddsketch *from,
	const struct pool *from_pool) MUST_USE;
/* Returns an estimate of the value of rank floor(P x (n - 1)), counted from 0; 0 <= P <= 1, n > 0. */
double ddsketch_quantile(const struct ddsketch *d, const struct pool *pool, double p);
/* Gives D's blocks back to POOL; D is empty then. */
void ddsketch_release(struct ddsketch *d, struct pool *pool);
#endif
