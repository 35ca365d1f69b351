/* number_text.c -- compares numbers of any length, and writes their canonical form.
 *
 * A struct num keeps up to 38 digits. If a number has more digits or a large exponent, the struct num holds only the
 * nearest double, but the text of the number still has all digits. A computed number has no text; its digits are those
 * of the shortest decimal of its double.
 *
 * If the doubles of two numbers differ, the numbers have the same order as the doubles, because rounding never swaps
 * two numbers. So the digits are compared only if the doubles are equal. */
#include "text/number_internal.h"
#include <float.h>
#include <limits.h>
#include <math.h>

/* The largest magnitude of decimal.top. The exponent of a canonical form is decimal.top - 1. The limit is low enough
 * that such an exponent is always read back unchanged. */
#define TOP_FAR (NUM_EXPONENT_FAR - 2)

/* A number as its digits. The text from P to END has the digits, and perhaps a point, which is ignored. The magnitude
 * of the number is 0.DIGITS x 10^top. The first and the last digit are not 0. For the number 0, the text is empty. */
struct decimal {
	bool negative;
	const char *p, *end;
	int64_t top;
};

/* Sets *OUT to the number TEXT. The digits are borrowed from TEXT. Returns false if TEXT is not a number. */
static bool decimal_of_text(struct span text, struct decimal *out)
{
	struct num_parts t;
	if (!text.p || !num_split(text, &t))
		return false;
	*out = (struct decimal){ .negative = t.negative, .p = t.digits, .end = t.digits_end };
	out->top = t.exponent + (t.digits_end - t.digits) - t.fraction - (t.fraction > 0);
	for (; out->p < out->end && (*out->p == '0' || *out->p == '.'); out->p++)
		out->top -= *out->p == '0';
	/* Limit top, so that the canonical form can be read back: its own canonical form is then the same text. */
	out->top = out->top > TOP_FAR ? TOP_FAR : out->top < -TOP_FAR ? -TOP_FAR : out->top;
	while (out->end > out->p && (out->end[-1] == '0' || out->end[-1] == '.'))
		out->end--;
	return true;
}

/* Returns the number A as its digits. If A was read from TEXT, these are the digits of TEXT. If A was computed, TEXT is
 * SPAN_NONE, and the digits are stored in *D. */
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

/* Compares the digits of A and B, which must have the same top. Ignores the signs. Returns -1, 0 or 1. */
static int compare_places(const struct decimal *a, const struct decimal *b)
{
	const char *p = a->p, *q = b->p;
	for (;;) {
		p += p < a->end && *p == '.';
		q += q < b->end && *q == '.';
		/* No text ends with a zero. So if only one text has further digits, its number is the greater one. */
		if (p == a->end || q == b->end)
			return order(q < b->end, p < a->end);
		if (*p != *q)
			return order(*p<*q, *p> * q);
		p++, q++;
	}
}

/* Compares A and B by sign, then by the power of ten of the first digit, then digit by digit. Returns -1, 0 or 1. */
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
	/* The first digits of 2^1024 - 2^970, which is halfway between DBL_MAX and 2^1024. Numbers between DBL_MAX and
	 * this limit are rounded to DBL_MAX, so they are not too large. */
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

/* Appends the digits of D to OUT, without the point in their text. If there are more than AFTER digits, and AFTER is
 * not 0, puts a point after the first AFTER digits. Returns 0, or -1 if OUT is full. */
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

/* Appends D to OUT. Uses an exponent in the same cases as num_write_double(): for magnitudes below 0.0001, and if more
 * than 15 zeros would follow the digits. Returns 0, or -1 if OUT is full. */
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
