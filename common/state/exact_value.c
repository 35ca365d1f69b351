/* exact_value.c -- results of exact sums, each rounded once. */
#include "state/exact_internal.h"

static const uint64_t E19 = UINT64_C(10000000000000000000);

const int64_t exact_powers[19] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
	INT64_C(10000000000), INT64_C(100000000000), INT64_C(1000000000000), INT64_C(10000000000000),
	INT64_C(100000000000000), INT64_C(1000000000000000), INT64_C(10000000000000000), INT64_C(100000000000000000),
	INT64_C(1000000000000000000) };

bool exact_big_small(const struct exact *x, enum exact_of of, struct big *b)
{
	uint64_t size = x->coef < 0 ? 0 - (uint64_t)x->coef : (uint64_t)x->coef;
	big_set(b, size);
	big_mul_pow10(b, EXACT_SCALE * (unsigned)of - (unsigned)(x->at >> 3));
	return x->coef < 0;
}

/* |X| = B x 2^(64 x (*AT - EXACT_FRACTION x OF)) x 10^(-EXACT_SCALE x OF); true: X is negative. */
static bool to_big(const struct exact *x, enum exact_of of, const struct pool *pool, struct big *b, int *at)
{
	if ((x->at & EXACT_TAG) != EXACT_WIDE) {
		*at = EXACT_FRACTION * (int)of;
		return exact_big_small(x, of, b);
	}
	const struct exact_wide *w = pool_at(pool, x->at & ~EXACT_TAG);
	int skip = 0; /* words that are zero cost time below */
	while (skip < w->count - 1 && w->word[skip] == 0)
		skip++;
	*at = w->first + skip;
	bool negative = big_from_signed(b, w->word + skip, w->count - skip);
	if (b->n == 0)
		*at = EXACT_FRACTION * (int)of;
	return negative;
}

static struct num negate(struct num v, bool negative)
{
	return negative ? num_neg(v) : v;
}

/* B x 10^-EXACT_SCALE as an exact number, if it is one: trailing zeros go, in steps of 16, 8, ... 1. Destroys B. */
static bool exact_num(struct big *b, struct num *out)
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

/* A small sum over N in lowest terms has an end in decimals if only twos and fives are left below. */
static bool small_mean(const struct exact *x, uint64_t n, struct num *out)
{
	uint64_t a = x->coef < 0 ? 0 - (uint64_t)x->coef : (uint64_t)x->coef, b = n;
	uint64_t u = a, v = b;
	while (v) {
		uint64_t r = u % v;
		u = v;
		v = r;
	}
	a /= u;
	b /= u;
	i128 coef = (i128)a;
	unsigned scale = (unsigned)(x->at >> 3);
	/* a half is five tenths, a fifth two; a tenth moves the point */
	while (b > 1) {
		unsigned by = b % 10 == 0 ? 10 : b % 5 == 0 ? 5 : 2;
		if (b % by != 0 || scale++ == EXACT_SCALE || __builtin_mul_overflow(coef, (i128)(10 / by), &coef))
			return false;
		b /= by;
	}
	*out = num_add((struct num){ .exact = true, .scale = (uint8_t)scale, .coef = x->coef < 0 ? -coef : coef },
		num_from_i64(0));
	return true;
}

/* X / N */
static struct num over(const struct exact *x, const struct pool *pool, uint64_t n)
{
	struct big b;
	struct num v;
	int at;
	bool negative = to_big(x, EXACT_PLAIN, pool, &b, &at);
	if (at >= EXACT_FRACTION) {
		struct big whole = b;
		big_shift(&whole, at - EXACT_FRACTION);
		if (big_div(&whole, n) == 0 && exact_num(&whole, &v))
			return negate(v, negative);
	}
	double d = big_ratio(&b, (uint64_t[]){ E19, E19, n }, 3, 64 * (at - EXACT_FRACTION));
	return negate(num_from_double(d), negative);
}

struct num exact_value(const struct exact *x, const struct pool *pool)
{
	if ((x->at & EXACT_TAG) == EXACT_WIDE)
		return over(x, pool, 1);
	/* adding zero takes the trailing zeros out */
	return num_add((struct num){ .exact = true, .scale = (uint8_t)(x->at >> 3), .coef = x->coef }, num_from_i64(0));
}

struct num exact_mean(const struct exact *x, const struct pool *pool, uint64_t n)
{
	struct num v;
	if ((x->at & EXACT_TAG) == EXACT_SMALL && small_mean(x, n, &v))
		return v;
	return over(x, pool, n);
}

double exact_variance(const struct exact *sum, const struct exact *squares, const struct pool *pool, uint64_t n)
{
	struct big s1, s2, square;
	int at1, at2;
	to_big(sum, EXACT_PLAIN, pool, &s1, &at1);
	to_big(squares, EXACT_SQUARES, pool, &s2, &at2);
	big_square(&square, &s1);
	big_mul(&s2, n);
	int at = 2 * at1 < at2 ? 2 * at1 : at2;
	big_shift(&square, 2 * at1 - at);
	big_shift(&s2, at2 - at);
	big_sub(&s2, &square);
	return big_ratio(&s2, (uint64_t[]){ E19, E19, E19, E19, n, n - 1 }, 6, 64 * (at - 2 * EXACT_FRACTION));
}
