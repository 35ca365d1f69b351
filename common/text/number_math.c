/* number_math.c -- calculates with numbers, exactly while 128 bits hold the result.
 *
 * Two exact numbers are brought to the same scale and then treated as integers, with the compiler's overflow checks. A
 * result that does not fit is computed in doubles. */
#include "text/number_internal.h"
#include <math.h>

/* Returns COEF x 10^-SCALE in the form that struct num requires: without trailing zeros after the point, and as a
 * double if the scale exceeds NUM_SCALE_MAX. */
static struct num exact_num(i128 coef, unsigned scale)
{
	while (scale > 0) {
		/* A 64-bit division is many times faster than a 128-bit one, so it is used as soon as COEF fits. */
		if (coef >= INT64_MIN && coef <= INT64_MAX) {
			int64_t v = (int64_t)coef;
			for (; scale > 0 && v % 10 == 0; scale--)
				v /= 10;
			coef = v;
			break;
		}
		if (coef % 10 != 0)
			break;
		coef /= 10;
		scale--;
	}
	if (scale <= NUM_SCALE_MAX)
		return (struct num){ .exact = true, .scale = (uint8_t)scale, .coef = coef };
	/* Divides in two steps, because num_pow10 ends at 10^38. Each step rounds at most once. */
	double v = num_double((struct num){ .exact = true, .scale = NUM_SCALE_MAX, .coef = coef });
	return num_from_double(v / (double)num_pow10[scale - NUM_SCALE_MAX]);
}

/* Returns true for -2^127, the one 128-bit integer that cannot be negated. */
static bool out_of_range(i128 v)
{
	return v < -NUM_COEF_MAX;
}

/* Gives two exact numbers the same scale, the larger of their two scales. Returns false if 128 bits do not hold the
 * coefficient at that scale. */
static bool align(struct num *a, struct num *b)
{
	struct num *low = a->scale < b->scale ? a : b, *high = low == a ? b : a;
	if (num_scale_up(&low->coef, (unsigned)(high->scale - low->scale)))
		return false;
	low->scale = high->scale;
	return true;
}

struct num num_add(struct num a, struct num b)
{
	struct num x = a, y = b;
	i128 v;
	if (a.exact && b.exact && align(&x, &y) && !__builtin_add_overflow(x.coef, y.coef, &v) && !out_of_range(v))
		return exact_num(v, x.scale);
	return num_from_double(num_double(a) + num_double(b));
}

struct num num_neg(struct num a)
{
	a.coef = -a.coef;
	a.real = -a.real;
	return a;
}

struct num num_sub(struct num a, struct num b)
{
	return num_add(a, num_neg(b));
}

struct num num_mul(struct num a, struct num b)
{
	i128 v;
	if (a.exact && b.exact && !__builtin_mul_overflow(a.coef, b.coef, &v) && !out_of_range(v))
		return exact_num(v, (unsigned)a.scale + b.scale);
	return num_from_double(num_double(a) * num_double(b));
}

static bool is_zero(struct num a)
{
	return a.exact ? a.coef == 0 : a.real == 0;
}

/* Divides A by B if B is 10^n or -10^n for an integer n, which may be negative. Such a division only moves the point.
 * Sets *OUT to A / B and returns true. Returns false if B is another number, or 128 bits do not hold the result. A and
 * B must be exact, and B must not be 0. */
static bool divide_by_power_of_ten(struct num a, struct num b, struct num *out)
{
	i128 power = b.coef < 0 ? -b.coef : b.coef;
	int scale = a.scale - b.scale;
	for (; power % 10 == 0; power /= 10)
		scale++;
	if (power != 1 || (scale < 0 && num_scale_up(&a.coef, (unsigned)-scale)))
		return false;
	*out = exact_num(b.coef < 0 ? -a.coef : a.coef, scale < 0 ? 0 : (unsigned)scale);
	return true;
}

/* At the same scale, the quotient of the coefficients is the quotient of the numbers. It is an integer if the division
 * leaves no remainder. A power of ten as B is rarer, so it is tested second. */
int num_div(struct num a, struct num b, struct num *out)
{
	struct num x = a, y = b;
	if (is_zero(b))
		return -1;
	bool exact = a.exact && b.exact;
	if (exact && align(&x, &y) && x.coef % y.coef == 0)
		*out = exact_num(x.coef / y.coef, 0);
	else if (exact && divide_by_power_of_ten(a, b, out))
		return 0;
	else
		*out = num_from_double(num_double(a) / num_double(b));
	return 0;
}

/* Sets *OUT to the integer part of A. Returns false if A is NaN or a double of magnitude 1e38 or more, which
 * 128 bits might not hold. */
static bool integer_part(struct num a, i128 *out)
{
	if (a.exact)
		*out = a.coef / num_pow10[a.scale];
	else if (fabs(a.real) < 1e38)
		*out = (i128)a.real;
	else
		return false;
	return true;
}

int num_mod(struct num a, struct num b, struct num *out)
{
	i128 x, y;
	bool small = integer_part(b, &y);
	if (small && y == 0)
		return -1;
	if (small && integer_part(a, &x))
		*out = exact_num(x % y, 0);
	else
		*out = num_from_double(fmod(trunc(num_double(a)), trunc(num_double(b))));
	return 0;
}
