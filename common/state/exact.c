/* exact.c -- adds numbers to exact sums without loss, and merges sums. exact_value.c computes the results.
 *
 * A sum keeps the small form as long as it fits. A short decimal, the usual number, is added to a small sum in a few
 * instructions. A sum that does not fit takes the wide form and keeps it. Before a number is added to a wide sum, it is
 * converted to a whole number of units. Its words are then added one after the other, with carry. No bit is lost, so
 * the sum is exact, and the same in any order. */
#include "base/fault.h"
#include "state/exact_internal.h"
#include <assert.h>
#include <math.h>

/* ---- the small form ---- */

/* Adds COEF x 10^-SCALE to X, which must be small or empty. The scale of the sum becomes the greater of the two scales.
 * Returns false if the sum does not fit; X then keeps its value. */
static bool small_add(struct exact *x, int64_t coef, unsigned scale)
{
	if (x->form == 0) {
		*x = (struct exact){ coef, (uint64_t)scale << 3 | EXACT_SMALL };
		return true;
	}
	unsigned sum_scale = (unsigned)(x->form >> 3);
	int64_t sum = x->coef;
	/* Multiply the number or the sum, so that both have the greater scale. */
	if (scale < sum_scale) {
		if (sum_scale - scale > 18 || __builtin_mul_overflow(coef, exact_pow10(sum_scale - scale), &coef))
			return false;
	} else if (scale > sum_scale) {
		if (scale - sum_scale > 18 || __builtin_mul_overflow(sum, exact_pow10(scale - sum_scale), &sum))
			return false;
		sum_scale = scale;
	}
	if (__builtin_add_overflow(sum, coef, &sum))
		return false;
	*x = (struct exact){ sum, (uint64_t)sum_scale << 3 | EXACT_SMALL };
	return true;
}

/* Returns true if *V is an exact number with a coefficient of 64 bits at most, or of 32 bits if it must be squared. */
static bool fits_small(const struct num *v, enum exact_power power)
{
	if (!v->exact)
		return false;
	return power == EXACT_PLAIN ? v->coef >= INT64_MIN && v->coef <= INT64_MAX :
				      v->coef >= INT32_MIN && v->coef <= INT32_MAX;
}

/* ---- the wide form ---- */

/* Returns the size of a block with COUNT words. */
static size_t wide_bytes(int count)
{
	return sizeof(struct exact_wide) + (size_t)count * sizeof(uint64_t);
}

/* Makes the block of X, which must be wide, contain the words [FIRST, END). The value of X stays the same: new words
 * below are zero, new words above repeat the sign. Returns 0, or -1 if memory is exhausted. */
static int wide_extend(struct exact *x, struct pool *pool, int first, int end)
{
	pool_ref old_ref = x->form & ~EXACT_TAG;
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
	x->form = ref | EXACT_WIDE;
	return 0;
}

/* Adds B x 2^(64 x FIRST) units to X, which must be wide, or subtracts them if NEGATIVE. The block of X first gets room
 * for one word more than B has. Only carries reach the additional word, so it cannot overflow in fewer than 2^63
 * additions. Returns 0, or -1 if memory is exhausted. */
static int wide_add(struct exact *x, struct pool *pool, const struct big *b, int first, bool negative)
{
	if (b->n == 0)
		return 0;
	if (wide_extend(x, pool, first, first + b->n + 1) < 0)
		return -1;
	struct exact_wide *w = pool_at(pool, x->form & ~EXACT_TAG);
	uint64_t *to = w->word + (first - w->first);
	int n = w->first + w->count - first;
	/* To subtract, add the complement: the inverted bits of B, plus 1, which is the first carry. Above B, the loop
	 * adds 0 to each word, or all ones if NEGATIVE. Neither 0 with a carry of 0 nor all ones with a carry of 1
	 * changes a word or the carry. So the loop ends above B as soon as the carry is equal to NEGATIVE. */
	uint64_t carry = negative;
	for (int i = 0; i < n && (i < b->n || carry != negative); i++) {
		uint64_t v = i < b->n ? b->w[i] : 0;
		u128 sum = (u128)to[i] + (negative ? ~v : v) + carry;
		to[i] = (uint64_t)sum;
		carry = (uint64_t)(sum >> 64);
	}
	return 0;
}

/* Sets B to the absolute value of the number TEXT in units of 10^-EXACT_SCALE, and returns true. Returns false if TEXT
 * is SPAN_NONE or has more than EXACT_SCALE decimal places. The number must not be too large for a double: DIGITS has
 * room for 309 digits before the point. */
static bool text_to_big(struct span text, struct big *b)
{
	enum { DIGITS_MAX = 309 + EXACT_SCALE };
	char digits[DIGITS_MAX];
	int exponent, n = num_digits_of_text(text, digits, DIGITS_MAX, &exponent);
	if (n < 0 || exponent < -EXACT_SCALE)
		return false;
	big_set(b, 0);
	for (int i = 0; i < n; i++)
		big_mul_add(b, 10, (uint64_t)(digits[i] - '0'));
	big_mul_pow10(b, (unsigned)(EXACT_SCALE + exponent));
	return true;
}

/* Converts *V, or its square if POWER is EXACT_SQUARES, to units of the sum. TEXT is the text that *V was read from, or
 * SPAN_NONE. Sets B and returns R so that the absolute value is B x 2^(64 x R) units. */
static int to_units(const struct num *v, struct span text, enum exact_power power, struct big *b)
{
	int shift = 0;
	if (!v->exact && text_to_big(text, b)) {
		/* B has all digits of the text. The double in *V has lost some of them. */
	} else if (v->exact) {
		big_set(b, v->coef < 0 ? 0 - (u128)v->coef : (u128)v->coef);
		big_mul_pow10(b, EXACT_SCALE - v->scale);
	} else {
		/* |V| = M x 2^SHIFT with 1/2 <= M < 1. The 53 bits of M become an integer. A subnormal number has fewer
		 * bits, and its last bit has the weight 2^-1074. */
		double m = frexp(fabs(v->real), &shift);
		shift -= 53;
		if (shift < -1074) {
			m = ldexp(m, shift + 1074);
			shift = -1074;
		}
		big_set(b, (u128)ldexp(m, 53));
		big_mul_pow10(b, EXACT_SCALE);
	}
	if (power == EXACT_SQUARES) {
		struct big root = *b;
		big_square(b, &root);
		shift *= 2;
	}
	/* The number is now B x 2^SHIFT x 10^-38 (10^-76 for a square). The unit of the sum has a power of two as well,
	 * which is added to SHIFT. Each 64 in SHIFT is a whole word and goes into the result. The rest of SHIFT is
	 * multiplied into B. */
	shift += EXACT_FRACTION * 64 * (int)power;
	big_mul_add(b, UINT64_C(1) << (shift % 64), 0);
	return shift / 64;
}

/* Converts X to the wide form, unless X is wide already. Returns 0, or -1 if memory is exhausted; X is then
 * unchanged. */
static int exact_widen(struct exact *x, enum exact_power power, struct pool *pool)
{
	if ((x->form & EXACT_TAG) == EXACT_WIDE)
		return 0;
	struct big b;
	bool negative = exact_small_to_big(x, power, &b);
	int first = EXACT_FRACTION * (int)power;
	/* Begin with one zero word and add the small sum to it. */
	pool_ref ref = pool_zalloc(pool, wide_bytes(1));
	if (!ref)
		return -1;
	struct exact_wide *w = pool_at(pool, ref);
	*w = (struct exact_wide){ first, 1 };
	struct exact wide = { 0, ref | EXACT_WIDE };
	if (wide_add(&wide, pool, &b, first, negative) < 0) {
		pool_free(pool, ref, wide_bytes(1));
		return -1;
	}
	*x = wide;
	return 0;
}

/* ---- adding and merging ---- */

/* Adds *V, or its square if POWER is EXACT_SQUARES, to X in any form. Returns 0, or -1 if memory is exhausted; X then
 * keeps its value. */
static int add_any(struct exact *x, enum exact_power power, struct pool *pool, const struct num *v, struct span text)
{
	if ((x->form & EXACT_TAG) != EXACT_WIDE && fits_small(v, power)) {
		int64_t coef = (int64_t)v->coef;
		if (power == EXACT_SQUARES)
			coef *= coef;
		if (small_add(x, coef, v->scale * (unsigned)power))
			return 0;
	}
	struct big b;
	int first = to_units(v, text, power, &b);
	if (exact_widen(x, power, pool) < 0)
		return -1;
	return wide_add(x, pool, &b, first, power == EXACT_PLAIN && (v->exact ? v->coef < 0 : v->real < 0));
}

int exact_add(struct exact *x, enum exact_power power, struct pool *pool, const struct num *v, struct span text)
{
	/* In the usual case X is small, and *V is short and has no more decimal places than X. PLACES is the scale of X
	 * minus the scale of *V. If *V has more places, PLACES wraps around to a huge number, so the test below
	 * fails. */
	unsigned places = (unsigned)(x->form >> 3) - v->scale;
	int64_t coef = (int64_t)v->coef;
	if (power == EXACT_PLAIN && (x->form & EXACT_TAG) == EXACT_SMALL && v->exact && places <= 18 &&
		coef == v->coef && !__builtin_mul_overflow(coef, exact_pow10(places), &coef) &&
		!__builtin_add_overflow(x->coef, coef, &coef)) {
		x->coef = coef;
		return 0;
	}
	return add_any(x, power, pool, v, text);
}

int exact_merge(struct exact *into, enum exact_power power, struct pool *pool, const struct exact *from,
	const struct pool *from_pool)
{
	struct big b;
	if (from->form == 0)
		return 0;
	if ((from->form & EXACT_TAG) == EXACT_SMALL) {
		if ((into->form & EXACT_TAG) != EXACT_WIDE && small_add(into, from->coef, (unsigned)(from->form >> 3)))
			return 0;
		bool negative = exact_small_to_big(from, power, &b);
		return exact_widen(into, power, pool) < 0 ?
			-1 :
			wide_add(into, pool, &b, EXACT_FRACTION * (int)power, negative);
	}
	if (exact_widen(into, power, pool) < 0)
		return -1;
	const struct exact_wide *w = pool_at(from_pool, from->form & ~EXACT_TAG);
	int first = w->first;
	/* INTO gets room for all words of FROM, even for those that only repeat the sign: later carries need the
	 * room. */
	if (wide_extend(into, pool, first, first + w->count) < 0)
		return -1;
	/* FROM_POOL may be the same pool as POOL, where wide_extend() may have allocated. So get the address again. */
	w = pool_at(from_pool, from->form & ~EXACT_TAG);
	bool negative = big_from_signed(&b, w->word, w->count);
	return wide_add(into, pool, &b, first, negative);
}

void exact_release(struct exact *x, struct pool *pool)
{
	if ((x->form & EXACT_TAG) == EXACT_WIDE) {
		const struct exact_wide *w = pool_at(pool, x->form & ~EXACT_TAG);
		pool_free(pool, x->form & ~EXACT_TAG, wide_bytes(w->count));
	}
	*x = (struct exact){ 0, 0 };
}

/* ---- saving and loading ----
 *
 * A saved sum begins with a number whose low two bits are its form, as in exact.form: 0 if the sum is empty. In the
 * small form, the scale is above these bits, and the coefficient follows. In the wide form, the number of words is
 * above them, and the first word's place and the words follow. Words that only repeat the sign are saved as well,
 * because later carries need the room. */
enum {
	FORM_BITS = 2,
	/* Words of a plain sum are below this place. The greatest double begins in word 35, and it has a word for
	 * carries above it. A sum of squares has twice as many. */
	WIDE_END = 38,
};

void exact_save(const struct exact *x, const struct pool *pool, struct save *s)
{
	if ((x->form & EXACT_TAG) == EXACT_SMALL) {
		save_u64(s, x->form >> 3 << FORM_BITS | EXACT_SMALL);
		save_i64(s, x->coef);
	} else if ((x->form & EXACT_TAG) == EXACT_WIDE && !fault_mutant("wide-sums-lost")) {
		const struct exact_wide *w = pool_at(pool, x->form & ~EXACT_TAG);
		save_u64(s, (uint64_t)w->count << FORM_BITS | EXACT_WIDE);
		save_u64(s, (uint64_t)w->first);
		save_words(s, w->word, (size_t)w->count);
	} else {
		save_u64(s, 0);
	}
}

int exact_load(struct exact *x, enum exact_power power, struct pool *pool, struct load *l)
{
	uint64_t head = load_u64(l), form = head & ((1 << FORM_BITS) - 1), n = head >> FORM_BITS;
	uint64_t end = WIDE_END * (uint64_t)power, scale_max = EXACT_SCALE * (uint64_t)power;
	if (form == EXACT_SMALL && n <= scale_max) {
		int64_t coef = load_i64(l);
		if (!load_failed(l))
			*x = (struct exact){ coef, n << 3 | EXACT_SMALL };
	} else if (form == EXACT_WIDE && n > 0 && n <= end) {
		uint64_t first = load_max(l, end - n);
		pool_ref ref = pool_alloc(pool, wide_bytes((int)n));
		if (!ref)
			return -1;
		struct exact_wide *w = pool_at(pool, ref);
		*w = (struct exact_wide){ (int32_t)first, (int32_t)n };
		load_words(l, w->word, n);
		*x = (struct exact){ 0, ref | EXACT_WIDE };
		if (load_failed(l))
			exact_release(x, pool);
	} else if (head != 0) {
		load_fail(l, "a sum has an unknown form");
	}
	return 0;
}
