/* exact_internal.h -- what exact.c and exact_value.c share: the two forms of a sum. */
#ifndef STATE_EXACT_INTERNAL_H
#define STATE_EXACT_INTERNAL_H
#include "state/big.h"
#include "state/exact.h"

/* The low bits of exact.at tell the form. Pool references leave them zero. */
#define EXACT_TAG UINT64_C(7)
#define EXACT_SMALL UINT64_C(1) /* coef x 10^-(at >> 3) */
#define EXACT_WIDE UINT64_C(2)  /* at - 2 refers to a struct exact_wide */

/* The unit of a plain sum is 10^-EXACT_SCALE x 2^(-64 x EXACT_FRACTION): exact numbers have at most EXACT_SCALE decimal
 * places, and the last bit of a double is 2^-1074. The unit of a sum of squares is the square of that. */
enum { EXACT_SCALE = 38, EXACT_FRACTION = 17 };

/* The words [first, first + count) of a number in two's complement, from the least significant on; word I has the
 * weight 2^(64 x I) units. Words below are zero, words above repeat the sign. */
struct exact_wide {
	int32_t first, count;
	uint64_t word[];
};

/* Sets B to the absolute value of X, which is small or empty, in units of 10^-(EXACT_SCALE x OF). Returns true if X is
 * negative. */
bool exact_small_to_big(const struct exact *x, enum exact_of of, struct big *b);

extern const int64_t exact_powers[19];
/* Returns 10^POWER, POWER <= 18. */
static inline int64_t exact_pow10(unsigned power)
{
	return exact_powers[power];
}
#endif
