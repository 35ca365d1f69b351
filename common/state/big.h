/* big.h -- natural numbers of up to 6,144 bits: the arithmetic that turns an exact sum into a result.
 *
 * A number is a plain struct without pointers: words from the least significant on, without leading zero words (0 has
 * no words). The caller must know that results fit into BIG_WORDS; assert() checks it. */
#ifndef STATE_BIG_H
#define STATE_BIG_H
#include "text/number.h"

enum { BIG_WORDS = 96 };

struct big {
	int n; /* words in use */
	uint64_t w[BIG_WORDS];
};

void big_set(struct big *b, u128 v);
/* Sets B to the absolute value of the N words of two's complement at WORDS, whose sign is the top bit of the last.
 * Returns true if they are negative. */
bool big_from_signed(struct big *b, const uint64_t *words, int n);
void big_mul(struct big *b, uint64_t by);
/* Multiplies B by 10^POWER. */
void big_mul_pow10(struct big *b, unsigned power);
/* Divides B by BY > 0, rounding down. Returns the remainder. */
uint64_t big_div(struct big *b, uint64_t by);
/* Sets OUT, which is not B, to the square of B. */
void big_square(struct big *out, const struct big *b);
/* Multiplies B by 2^(64 x WORDS); WORDS >= 0. */
void big_shift(struct big *b, int words);
/* Sets A to |A - B|. Returns true if B was the greater one. */
bool big_sub(struct big *a, const struct big *b);
/* Sets OUT to B. Returns false if B has more than 127 bits. */
bool big_i128(const struct big *b, i128 *out);
/* Returns B / (D[0] x D[1] x ... x D[COUNT - 1]) x 2^EXPONENT as a double: rounded once, half to even (twice if it is
 * subnormal); infinite if it is beyond the range. B is overwritten. Divisors are positive, COUNT is at most 8. */
double big_ratio(struct big *b, const uint64_t *d, int count, int exponent);
#endif
