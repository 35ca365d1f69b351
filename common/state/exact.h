/* exact.h -- sums that are exact in any order: of decimals and doubles, and of their squares.
 *
 * What sum(a, b, c) gives must not depend on how events were cut into slices, so nothing may be rounded on
 * the way. A sum starts as a 64-bit decimal in 16 bytes of state; what does not fit moves to
 * a block in the pool: a fixed-point number in units of 10^-38 x 2^-1088 (of squares: of the square of
 * that), wide enough for every number there is, of which only the words in use are kept. That
 * is Kulisch's long accumulator ("Computer Arithmetic and Validity", 2008), with a power of ten in the
 * unit so that decimals fit too. Results are rounded once.
 * A sum is plain memory; zeroed, it is empty. */
#ifndef STATE_EXACT_H
#define STATE_EXACT_H
#include "state/pool.h"
#include "text/number.h"

struct exact {
	int64_t coef;
	uint64_t at; /* 0: empty; scale << 3 | 1: the sum is coef x 10^-scale; pool_ref | 2: it is there */
};

/* What a sum is of: the numbers, or their squares. */
enum exact_of { EXACT_PLAIN = 1, EXACT_SQUARES = 2 };

/* Adds *V, or its square. -1: out of memory, the sum is as before. V is no NaN. */
int exact_add(struct exact *x, enum exact_of of, struct pool *pool, const struct num *v) MUST_USE;
/* Adds the sum FROM, which is of the same. -1: out of memory. */
int exact_merge(struct exact *into, enum exact_of of, struct pool *pool, const struct exact *from,
	const struct pool *from_pool) MUST_USE;
void exact_release(struct exact *x, struct pool *pool);

static inline bool exact_empty(const struct exact *x)
{
	return x->at == 0;
}

/* A plain sum (0 if it is empty): exact if 38 digits hold it, else the nearest double. */
struct num exact_value(const struct exact *x, const struct pool *pool);
/* A plain sum divided by N > 0: exact if it divides so, else the nearest double. */
struct num exact_mean(const struct exact *x, const struct pool *pool, uint64_t n);
/* The variance of a sample of N > 1 numbers, (n x sum of squares - square of the sum) / (n (n - 1)):
 * computed without loss, then rounded to the nearest double. */
double exact_variance(const struct exact *sum, const struct exact *squares, const struct pool *pool, uint64_t n);
#endif
