/* exact.c -- adding without loss, and merging. Results are made in exact_value.c.
 *
 * A sum is small as long as it can be: exact_add() handles the usual event, a short decimal, in a few instructions.
 * What overflows moves to the wide form for good. There a number is multiplied into the unit of the sum (a whole number
 * of units, since the unit is finer than every number) and added word by word with carry. Whatever the order of
 * additions, the words are the same: that is what makes the sum exact. */
#include "state/exact_internal.h"
#include <assert.h>
#include <math.h>

/* ---- the small form ---- */

/* Adds COEF x 10^-SCALE to X at the finer of the two scales. Returns false if that does not fit: X is as before. */
static bool small_add(struct exact *x, int64_t coef, unsigned scale)
{
	if (x->at == 0) {
		*x = (struct exact){ coef, (uint64_t)scale << 3 | EXACT_SMALL };
		return true;
	}
	unsigned had = (unsigned)(x->at >> 3);
	int64_t sum = x->coef;
	/* the number or the sum is multiplied to the finer of the two scales */
	if (scale < had) {
		if (had - scale > 18 || __builtin_mul_overflow(coef, exact_pow10(had - scale), &coef))
			return false;
	} else if (scale > had) {
		if (scale - had > 18 || __builtin_mul_overflow(sum, exact_pow10(scale - had), &sum))
			return false;
		had = scale;
	}
	if (__builtin_add_overflow(sum, coef, &sum))
		return false;
	*x = (struct exact){ sum, (uint64_t)had << 3 | EXACT_SMALL };
	return true;
}

/* Returns true if *V, or its square, is an exact number of 64 bits. */
static bool fits_small(const struct num *v, enum exact_of of)
{
	if (!v->exact)
		return false;
	return of == EXACT_PLAIN ? v->coef >= INT64_MIN && v->coef <= INT64_MAX :
				   v->coef >= INT32_MIN && v->coef <= INT32_MAX;
}

/* ---- the wide form ---- */

/* Returns the size of a block of COUNT words. */
static size_t wide_bytes(int count)
{
	return sizeof(struct exact_wide) + (size_t)count * sizeof(uint64_t);
}

/* Makes the words [FIRST, END) part of X, which is wide; its value stays the same: zeros below, the sign above. */
static int wide_extend(struct exact *x, struct pool *pool, int first, int end)
{
	pool_ref old_ref = x->at & ~EXACT_TAG;
	const struct exact_wide *old = pool_at(pool, old_ref);
	int old_end = old->first + old->count;
	if (first >= old->first && end <= old_end)
		return 0;
	if (first > old->first)
		first = old->first;
	if (end < old_end)
		end = old_end;
	pool_ref ref = pool_alloc(pool, wide_bytes(end - first));
	if (!ref)
		return -1;
	struct exact_wide *w = pool_at(pool, ref);
	*w = (struct exact_wide){ first, end - first };
	bool negative = old->word[old->count - 1] >> 63;
	for (int i = first; i < end; i++)
		w->word[i - first] = i < old->first ? 0 :
			i < old_end                 ? old->word[i - old->first] :
			negative                    ? UINT64_MAX :
						      0;
	pool_free(pool, old_ref, wide_bytes(old->count));
	x->at = ref | EXACT_WIDE;
	return 0;
}

/* Adds B x 2^(64 x AT) to X, which is wide, or subtracts it. One word more than B has is reserved above it, and that
 * word only gets carries: it cannot overflow in fewer than 2^63 additions. */
static int wide_add(struct exact *x, struct pool *pool, const struct big *b, int at, bool negative)
{
	if (b->n == 0)
		return 0;
	if (wide_extend(x, pool, at, at + b->n + 1) < 0)
		return -1;
	struct exact_wide *w = pool_at(pool, x->at & ~EXACT_TAG);
	uint64_t *to = w->word + (at - w->first);
	int n = w->first + w->count - at;
	/* to subtract is to add the complement: bits inverted, plus 1; above B the complement is all ones */
	uint64_t carry = negative;
	for (int i = 0; i < n && (i < b->n || carry != negative); i++) {
		uint64_t v = i < b->n ? b->w[i] : 0;
		u128 sum = (u128)to[i] + (negative ? ~v : v) + carry;
		to[i] = (uint64_t)sum;
		carry = (uint64_t)(sum >> 64);
	}
	return 0;
}

/* Sets B so that the absolute value of *V, or of its square, is B x 2^(64 x R) units of the sum. Returns R. */
static int to_units(const struct num *v, enum exact_of of, struct big *b)
{
	int shift = 0;
	if (v->exact) {
		big_set(b, v->coef < 0 ? 0 - (u128)v->coef : (u128)v->coef);
		big_mul_pow10(b, EXACT_SCALE - v->scale);
	} else {
		/* |V| = M x 2^SHIFT, 1/2 <= M < 1; its 53 bits become an integer */
		double m = frexp(fabs(v->real), &shift);
		shift -= 53;
		if (shift < -1074) { /* a subnormal: fewer than 53 bits */
			m = ldexp(m, shift + 1074);
			shift = -1074;
		}
		big_set(b, (u128)ldexp(m, 53));
		big_mul_pow10(b, EXACT_SCALE);
	}
	if (of == EXACT_SQUARES) {
		struct big root = *b;
		big_square(b, &root);
		shift *= 2;
	}
	/* the unit so far is 10^-38, or its square: that of the sum is finer by a power of two, which is a shift by
	 * whole words and a multiplication by the rest */
	shift += EXACT_FRACTION * 64 * (int)of;
	big_mul(b, UINT64_C(1) << (shift % 64));
	return shift / 64;
}

/* Gives X the wide form, if it has not got it. */
static int exact_widen(struct exact *x, enum exact_of of, struct pool *pool)
{
	if ((x->at & EXACT_TAG) == EXACT_WIDE)
		return 0;
	struct big b;
	bool negative = exact_small_to_big(x, of, &b);
	int at = EXACT_FRACTION * (int)of;
	/* one zero word first, to which the small sum is added */
	pool_ref ref = pool_zalloc(pool, wide_bytes(1));
	if (!ref)
		return -1;
	struct exact_wide *w = pool_at(pool, ref);
	*w = (struct exact_wide){ at, 1 };
	struct exact wide = { 0, ref | EXACT_WIDE };
	if (wide_add(&wide, pool, &b, at, negative) < 0) {
		pool_free(pool, ref, wide_bytes(1));
		return -1;
	}
	*x = wide;
	return 0;
}

/* ---- adding and merging ---- */

/* exact_add() for every case. */
static int add_any(struct exact *x, enum exact_of of, struct pool *pool, const struct num *v)
{
	if ((x->at & EXACT_TAG) != EXACT_WIDE && fits_small(v, of)) {
		int64_t coef = (int64_t)v->coef;
		if (of == EXACT_SQUARES)
			coef *= coef;
		if (small_add(x, coef, v->scale * (unsigned)of))
			return 0;
	}
	struct big b;
	int at = to_units(v, of, &b);
	if (exact_widen(x, of, pool) < 0)
		return -1;
	return wide_add(x, pool, &b, at, of == EXACT_PLAIN && (v->exact ? v->coef < 0 : v->real < 0));
}

int exact_add(struct exact *x, enum exact_of of, struct pool *pool, const struct num *v)
{
	/* nearly every event has a short number with no more decimal places than the sum: UP is the difference (huge if
	 * it has more) */
	unsigned up = (unsigned)(x->at >> 3) - v->scale;
	int64_t coef = (int64_t)v->coef;
	if (of == EXACT_PLAIN && (x->at & EXACT_TAG) == EXACT_SMALL && v->exact && up <= 18 && coef == v->coef &&
		!__builtin_mul_overflow(coef, exact_pow10(up), &coef) &&
		!__builtin_add_overflow(x->coef, coef, &coef)) {
		x->coef = coef;
		return 0;
	}
	return add_any(x, of, pool, v);
}

int exact_merge(struct exact *into, enum exact_of of, struct pool *pool, const struct exact *from,
	const struct pool *from_pool)
{
	struct big b;
	if (from->at == 0)
		return 0;
	if ((from->at & EXACT_TAG) == EXACT_SMALL) {
		if ((into->at & EXACT_TAG) != EXACT_WIDE && small_add(into, from->coef, (unsigned)(from->at >> 3)))
			return 0;
		bool negative = exact_small_to_big(from, of, &b);
		return exact_widen(into, of, pool) < 0 ? -1 :
							 wide_add(into, pool, &b, EXACT_FRACTION * (int)of, negative);
	}
	if (exact_widen(into, of, pool) < 0)
		return -1;
	const struct exact_wide *w = pool_at(from_pool, from->at & ~EXACT_TAG);
	int at = w->first;
	/* INTO becomes as wide as FROM, so that its top word is as far from an overflow */
	if (wide_extend(into, pool, at, at + w->count) < 0)
		return -1;
	w = pool_at(from_pool, from->at & ~EXACT_TAG); /* INTO's pool may be FROM's, and its blocks have changed */
	bool negative = big_from_signed(&b, w->word, w->count);
	return wide_add(into, pool, &b, at, negative);
}

void exact_release(struct exact *x, struct pool *pool)
{
	if ((x->at & EXACT_TAG) == EXACT_WIDE) {
		const struct exact_wide *w = pool_at(pool, x->at & ~EXACT_TAG);
		pool_free(pool, x->at & ~EXACT_TAG, wide_bytes(w->count));
	}
	*x = (struct exact){ 0, 0 };
}
