/* ddsketch.h -- DDSketch: quantiles with a relative error of at most 1 %.
 *
 * Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees" (VLDB 2019).
 * The estimate does not depend on the order of values or of merges. The least and the greatest value are kept exactly.
 *
 * Memory is bounded: the positive values and the negative values have about DDSKETCH_BINS bins each, at most. That is
 * enough as long as the greatest absolute value is at most 3 x 10^35 times the smallest. If values differ more, the
 * smallest ones share one bin, and a quantile among them has no error bound.
 *
 * A struct ddsketch of all zero bytes is an empty sketch. The bins are in the pool that the caller passes to every
 * function. */
#ifndef STATE_DDSKETCH_H
#define STATE_DDSKETCH_H
#include "state/pool.h"
#include "state/save.h"

enum { DDSKETCH_BINS = 4096 };
#define DDSKETCH_ERROR 0.01

/* The bins of the positive values, or of the negative values. */
struct ddsketch_bins {
	/* The block with the counts (uint64_t) of the bins from `first` to `first + count - 1`; 0 if there are no
	 * bins. */
	pool_ref ref;
	int32_t first;
	uint32_t count;
	int32_t top; /* the greatest bin that counts a value */
	uint32_t unused;
};

struct ddsketch {
	uint64_t n, zeros;      /* number of values, and number of those that are 0 */
	double least, greatest; /* of all values; not set if n = 0 */
	struct ddsketch_bins positive, negative;
};

/* Adds V, which must be finite. Returns 0, or -1 if memory is exhausted; D is then unchanged. */
int ddsketch_add(struct ddsketch *d, struct pool *pool, double v) MUST_USE;
/* Adds all values of FROM to INTO. Returns 0, or -1 if memory is exhausted; INTO must then be released. */
int ddsketch_merge(struct ddsketch *into, struct pool *pool, const struct ddsketch *from,
	const struct pool *from_pool) MUST_USE;
/* Returns an estimate of the value with rank floor(P x (N - 1)); the least value has rank 0. N is d->n, which must
 * not be 0. P must be from 0 to 1. */
double ddsketch_quantile(const struct ddsketch *d, const struct pool *pool, double p);
void ddsketch_save(const struct ddsketch *d, const struct pool *pool, struct save *s);
/* Makes D, which must be empty, a sketch that was saved. Returns 0, or -1 if memory is exhausted. If the bytes are
 * damaged, makes L fail and returns 0. D must be released in all cases. */
int ddsketch_load(struct ddsketch *d, struct pool *pool, struct load *l) MUST_USE;
/* Frees the bins of D and makes D empty. */
void ddsketch_release(struct ddsketch *d, struct pool *pool);
#endif
