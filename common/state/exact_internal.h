/* exact_internal.h -- what exact.c and exact_value.c share. */
#ifndef STATE_EXACT_INTERNAL_H
#define STATE_EXACT_INTERNAL_H
#include "state/big.h"
#include "state/exact.h"

/* The low bits of struct exact's AT. */
#define EXACT_TAG UINT64_C(7)
#define EXACT_SMALL UINT64_C(1)
#define EXACT_WIDE UINT64_C(2)

/* The unit of a plain sum is 10^-EXACT_SCALE x 2^(-64 x EXACT_FRACTION): no exact number has a finer scale,
 * no double a smaller bit. That of squares is its square. */
enum { EXACT_SCALE = 38, EXACT_FRACTION = 17 };

/* Two's complement, words [first, first + count) of the number. */
struct exact_wide {
	int32_t first, count;
	uint64_t word[];
};

/* The small form X (or an empty one), without its sign, in units of 10^-(EXACT_SCALE x OF); true: negative. */
bool exact_big_small(const struct exact *x, enum exact_of of, struct big *b);

extern const int64_t exact_powers[19];
/* 10^POWER, at most 18 */
static inline int64_t exact_pow10(unsigned power)
{
	return exact_powers[power];
}
#endif
