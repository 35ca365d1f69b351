/* big.h -- natural numbers of up to 6,144 bits, and the arithmetic that exact sums (exact.h) need.
 *
 * A number is a plain struct without pointers. Its words are in order, the least significant first. The last word in
 * use is not zero; the number 0 has no words. The caller must make sure that each result fits BIG_WORDS words; assert()
 * checks the size. */
#ifndef STATE_BIG_H
#define STATE_BIG_H
#include "text/number.h"

enum { BIG_WORDS = 96 };

struct big {
	int n; /* words in use */
	uint64_t w[BIG_WORDS];
};

/* Sets B to V. */
void big_set(struct big *b, u128 v);
/* Sets B to the absolute value of a number in two's complement, which has the N words at WORDS, the least significant
 * first. The top bit of the last word is the sign. Returns true if the number is negative. */
bool big_from_signed(struct big *b, const uint64_t *words, int n);
/* Sets B to B x BY + PLUS. */
void big_mul_add(struct big *b, uint64_t by, uint64_t plus);
/* Multiplies B by 10^POWER. */
void big_mul_pow10(struct big *b, unsigned power);
/* Divides B by BY > 0, rounding down. Returns the remainder. */
uint64_t big_div(struct big *b, uint64_t by);
/* Sets OUT to the square of B. OUT and B must be different objects. */
void big_square(struct big *out, const struct big *b);
/* Multiplies B by 2^(64 x WORDS); WORDS >= 0. */
void big_shift(struct big *b, int words);
/* Sets A to |A - B|. Returns true if B was greater than A. */
bool big_sub(struct big *a, const struct big *b);
/* Sets *OUT to B and returns true. If B has more than 127 bits, returns false and leaves *OUT unchanged. */
bool big_i128(const struct big *b, i128 *out);
/* The number top x 2^exponent. The lower bits of a long result are cut off. If any bit that was cut off is 1, the last
 * bit of TOP is set to 1. So rounding TOP to a double gives the same as rounding all bits. */
struct big_float {
	u128 top;
	int exponent;
};
/* big_ratio() returns B / (D[0] x D[1] x ... x D[COUNT - 1]) x 2^EXPONENT, with 128 bits. big_ratio_root() returns the
 * square root of this ratio, with 64 bits. Both overwrite B. Divisors must be positive; COUNT is at most 8. */
struct big_float big_ratio(struct big *b, const uint64_t *d, int count, int exponent);
struct big_float big_ratio_root(struct big *b, const uint64_t *d, int count, int exponent);
/* Appends V, or -V if NEGATIVE, to OUT as JSON. V is rounded to the nearest double or, if V is too large for a double,
 * to 17 digits. Returns 0, or -1 if OUT is full. */
int big_float_write(struct big_float v, bool negative, struct buf *out) MUST_USE;
#endif
