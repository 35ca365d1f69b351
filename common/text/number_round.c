/* number_round.c -- rounds a number to a number of decimal digits, exactly.
 *
 * An exact number is a coefficient with a scale, so rounding divides the coefficient by a power of ten. A double is
 * first replaced by its shortest decimal, if a struct num holds this decimal. The double 2.675 is a little less than
 * its decimal, but a user who sees 2.675 expects 2.68. */
#include "text/number_internal.h"
#include <math.h>

/* Returns COEF / 10^DROP, rounded to an integer. Halves are rounded away from zero. DROP must be greater than 0. */
static i128 divide_rounded(i128 coef, int64_t drop)
{
	if (drop > NUM_SCALE_MAX)
		return 0;
	i128 unit = num_pow10[drop], rest = coef % unit, half = unit / 2;
	return coef / unit + (rest >= half) - (rest <= -half);
}

struct num num_round(struct num a, int64_t digits)
{
	if (!a.exact) {
		char text[64];
		struct buf b;
		struct num decimal;
		buf_init(&b, sizeof text);
		bool read = isfinite(a.real) && num_write_double(a.real, &b) == 0 &&
			num_parse(buf_span(&b), &decimal) == 0 && decimal.exact;
		buf_release(&b);
		/* A double that was not read is NaN, an integer of more than 38 digits, or very close to zero. */
		if (!read)
			return fabs(a.real) < 1 && digits <= NUM_SCALE_MAX ? num_from_i64(0) : a;
		a = decimal;
	}
	if (digits >= a.scale)
		return a;
	i128 coef = divide_rounded(a.coef, a.scale - digits);
	if (digits < 0) {
		/* The product can only overflow if A was near the limit of 128 bits and was rounded up. */
		a = (struct num){ .exact = true, .coef = coef };
		if (coef != 0 && num_scale_up(&a.coef, (unsigned)-digits))
			return num_from_double(num_double(a) * pow(10, (double)-digits));
		return a;
	}
	/* An exact number must not have trailing zeros after the point. */
	while (digits > 0 && coef % 10 == 0) {
		coef /= 10;
		digits--;
	}
	return (struct num){ .exact = true, .scale = (uint8_t)digits, .coef = coef };
}
