/* exact.h -- sums that are exact in any order: of decimals and doubles, or of their squares.
 *
 * A sum must not depend on the order of its numbers, nor on how they were divided into partial sums. So nothing is
 * rounded while numbers are added; each result is rounded once.
 *
 * A sum has one of two forms. It starts in the small form: a decimal with a coefficient of 64 bits. A sum that does not
 * fit takes the wide form: a fixed-point number in a block of a pool. Its unit is 10^-38 x 2^-1088, or the square of
 * that for squares. Every number is a whole number of units, so nothing is lost. Only the words in use are stored.
 *
 * The wide form is the long accumulator of Kulisch, "Computer Arithmetic and Validity" (2008). Its unit has a power of
 * ten besides, so that decimals fit as well.
 *
 * A struct exact of all zero bytes is an empty sum. A sum to which only the number 0 was added is not empty. */
#ifndef STATE_EXACT_H
#define STATE_EXACT_H
#include "state/pool.h"
#include "state/save.h"
#include "text/number.h"

struct exact {
	int64_t coef;
	/* 0 if the sum is empty. In the small form, SCALE << 3 | 1: the sum is coef x 10^-SCALE. In the wide form, the
	 * reference of the block | 2. */
	uint64_t form;
};

/* What is added up: the numbers or their squares. The value of a constant is the exponent: EXACT_SQUARES raises the
 * numbers, and the unit of the wide form, to the power 2. */
enum exact_power { EXACT_PLAIN = 1, EXACT_SQUARES = 2 };

/* Adds *V to X, or the square of *V if POWER is EXACT_SQUARES. *V must not be NaN. TEXT is the text that *V was read
 * from, or SPAN_NONE. If *V is a double, the digits of TEXT are added instead, without loss, unless TEXT has more than
 * 38 decimal places. Returns 0, or -1 if memory is exhausted; X then keeps its value. */
int exact_add(struct exact *x, enum exact_power power, struct pool *pool, const struct num *v,
	struct span text) MUST_USE;
/* Adds the sum FROM to INTO; both must be sums of the same POWER. Returns 0, or -1 if memory is exhausted; INTO then
 * keeps its value. */
int exact_merge(struct exact *into, enum exact_power power, struct pool *pool, const struct exact *from,
	const struct pool *from_pool) MUST_USE;
/* Frees the block of X, if X has the wide form, and makes X empty. */
void exact_release(struct exact *x, struct pool *pool);
void exact_save(const struct exact *x, const struct pool *pool, struct save *s);
/* Makes X, which must be empty, a sum of POWER that was saved. Returns 0, or -1 if memory is exhausted. If the bytes
 * are damaged, makes L fail and returns 0; X is empty then. */
int exact_load(struct exact *x, enum exact_power power, struct pool *pool, struct load *l) MUST_USE;

/* Returns true if nothing was added to X. */
static inline bool exact_empty(const struct exact *x)
{
	return x->form == 0;
}

/* The three functions below append a result to OUT as JSON. They compute it without loss and round it at most once: to
 * the nearest double, or to 17 digits if it is too large for a double. They return 0, or -1 if OUT is full.
 *
 * exact_write_sum() writes the plain sum X, or 0 if X is empty. exact_write_mean() writes X divided by N > 0. Both
 * write all digits if a struct num can hold the result exactly. */
int exact_write_sum(const struct exact *x, const struct pool *pool, struct buf *out) MUST_USE;
int exact_write_mean(const struct exact *x, const struct pool *pool, uint64_t n, struct buf *out) MUST_USE;
/* Writes the variance of a sample of N > 1 numbers, or the square root of the variance if ROOT is true. SUM is the sum
 * of the numbers, SQUARES the sum of their squares. The formula of the variance is (n x squares - sum^2) / (n (n -
 * 1)). */
int exact_write_variance(const struct exact *sum, const struct exact *squares, const struct pool *pool, uint64_t n,
	bool root, struct buf *out) MUST_USE;
#endif
