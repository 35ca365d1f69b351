/* big.c -- schoolbook arithmetic on natural numbers (Knuth, "The Art of Computer Programming", volume 2, section
 * 4.3.1).
 *
 * Each operation keeps the invariant of big.h: the last word in use is not zero. The product of two words, and the
 * dividend of each step of a division, have 128 bits (u128). No operation allocates memory. */
#include "state/big.h"
#include <assert.h>
#include <math.h>

/* pow10_word[I] is 10^I. 10^19 is the largest power of ten below 2^64. */
static const uint64_t pow10_word[20] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
	UINT64_C(10000000000), UINT64_C(100000000000), UINT64_C(1000000000000), UINT64_C(10000000000000),
	UINT64_C(100000000000000), UINT64_C(1000000000000000), UINT64_C(10000000000000000),
	UINT64_C(100000000000000000), UINT64_C(1000000000000000000), UINT64_C(10000000000000000000) };

/* Drops zero words at the end of B, so that its last word in use is not zero and the number 0 has no words. An
 * operation that may leave zero words there calls this function last. */
static void big_trim(struct big *b)
{
	while (b->n > 0 && b->w[b->n - 1] == 0)
		b->n--;
}

void big_set(struct big *b, u128 v)
{
	b->n = 2;
	b->w[0] = (uint64_t)v;
	b->w[1] = (uint64_t)(v >> 64);
	big_trim(b);
}

bool big_from_signed(struct big *b, const uint64_t *words, int n)
{
	/* Inverting all bits and adding 1 gives the absolute value of a negative number (two's complement). */
	bool negative = n > 0 && words[n - 1] >> 63;
	uint64_t carry = negative;
	assert(n <= BIG_WORDS);
	for (int i = 0; i < n; i++) {
		b->w[i] = (negative ? ~words[i] : words[i]) + carry;
		carry = carry && b->w[i] == 0;
	}
	b->n = n;
	big_trim(b);
	return negative;
}

/* Works from the least significant word up. The upper half of each product is the carry to the next word. */
void big_mul_add(struct big *b, uint64_t by, uint64_t plus)
{
	uint64_t carry = plus;
	for (int i = 0; i < b->n; i++) {
		u128 v = (u128)b->w[i] * by + carry;
		b->w[i] = (uint64_t)v;
		carry = (uint64_t)(v >> 64);
	}
	if (carry) {
		assert(b->n < BIG_WORDS);
		b->w[b->n++] = carry;
	}
	big_trim(b);
}

void big_mul_pow10(struct big *b, unsigned power)
{
	/* A factor is one word, so it is 10^19 at most. A greater power takes several multiplications. */
	for (; power > 19; power -= 19)
		big_mul_add(b, pow10_word[19], 0);
	big_mul_add(b, pow10_word[power], 0);
}

/* Works from the most significant word down, like long division by hand. The remainder so far is the upper word of the
 * next dividend. */
uint64_t big_div(struct big *b, uint64_t by)
{
	uint64_t rest = 0;
	for (int i = b->n - 1; i >= 0; i--) {
		u128 v = (u128)rest << 64 | b->w[i];
		b->w[i] = (uint64_t)(v / by);
		rest = (uint64_t)(v % by);
	}
	big_trim(b);
	return rest;
}

/* Multiplies every word by every word. The product of two words plus two more words fits 128 bits, so V does not
 * overflow. */
void big_square(struct big *out, const struct big *b)
{
	assert(2 * b->n <= BIG_WORDS);
	memset(out->w, 0, (size_t)b->n * 2 * sizeof out->w[0]);
	for (int i = 0; i < b->n; i++) {
		uint64_t carry = 0;
		for (int k = 0; k < b->n; k++) {
			u128 v = (u128)b->w[i] * b->w[k] + out->w[i + k] + carry;
			out->w[i + k] = (uint64_t)v;
			carry = (uint64_t)(v >> 64);
		}
		out->w[i + b->n] = carry;
	}
	out->n = b->n * 2;
	big_trim(out);
}

void big_shift(struct big *b, int words)
{
	if (b->n == 0 || words == 0)
		return;
	assert(b->n + words <= BIG_WORDS);
	memmove(b->w + words, b->w, (size_t)b->n * sizeof b->w[0]);
	memset(b->w, 0, (size_t)words * sizeof b->w[0]);
	b->n += words;
}

/* Returns a negative number, 0 or a positive number if A is less than, equal to or greater than B. */
static int big_compare(const struct big *a, const struct big *b)
{
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (int i = a->n - 1; i >= 0; i--)
		if (a->w[i] != b->w[i])
			return a->w[i] < b->w[i] ? -1 : 1;
	return 0;
}

/* Subtracts the lesser from the greater, so that the result needs no sign. */
bool big_sub(struct big *a, const struct big *b)
{
	bool swap = big_compare(a, b) < 0;
	const struct big *x = swap ? b : a, *y = swap ? a : b;
	uint64_t borrow = 0;
	int n = x->n;
	for (int i = 0; i < n; i++) {
		u128 v = (u128)x->w[i] - (i < y->n ? y->w[i] : 0) - borrow;
		a->w[i] = (uint64_t)v;
		borrow = (uint64_t)(v >> 64) & 1;
	}
	a->n = n;
	big_trim(a);
	return swap;
}

/* A number of exactly 128 bits does not fit either: *OUT is signed, so the top one of its 128 bits is the sign. */
bool big_i128(const struct big *b, i128 *out)
{
	if (b->n > 2 || (b->n == 2 && b->w[1] >> 63))
		return false;
	uint64_t low = b->n > 0 ? b->w[0] : 0, high = b->n > 1 ? b->w[1] : 0;
	*out = (i128)((u128)high << 64 | low);
	return true;
}

struct big_float big_ratio(struct big *b, const uint64_t *d, int count, int exponent)
{
	/* Append COUNT + 3 zero words at the low end. Each of the COUNT divisions removes at most one word, so at least
	 * three words remain. */
	big_shift(b, count + 3);
	exponent -= 64 * (count + 3);
	/* The bits below the 128 of the result, and the remainders, matter only for rounding. SETS becomes true if any
	 * of them is not 0. The last bit of the result is then set. */
	bool sets = false;
	for (int i = 0; i < count; i++)
		sets = (big_div(b, d[i]) != 0) | sets;
	if (b->n == 0)
		return (struct big_float){ 0, 0 };
	const uint64_t *w = b->w + b->n - 3;
	int shift = __builtin_clzll(w[2]);
	u128 top = ((u128)w[2] << 64 | w[1]) << shift | (shift ? w[0] >> (64 - shift) : 0);
	for (int i = 0; i < b->n - 3; i++)
		sets = (b->w[i] != 0) | sets;
	sets = (w[0] << shift != 0) | sets;
	return (struct big_float){ top | sets, exponent + 64 * (b->n - 2) - shift };
}

/* Returns the integer part of the square root of V. The root that sqrtl() returns can be a little too great or too
 * small, so the loops correct it in steps of 1. */
static uint64_t root_u128(u128 v)
{
	long double near = sqrtl((long double)v);
	uint64_t r = near >= 0x1p64L ? UINT64_MAX : (uint64_t)near;
	while ((u128)r * r > v)
		r--;
	while (r < UINT64_MAX && (u128)(r + 1) * (r + 1) <= v)
		r++;
	return r;
}

/* The root of 2^E is 2^(E/2), so an odd exponent is made even first. The root of a number of 128 bits has 64 bits. */
struct big_float big_ratio_root(struct big *b, const uint64_t *d, int count, int exponent)
{
	struct big_float v = big_ratio(b, d, count, exponent);
	if (v.exponent % 2 != 0) {
		v.top = v.top >> 1 | (v.top & 1);
		v.exponent++;
	}
	uint64_t root = root_u128(v.top);
	return (struct big_float){ (u128)root << 64 | ((u128)root * root != v.top), v.exponent / 2 - 64 };
}

/* Appends V, which is too large for a double, to OUT with 17 digits. Divides V by 10^19 until two words are left, and
 * then by 10 until 18 digits are left. The last of the 18 digits only rounds the 17 before it. Returns 0, or -1 if OUT
 * is full. */
static int write_huge(struct big_float v, bool negative, struct buf *out)
{
	struct big b;
	int exponent = 0;
	char text[64];
	big_set(&b, v.top);
	big_mul_add(&b, UINT64_C(1) << v.exponent % 64, 0);
	big_shift(&b, v.exponent / 64);
	for (; b.n > 2; exponent += 19)
		(void)big_div(&b, pow10_word[19]);
	for (; b.n > 1 || b.w[0] >= pow10_word[18]; exponent++)
		(void)big_div(&b, 10);
	uint64_t digits = (b.w[0] + 5) / 10;
	int n = snprintf(text, sizeof text, "%s%llue+%d", negative ? "-" : "", (unsigned long long)digits,
		exponent + 1);
	return num_canon((struct span){ text, (size_t)n }, out);
}

/* BITS is the upper half of v.top, and its last bit is also set if any bit of the lower half is. A long double can hold
 * the 64 bits of BITS and every exponent that occurs here, so ldexpl() neither rounds nor overflows. Only the
 * conversion to double rounds, and the last bit of BITS makes it round as if it saw all bits of v.top. */
int big_float_write(struct big_float v, bool negative, struct buf *out)
{
	uint64_t bits = (uint64_t)(v.top >> 64) | ((uint64_t)v.top != 0);
	double d = (double)ldexpl((long double)bits, v.exponent + 64);
	if (isinf(d))
		return write_huge(v, negative, out);
	return num_write_double(negative ? -d : d, out);
}
