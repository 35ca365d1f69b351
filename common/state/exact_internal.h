/* exact_internal.h -- the two forms of a sum, for exact.c and exact_value.c only. */
#ifndef STATE_EXACT_INTERNAL_H
#define STATE_EXACT_INTERNAL_H
#include "state/big.h"
#include "state/exact.h"

/* The low three bits of exact.form say which form the sum has. In the wide form the other bits are a pool reference,
 * whose low three bits are always zero. */
#define EXACT_TAG UINT64_C(7)
#define EXACT_SMALL UINT64_C(1) /* the sum is coef x 10^-(form >> 3) */
#define EXACT_WIDE UINT64_C(2)  /* form - EXACT_WIDE refers to a struct exact_wide */

/* The unit of a plain sum is 10^-EXACT_SCALE x 2^(-64 x EXACT_FRACTION). The unit of a sum of squares is the square of
 * that. Every number is a whole number of units: an exact number has at most EXACT_SCALE decimal places, and the last
 * bit of a double is at least 2^-1074. */
enum { EXACT_SCALE = 38, EXACT_FRACTION = 17 };

/* The words [first, first + count) of a number in two's complement, the least significant word first. Word I has the
 * weight 2^(64 x I) units. Words below `first` are zero. Words from `first + count` on repeat the sign. */
struct exact_wide {
	int32_t first, count;
	uint64_t word[];
};

/* Sets B to the absolute value of X in units of 10^-(EXACT_SCALE x POWER). X must have the small form or be empty.
 * Returns true if X is negative. */
bool exact_small_to_big(const struct exact *x, enum exact_power power, struct big *b);

extern const int64_t exact_pow10_table[19];
/* Returns 10^EXPONENT. EXPONENT must be at most 18. */
static inline int64_t exact_pow10(unsigned exponent)
{
	return exact_pow10_table[exponent];
}
#endif
