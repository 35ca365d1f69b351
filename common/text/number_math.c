/* number_math.c -- calculates with numbers and compares them, exactly while 128 bits hold the result.
 *
 * Two exact numbers are brought to the same scale and then treated as integers, with the compiler's overflow checks. A
 * result that does not fit is computed in doubles. Comparing does not round. So the order of two values does not depend
 * on how they were written or computed. */
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

/* If B is exact and +-10^n for a whole number n, which may be negative, sets *OUT to A / B and returns true: only the
 * point of A moves. Returns false if B is another number, or 128 bits do not hold the result. A must be exact. */
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

/* At the same scale, the quotient of the coefficients is the quotient of the numbers. It is exact if there is no
 * remainder. Powers of ten are tested after that, because they are rarer. */
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

/* Sets *OUT to the integer part of A. Returns false if 128 bits do not hold that part, or A is NaN. */
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

/* Returns -1 if LESS, 1 if GREATER, and 0 if neither holds. */
static int order(bool less, bool greater)
{
	return less ? -1 : greater;
}

static int compare_exact(struct num a, struct num b)
{
	if (a.scale != b.scale) {
		struct num *low = a.scale < b.scale ? &a : &b;
		unsigned by = (unsigned)(a.scale < b.scale ? b.scale - a.scale : a.scale - b.scale);
		/* If the coefficient of *LOW does not fit at the higher scale, *LOW is further from zero than the other
		 * number. The sign of *LOW then decides. */
		if (num_scale_up(&low->coef, by))
			return (low->coef < 0) == (low == &a) ? -1 : 1;
	}
	return order(a.coef<b.coef, a.coef> b.coef);
}

/* Compares an exact number with a double that is close to it, by their significant digits. The double counts as its
 * shortest decimal, so that 0.1 computed in doubles equals 0.1 read from text. Returns -1, 0 or 1. */
static int compare_digits(struct num a, struct num b)
{
	struct num_digits x = num_digits(a), y = num_digits(b);
	if (x.n == 0 || y.n == 0 || x.negative != y.negative)
		return (x.n == 0 ? 0 : x.negative ? -1 : 1) - (y.n == 0 ? 0 : y.negative ? -1 : 1);
	int sign = x.negative ? -1 : 1;
	/* The signs are equal here. If the first digits have different places (tens, hundreds), the places decide.
	 * Otherwise the digits decide. */
	if (x.n + x.exponent != y.n + y.exponent)
		return x.n + x.exponent < y.n + y.exponent ? -sign : sign;
	int c = memcmp(x.digits, y.digits, (size_t)(x.n < y.n ? x.n : y.n));
	c = c ? c : x.n - y.n;
	return sign * order(c<0, c> 0);
}

int num_compare(struct num a, struct num b)
{
	if (a.exact && b.exact)
		return compare_exact(a, b);
	double x = num_double(a), y = num_double(b);
	/* As in jq, NaN is less than every other number. */
	if (isnan(x) || isnan(y))
		return order(isnan(x) && !isnan(y), isnan(y) && !isnan(x));
	/* X and Y decide if both numbers are doubles, or if X and Y are so far apart that rounding cannot have changed
	 * their order. */
	if (a.exact == b.exact || fabs(x - y) > 1e-14 * fabs(x))
		return order(x<y, x> y);
	return compare_digits(a, b);
}
