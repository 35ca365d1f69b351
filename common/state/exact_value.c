/* exact_value.c -- results of exact sums: value, mean, variance, each rounded once.
 *
 * A sum becomes a natural number of units and a sign (struct big). If the result is a decimal of at most 38 digits it
 * is found exactly; otherwise it is one quotient of natural numbers, which big_ratio() rounds to the nearest double.
 * The powers of ten of the unit are among the divisors: 10^38 is 10^19 twice. */
#include "state/exact_internal.h"

static const uint64_t E19 = UINT64_C(10000000000000000000);

const int64_t exact_powers[19] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
	INT64_C(10000000000), INT64_C(100000000000), INT64_C(1000000000000), INT64_C(10000000000000),
	INT64_C(100000000000000), INT64_C(1000000000000000), INT64_C(10000000000000000), INT64_C(100000000000000000),
	INT64_C(1000000000000000000) };

bool exact_small_to_big(const struct exact *x, enum exact_of of, struct big *b)
{
	uint64_t size = x->coef < 0 ? 0 - (uint64_t)x->coef : (uint64_t)x->coef;
	big_set(b, size);
	big_mul_pow10(b, EXACT_SCALE * (unsigned)of - (unsigned)(x->at >> 3));
	return x->coef < 0;
}

/* Sets B and *AT so that |X| = B x 2^(64 x (*AT - EXACT_FRACTION x OF)) x 10^(-EXACT_SCALE x OF). Returns true if X is
 * negative. */
static bool exact_to_big(const struct exact *x, enum exact_of of, const struct pool *pool, struct big *b, int *at)
{
	if ((x->at & EXACT_TAG) != EXACT_WIDE) {
		*at = EXACT_FRACTION * (int)of;
		return exact_small_to_big(x, of, b);
	}
	const struct exact_wide *w = pool_at(pool, x->at & ~EXACT_TAG);
	int skip = 0; /* zero words at the low end: they would only make the division slower */
	while (skip < w->count - 1 && w->word[skip] == 0)
		skip++;
	*at = w->first + skip;
	bool negative = big_from_signed(b, w->word + skip, w->count - skip);
	if (b->n == 0)
		*at = EXACT_FRACTION * (int)of;
	return negative;
}

static struct num with_sign(struct num v, bool negative)
{
	return negative ? num_neg(v) : v;
}

/* Sets OUT to B x 10^-EXACT_SCALE if an exact number can hold it. First trailing zeros are divided away, in steps of
 * 16, 8, 4, 2 and 1 places: most sums have far fewer places than EXACT_SCALE. B is overwritten. */
static bool big_to_num(struct big *b, struct num *out)
{
	unsigned scale = EXACT_SCALE;
	i128 coef;
	for (unsigned step = 16; step > 0 && b->n > 0;) {
		struct big less = *b;
		if (step > scale || big_div(&less, (uint64_t)exact_pow10(step)) != 0) {
			step /= 2;
			continue;
		}
		*b = less;
		scale -= step;
	}
	if (!big_i128(b, &coef))
		return false;
	*out = (struct num){ .exact = true, .scale = (uint8_t)(coef ? scale : 0), .coef = coef };
	return true;
}

/* Sets OUT to X / N, X small, if the quotient is a decimal of at most EXACT_SCALE places: in lowest terms, its
 * denominator has no prime factors but 2 and 5. */
static bool small_mean(const struct exact *x, uint64_t n, struct num *out)
{
	uint64_t a = x->coef < 0 ? 0 - (uint64_t)x->coef : (uint64_t)x->coef, b = n;
	uint64_t u = a, v = b; /* Euclid: u becomes the greatest common divisor */
	while (v) {
		uint64_t r = u % v;
		u = v;
		v = r;
	}
	a /= u;
	b /= u;
	i128 coef = (i128)a;
	unsigned scale = (unsigned)(x->at >> 3);
	/* a half is five tenths, a fifth is two tenths; a tenth moves the decimal point */
	while (b > 1) {
		unsigned by = b % 10 == 0 ? 10 : b % 5 == 0 ? 5 : 2;
		if (b % by != 0 || scale++ == EXACT_SCALE || __builtin_mul_overflow(coef, (i128)(10 / by), &coef))
			return false;
		b /= by;
	}
	/* adding zero removes trailing zeros */
	*out = num_add((struct num){ .exact = true, .scale = (uint8_t)scale, .coef = x->coef < 0 ? -coef : coef },
		num_from_i64(0));
	return true;
}

/* Returns the plain sum X divided by N, for both forms. */
static struct num exact_divide(const struct exact *x, const struct pool *pool, uint64_t n)
{
	struct big b;
	struct num v;
	int at;
	bool negative = exact_to_big(x, EXACT_PLAIN, pool, &b, &at);
	/* a decimal can only come from a sum without bits below 10^-EXACT_SCALE */
	if (at >= EXACT_FRACTION) {
		struct big whole = b;
		big_shift(&whole, at - EXACT_FRACTION);
		if (big_div(&whole, n) == 0 && big_to_num(&whole, &v))
			return with_sign(v, negative);
	}
	double d = big_ratio(&b, (uint64_t[]){ E19, E19, n }, 3, 64 * (at - EXACT_FRACTION));
	return with_sign(num_from_double(d), negative);
}

struct num exact_value(const struct exact *x, const struct pool *pool)
{
	if ((x->at & EXACT_TAG) == EXACT_WIDE)
		return exact_divide(x, pool, 1);
	/* adding zero removes trailing zeros */
	return num_add((struct num){ .exact = true, .scale = (uint8_t)(x->at >> 3), .coef = x->coef }, num_from_i64(0));
}

struct num exact_mean(const struct exact *x, const struct pool *pool, uint64_t n)
{
	struct num v;
	if ((x->at & EXACT_TAG) == EXACT_SMALL && small_mean(x, n, &v))
		return v;
	return exact_divide(x, pool, n);
}

double exact_variance(const struct exact *sum, const struct exact *squares, const struct pool *pool, uint64_t n)
{
	struct big s1, s2, square;
	int at1, at2;
	exact_to_big(sum, EXACT_PLAIN, pool, &s1, &at1);
	exact_to_big(squares, EXACT_SQUARES, pool, &s2, &at2);
	/* n x squares and sum^2, both shifted to the lower of their two positions, then subtracted */
	big_square(&square, &s1);
	big_mul(&s2, n);
	int at = 2 * at1 < at2 ? 2 * at1 : at2;
	big_shift(&square, 2 * at1 - at);
	big_shift(&s2, at2 - at);
	big_sub(&s2, &square);
	return big_ratio(&s2, (uint64_t[]){ E19, E19, E19, E19, n, n - 1 }, 6, 64 * (at - 2 * EXACT_FRACTION));
}
