/* number_internal.h -- limits and helpers that the parts of the number library (number*.c) share. */
#ifndef TEXT_NUMBER_INTERNAL_H
#define TEXT_NUMBER_INTERNAL_H
#include "text/number.h"

enum {
	NUM_SCALE_MAX = 38,  /* largest number of digits after the point of an exact number */
	NUM_DIGITS_MAX = 40, /* room for all digits of a coefficient: 128 bits hold at most 39 */
};
/* The largest magnitude of a coefficient. -2^127 is excluded, so that each coefficient can be negated. */
#define NUM_COEF_MAX ((i128)(((u128)1 << 127) - 1))

/* num_pow10[i] is 10^i. */
extern const i128 num_pow10[NUM_SCALE_MAX + 1];

/* The parts of the text of a number. The text is borrowed. */
struct num_parts {
	bool negative;
	const char *digits, *digits_end; /* the digits, and the point if there is one; without sign and exponent */
	int64_t fraction;                /* number of digits after the point */
	int64_t exponent;                /* clamped to +-NUM_EXPONENT_FAR */
};
/* The largest magnitude of an exponent that is read. A larger exponent is replaced by this limit, which is far beyond
 * the exponent of any double. Sums of a few such exponents still fit int64_t. */
#define NUM_EXPONENT_FAR INT64_C(1000000000000000000)

/* Sets *OUT to the parts of S by the grammar of RFC 8259, section 6. Returns false if S as a whole is not a number. */
bool num_split(struct span s, struct num_parts *out);

/* A number as its significant digits: +-DIGITS x 10^exponent. DIGITS has no zeros at either end. For the number zero, n
 * is 0. */
struct num_digits {
	bool negative;
	int n, exponent;
	char digits[NUM_DIGITS_MAX]; /* n characters, '0' to '9' */
};
/* Returns the digits of A. For a double, these are the fewest digits that read back as the same double. */
struct num_digits num_digits(struct num a);

/* Multiplies *COEF by 10^BY and returns false. Returns true, and leaves *COEF unchanged, if the product does not fit
 * 128 bits or BY exceeds NUM_SCALE_MAX. */
static inline bool num_scale_up(i128 *coef, unsigned by)
{
	i128 v;
	/* Most coefficients fit 64 bits. 10^18 fits 64 bits too, so the product of both fits 128 bits without a
	 * check. */
	if (by <= 18 && *coef >= INT64_MIN && *coef <= INT64_MAX) {
		*coef = (i128)(int64_t)*coef * (int64_t)num_pow10[by];
		return false;
	}
	if (by > NUM_SCALE_MAX || __builtin_mul_overflow(*coef, num_pow10[by], &v))
		return true;
	*coef = v;
	return false;
}
#endif
