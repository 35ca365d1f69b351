/* exact_value.c -- writes the results of exact sums: sum, mean and variance, each rounded at most once.
 *
 * A sum is first converted to a natural number of units (struct big) and a sign. If the result is a decimal that a
 * struct num can hold, it is computed exactly. Otherwise it is a quotient of natural numbers, which
 * big_float_write() rounds. One divisor is the 10^38 of the unit. It does not fit a word, so it is given as 10^19
 * twice. */
#include "state/exact_internal.h"

static const uint64_t E19 = UINT64_C(10000000000000000000);

const int64_t exact_pow10_table[19] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
	INT64_C(10000000000), INT64_C(100000000000), INT64_C(1000000000000), INT64_C(10000000000000),
	INT64_C(100000000000000), INT64_C(1000000000000000), INT64_C(10000000000000000), INT64_C(100000000000000000),
	INT64_C(1000000000000000000) };

bool exact_small_to_big(const struct exact *x, enum exact_power power, struct big *b)
{
	uint64_t size = x->coef < 0 ? 0 - (uint64_t)x->coef : (uint64_t)x->coef;
	big_set(b, size);
	big_mul_pow10(b, EXACT_SCALE * (unsigned)power - (unsigned)(x->form >> 3));
	return x->coef < 0;
}

/* Sets B and *FIRST so that |X| = B x 2^(64 x *FIRST) units. Returns true if X is negative. */
static bool exact_to_big(const struct exact *x, enum exact_power power, const struct pool *pool, struct big *b,
	int *first)
{
	if ((x->form & EXACT_TAG) != EXACT_WIDE) {
		*first = EXACT_FRACTION * (int)power;
		return exact_small_to_big(x, power, b);
	}
	const struct exact_wide *w = pool_at(pool, x->form & ~EXACT_TAG);
	/* Skip zero words at the low end: they would only make the division slower. */
	int skip = 0;
	while (skip < w->count - 1 && w->word[skip] == 0)
		skip++;
	*first = w->first + skip;
	bool negative = big_from_signed(b, w->word + skip, w->count - skip);
	if (b->n == 0)
		*first = EXACT_FRACTION * (int)power;
	return negative;
}

static struct num with_sign(struct num v, bool negative)
{
	return negative ? num_neg(v) : v;
}

/* Sets *OUT to B x 10^-EXACT_SCALE and returns true. Returns false if a struct num cannot hold the result. B is
 * overwritten. Trailing zeros are divided away first, up to 16 at once, because most sums have far fewer places than
 * EXACT_SCALE. */
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

/* Sets *OUT to X / N and returns true. X must be small. Returns false if the quotient is not a decimal of at most
 * EXACT_SCALE places, or does not fit a struct num. A quotient is a decimal if its denominator in lowest terms has no
 * prime factors but 2 and 5. */
static bool small_mean(const struct exact *x, uint64_t n, struct num *out)
{
	uint64_t a = x->coef < 0 ? 0 - (uint64_t)x->coef : (uint64_t)x->coef, b = n;
	/* Euclid's algorithm: U becomes the greatest common divisor of A and B. */
	uint64_t u = a, v = b;
	while (v) {
		uint64_t r = u % v;
		u = v;
		v = r;
	}
	a /= u;
	b /= u;
	i128 coef = (i128)a;
	unsigned scale = (unsigned)(x->form >> 3);
	/* Divide by the factors of B one by one. 1/2 is 5/10 and 1/5 is 2/10: COEF is multiplied by 5 or 2, and SCALE
	 * grows by 1. For the factor 10, only SCALE grows. */
	while (b > 1) {
		unsigned by = b % 10 == 0 ? 10 : b % 5 == 0 ? 5 : 2;
		if (b % by != 0 || scale++ == EXACT_SCALE || __builtin_mul_overflow(coef, (i128)(10 / by), &coef))
			return false;
		b /= by;
	}
	/* num_add() removes trailing zeros from its result, so add zero. */
	*out = num_add((struct num){ .exact = true, .scale = (uint8_t)scale, .coef = x->coef < 0 ? -coef : coef },
		num_from_i64(0));
	return true;
}

/* Appends the plain sum X, small or wide, divided by N to OUT. Returns 0, or -1 if OUT is full. */
static int write_quotient(const struct exact *x, const struct pool *pool, uint64_t n, struct buf *out)
{
	struct big b;
	struct num v;
	int first;
	bool negative = exact_to_big(x, EXACT_PLAIN, pool, &b, &first);
	/* If the mean has at most EXACT_SCALE places, the sum is a multiple of 10^-EXACT_SCALE, and its words below
	 * that weight are zero. Only in this case is the exact division tried. */
	if (first >= EXACT_FRACTION) {
		struct big whole = b;
		big_shift(&whole, first - EXACT_FRACTION);
		if (big_div(&whole, n) == 0 && big_to_num(&whole, &v))
			return num_write(with_sign(v, negative), out);
	}
	return big_float_write(big_ratio(&b, (uint64_t[]){ E19, E19, n }, 3, 64 * (first - EXACT_FRACTION)), negative,
		out);
}

int exact_write_sum(const struct exact *x, const struct pool *pool, struct buf *out)
{
	if ((x->form & EXACT_TAG) == EXACT_WIDE)
		return write_quotient(x, pool, 1, out);
	/* num_add() removes trailing zeros from its result, so add zero. */
	struct num v = { .exact = true, .scale = (uint8_t)(x->form >> 3), .coef = x->coef };
	return num_write(num_add(v, num_from_i64(0)), out);
}

int exact_write_mean(const struct exact *x, const struct pool *pool, uint64_t n, struct buf *out)
{
	struct num v;
	if ((x->form & EXACT_TAG) == EXACT_SMALL && small_mean(x, n, &v))
		return num_write(v, out);
	return write_quotient(x, pool, n, out);
}

int exact_write_variance(const struct exact *sum, const struct exact *squares, const struct pool *pool, uint64_t n,
	bool root, struct buf *out)
{
	struct big s1, s2, square;
	int first1, first2;
	exact_to_big(sum, EXACT_PLAIN, pool, &s1, &first1);
	exact_to_big(squares, EXACT_SQUARES, pool, &s2, &first2);
	/* The result is (n x squares - sum^2) / (n x (n - 1)). Before the subtraction, shift both terms, so that their
	 * words have the same weights. */
	big_square(&square, &s1);
	big_mul_add(&s2, n, 0);
	int low = 2 * first1 < first2 ? 2 * first1 : first2;
	big_shift(&square, 2 * first1 - low);
	big_shift(&s2, first2 - low);
	big_sub(&s2, &square);
	const uint64_t divisors[] = { E19, E19, E19, E19, n, n - 1 };
	int exponent = 64 * (low - 2 * EXACT_FRACTION);
	struct big_float v = root ? big_ratio_root(&s2, divisors, 6, exponent) : big_ratio(&s2, divisors, 6, exponent);
	return big_float_write(v, false, out);
}
