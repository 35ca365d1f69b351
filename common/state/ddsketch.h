/* ddsketch.h -- DDSketch: quantiles with a relative error of at most 1 %.
 *
 * Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees"
 * (VLDB 2019). A value x > 0 is counted in bin ceil(log x / log gamma), gamma = 1.01 / 0.99;
 * negative values in bins of their own, zeros apart. Bins between the least and the greatest in use are kept,
 * at most DDSKETCH_BINS for each sign (a range of 3 x 10^35 to 1): beyond that those nearest to zero are one
 * bin, and quantiles that fall into it are only known to be that small. Least and greatest value are kept
 * as they were. What a sketch says does not depend on the order of values or of merges.
 * A sketch is plain memory and blocks in the pool; zeroed, it is empty. */
#ifndef STATE_DDSKETCH_H
#define STATE_DDSKETCH_H
#include "state/pool.h"

enum { DDSKETCH_BINS = 4096 };
#define DDSKETCH_ERROR 0.01

struct ddsketch_bins {
	pool_ref ref; /* 64-bit counts of bins [first, first + count) */
	int32_t first;
	uint32_t count;
	int32_t top; /* the greatest bin that was used */
	uint32_t unused;
};

struct ddsketch {
	uint64_t n, zeros;
	double least, greatest;
	struct ddsketch_bins positive, negative;
};

/* V is finite. -1: out of memory. */
int ddsketch_add(struct ddsketch *d, struct pool *pool, double v) MUST_USE;
int ddsketch_merge(struct ddsketch *into, struct pool *pool, const struct ddsketch *from,
	const struct pool *from_pool) MUST_USE;
/* About the value of rank floor(P x (n - 1)) in order, from 0; 0 <= P <= 1, n > 0. */
double ddsketch_quantile(const struct ddsketch *d, const struct pool *pool, double p);
void ddsketch_release(struct ddsketch *d, struct pool *pool);
#endif
