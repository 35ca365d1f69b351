/* number_text.c -- compares numbers of any length, and writes their canonical form.
 *
 * A struct num keeps up to 38 digits. A number with more digits, or with a large exponent, is a double there, and other
 * digits are lost. Its text has them all. So two numbers that are equal as doubles are compared digit by digit: those
 * of the text, or, if a number was computed and has no text, those of the shortest decimal of its double.
 *
 * Rounding to a double keeps the order: if the doubles of two numbers differ, so do the numbers, in the same order. So
 * the digits are read only if the doubles are equal. */
#include "text/number_internal.h"
#include <float.h>
#include <limits.h>
#include <math.h>

/* The largest weight of a first digit. An exponent that is one less, or one more, is still read as it is written. */
#define TOP_FAR (NUM_EXPONENT_FAR - 2)

/* A number as digits: 0.P x 10^TOP with its sign. The text from P to END begins with a digit that is not 0, and may
 * have a point, which does not count. It is empty for the number 0. */
struct decimal {
	bool negative;
	const char *p, *end;
	int64_t top;
};

/* Sets *OUT to the digits of the number TEXT, borrowed from TEXT. Returns false if TEXT is not a number. */
static bool decimal_of_text(struct span text, struct decimal *out)
{
	struct num_parts t;
	if (!text.p || !num_split(text, &t))
		return false;
	*out = (struct decimal){ .negative = t.negative, .p = t.digits, .end = t.digits_end };
	out->top = t.exponent + (t.digits_end - t.digits) - t.fraction - (t.fraction > 0);
	for (; out->p < out->end && (*out->p == '0' || *out->p == '.'); out->p++)
		out->top -= *out->p == '0';
	/* All numbers with larger exponents have the weight TOP_FAR, so that the canonical form of a canonical form is
	 * the same. */
	out->top = out->top > TOP_FAR ? TOP_FAR : out->top < -TOP_FAR ? -TOP_FAR : out->top;
	while (out->end > out->p && (out->end[-1] == '0' || out->end[-1] == '.'))
		out->end--;
	return true;
}

/* Returns the digits of the number A, which has TEXT if it was not computed. Digits of a number without text are put
 * into D. */
static struct decimal decimal_of(const struct num *a, struct span text, struct num_digits *d)
{
	struct decimal out;
	if (decimal_of_text(text, &out))
		return out;
	*d = num_digits(*a);
	return (struct decimal){ d->negative, d->digits, d->digits + d->n, d->n + d->exponent };
}

/* Returns -1 if LESS, 1 if GREATER, and 0 if neither holds. */
static int order(bool less, bool greater)
{
	return less ? -1 : greater;
}

/* Compares the digits of A and B, whose first digits have the same weight. Returns -1, 0 or 1. */
static int compare_places(const struct decimal *a, const struct decimal *b)
{
	const char *p = a->p, *q = b->p;
	for (;;) {
		p += p < a->end && *p == '.';
		q += q < b->end && *q == '.';
		/* Neither text ends with zeros, so a text that goes on is the greater one. */
		if (p == a->end || q == b->end)
			return order(q < b->end, p < a->end);
		if (*p != *q)
			return order(*p<*q, *p> * q);
		p++, q++;
	}
}

/* Compares A and B by sign, by the weight of the first digit, and then digit by digit. Returns -1, 0 or 1. */
static int compare_decimals(const struct decimal *a, const struct decimal *b)
{
	int x = a->p == a->end ? 0 : a->negative ? -1 : 1, y = b->p == b->end ? 0 : b->negative ? -1 : 1;
	if (x != y || x == 0)
		return order(x<y, x> y);
	return a->top != b->top ? order(a->top<b->top, a->top> b->top) * x : compare_places(a, b) * x;
}

static int compare_exact(const struct num *a, const struct num *b)
{
	i128 x = a->coef, y = b->coef;
	if (a->scale != b->scale) {
		bool a_is_low = a->scale < b->scale;
		i128 *low = a_is_low ? &x : &y;
		/* If the coefficient of *LOW does not fit at the higher scale, *LOW is further from zero than the other
		 * number. The sign of *LOW then decides. */
		if (num_scale_up(low, (unsigned)abs(a->scale - b->scale)))
			return (*low < 0) == a_is_low ? -1 : 1;
	}
	return order(x<y, x> y);
}

int num_compare_text(const struct num *a, struct span a_text, const struct num *b, struct span b_text)
{
	struct num_digits d, e;
	if (a->exact && b->exact)
		return compare_exact(a, b);
	double x = num_double(*a), y = num_double(*b);
	/* As in jq, NaN is less than every other number. */
	if (isnan(x) || isnan(y))
		return order(isnan(x) && !isnan(y), isnan(y) && !isnan(x));
	if (x != y)
		return order(x<y, x> y);
	struct decimal p = decimal_of(a, a_text, &d), q = decimal_of(b, b_text, &e);
	return compare_decimals(&p, &q);
}

int num_compare(struct num a, struct num b)
{
	return num_compare_text(&a, SPAN_NONE, &b, SPAN_NONE);
}

bool num_too_large(const struct num *a, struct span text)
{
	/* The first digits of 2^1024 - 2^970, halfway between DBL_MAX and the next power of two. Numbers below it round
	 * to DBL_MAX. */
	static const struct span half = { "1.797693134862315807937289714053034150799341327100378269361737789804e308",
		72 };
	struct decimal d, limit;
	if (a->exact || fabs(a->real) < DBL_MAX || !decimal_of_text(text, &d) || !decimal_of_text(half, &limit))
		return false;
	d.negative = false;
	return compare_decimals(&d, &limit) > 0;
}

int num_digits_of_text(struct span text, char *digits, int room, int *exponent)
{
	struct decimal d;
	int n = 0;
	if (!decimal_of_text(text, &d))
		return -1;
	for (const char *p = d.p; p < d.end; p++) {
		if (*p == '.')
			continue;
		if (n == room)
			return -1;
		digits[n++] = *p;
	}
	if (n > 0 && (d.top > INT_MAX || d.top < INT_MIN + room))
		return -1;
	*exponent = n > 0 ? (int)d.top - n : 0;
	return n;
}

/* ---- the canonical form ---- */

/* Appends the digits of D to OUT, without the point of the text, and writes a point after the first AFTER digits if
 * others follow. Returns 0, or -1 if OUT is full. */
static int put_digits(const struct decimal *d, int64_t after, struct buf *out)
{
	for (const char *p = d->p; p < d->end; p++) {
		if (*p == '.')
			continue;
		if ((after == 0 && p > d->p && buf_addc(out, '.') < 0) || buf_addc(out, *p) < 0)
			return -1;
		after--;
	}
	return 0;
}

/* Appends D to OUT in the form in which num_write_double() writes a double of the same digits. Returns 0, or -1 if OUT
 * is full. */
static int put_decimal(const struct decimal *d, struct buf *out)
{
	int64_t n = 0, after = d->top;
	for (const char *p = d->p; p < d->end; p++)
		n += *p != '.';
	if (n == 0)
		return buf_addc(out, '0');
	if (d->negative && buf_addc(out, '-') < 0)
		return -1;
	if (after <= -4 || after > n + 15)
		return put_digits(d, 1, out) < 0 ?
			-1 :
			buf_addf(out, "e%c%02lld", after <= 0 ? '-' : '+', llabs((long long)after - 1));
	if (after <= 0 && buf_add(out, "0.000", (size_t)(2 - after)) < 0)
		return -1;
	if (put_digits(d, after, out) < 0)
		return -1;
	for (int64_t i = n; i < after; i++)
		if (buf_addc(out, '0') < 0)
			return -1;
	return 0;
}

/* A number that fits a struct num has the form of num_write(). Any other number keeps all its digits. */
int num_canon(struct span s, struct buf *out)
{
	struct num a;
	struct decimal d;
	if (num_parse(s, &a) < 0)
		return -1;
	return a.exact || !decimal_of_text(s, &d) ? num_write(a, out) : put_decimal(&d, out);
}
