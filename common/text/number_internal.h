/* number_internal.h -- what the number files share among themselves. */
#ifndef TEXT_NUMBER_INTERNAL_H
#define TEXT_NUMBER_INTERNAL_H
#include "text/number.h"

enum { NUM_SCALE_MAX = 38, NUM_DIGITS_MAX = 40 };
/* Coefficients are symmetric, so that each can be negated. */
#define NUM_COEF_MAX ((i128)(((u128)1 << 127) - 1))

/* 10^0 to 10^38 */
extern const i128 num_pow10[NUM_SCALE_MAX + 1];

/* A number as its significant digits: +-DIGITS x 10^exponent, without zeros at either end; n is 0 for zero.
 * A double stands for the shortest decimal that reads back as it. */
struct num_digits {
	bool negative;
	int n, exponent;
	char digits[NUM_DIGITS_MAX];
};
struct num_digits num_digits(struct num a);

/* *COEF times 10^BY; true (and *COEF is unchanged) when that does not fit. */
static inline bool num_scale_up(i128 *coef, unsigned by)
{
	i128 v;
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
