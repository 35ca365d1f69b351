/* big.h -- natural numbers of up to 6,144 bits: the little that exact sums need to become a result.
 *
 * Plain memory, words from the least significant, without leading zero words (0 has none). The caller
 * knows that results fit; assert() guards it. */
#ifndef STATE_BIG_H
#define STATE_BIG_H
#include "text/number.h"

enum { BIG_WORDS = 96 };

struct big {
	int n;
	uint64_t w[BIG_WORDS];
};

void big_set(struct big *b, u128 v);
/* B from N words of two's complement whose sign is the top bit: its absolute value; true: it is negative. */
bool big_from_signed(struct big *b, const uint64_t *words, int n);
void big_mul(struct big *b, uint64_t by);
void big_mul_pow10(struct big *b, unsigned power);
/* B becomes B / BY; returns the remainder. */
uint64_t big_div(struct big *b, uint64_t by);
void big_square(struct big *out, const struct big *b);
/* Times 2^(64 x WORDS). */
void big_shift(struct big *b, int words);
/* A becomes |A - B|; true: B was the larger. */
bool big_sub(struct big *a, const struct big *b);
/* B as 127 bits; false: it has more. */
bool big_i128(const struct big *b, i128 *out);
/* B / (D[0] x D[1] ... x D[COUNT - 1]) x 2^EXPONENT, correctly rounded (half to even); infinite if
 * it is beyond doubles. Destroys B. COUNT at most 8. */
double big_ratio(struct big *b, const uint64_t *d, int count, int exponent);
#endif
