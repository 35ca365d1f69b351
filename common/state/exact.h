/* exact.h -- sums that are exact in any order: of decimals and doubles, or of their squares.
 *
 * The sum of a, b and c must not depend on how events were divided among slices, so nothing may be rounded on the way.
 * A sum starts in the small form, a 64-bit decimal in 16 bytes of state. One that does not fit moves to the wide form,
 * a block in the pool: a fixed-point number in units of 10^-38 x 2^-1088 (for squares, the square of that), wide enough
 * for every number, of which only the words in use are kept. This is the long accumulator of Kulisch, "Computer
 * Arithmetic and Validity" (2008), with a power of ten in the unit so that decimals fit, too. Only results are rounded,
 * once. A sum of zeros is empty. */
#ifndef STATE_EXACT_H
#define STATE_EXACT_H
#include "state/pool.h"
#include "text/number.h"

struct exact {
	int64_t coef;
	uint64_t at; /* 0: empty; scale << 3 | 1: the sum is coef x 10^-scale; pool_ref | 2: the wide form is there */
};

/* What is added up: the numbers, or their squares. Also how often the unit is multiplied. */
enum exact_of { EXACT_PLAIN = 1, EXACT_SQUARES = 2 };

/* Adds *V, or its square, to X. V is not NaN. Returns 0; -1 if memory is exhausted: the sum is as before. */
int exact_add(struct exact *x, enum exact_of of, struct pool *pool, const struct num *v) MUST_USE;
/* Adds the sum FROM, which must be of the same, to INTO. Returns 0; -1 if memory is exhausted. */
int exact_merge(struct exact *into, enum exact_of of, struct pool *pool, const struct exact *from,
	const struct pool *from_pool) MUST_USE;
/* Gives X's block back, if it has one; X is empty then. */
void exact_release(struct exact *x, struct pool *pool);

/* Returns true if nothing was added to X. */
static inline bool exact_empty(const struct exact *x)
{
	return x->at == 0;
}

/* Returns the plain sum X, 0 if it is empty: an exact number if 38 digits can hold it, else the nearest double. */
struct num exact_value(const struct exact *x, const struct pool *pool);
/* Returns the plain sum X divided by N > 0: an exact number if the quotient is one, else the nearest double. */
struct num exact_mean(const struct exact *x, const struct pool *pool, uint64_t n);
/* Returns the variance of a sample of N > 1 numbers from their SUM and the sum of their SQUARES:
 * (n x squares - sum^2) / (n (n - 1)), computed without loss and rounded to the nearest double. */
double exact_variance(const struct exact *sum, const struct exact *squares, const struct pool *pool, uint64_t n);
#endif
