/* number_write.c -- writes numbers as text: without loss, as short as possible, and equal values as equal bytes.
 *
 * The shortest decimal of a double is found by writing it with 15, 16 and 17 significant digits, until the text reads
 * back as the same double. 17 digits always suffice (Steele and White, 1990). The algorithms Ryu (Adams, 2018) and
 * Grisu are faster. But most numbers here are exact decimals, so few doubles are written. */
#include "text/number_internal.h"
#include <float.h>
#include <math.h>

/* Writes the decimal digits of V to the memory that ends at END. Returns the position of the first digit. */
static char *digits_before(char *end, u128 v)
{
	/* 128-bit divisions are slow, so each round of the loop yields 19 digits. */
	while (v > UINT64_MAX) {
		uint64_t low = (uint64_t)(v % UINT64_C(10000000000000000000));
		v /= UINT64_C(10000000000000000000);
		for (int i = 0; i < 19; i++, low /= 10)
			*--end = (char)('0' + low % 10);
	}
	uint64_t u = (uint64_t)v;
	do
		*--end = (char)('0' + u % 10);
	while ((u /= 10) != 0);
	return end;
}

/* Returns the digits of A, an exact number. Trailing zeros of the coefficient are counted in the exponent. */
static struct num_digits exact_digits(struct num a)
{
	char text[NUM_DIGITS_MAX], *end = text + sizeof text;
	struct num_digits d = { .negative = a.coef < 0, .exponent = -a.scale };
	char *p = digits_before(end, a.coef < 0 ? 0 - (u128)a.coef : (u128)a.coef);
	for (; end > p && end[-1] == '0'; end--)
		d.exponent++;
	d.n = (int)(end - p);
	memcpy(d.digits, p, (size_t)d.n);
	return d;
}

/* Returns the fewest digits that read back as V, which is finite. */
static struct num_digits real_digits(double v)
{
	struct num_digits d = { .negative = signbit(v) };
	if (v == 0)
		return d;
	/* Any decimal of up to 15 digits (DBL_DIG) survives the conversion to a double and back. So if V has a shorter
	 * decimal, its 15 digits are that decimal and zeros, and the zeros are dropped below. The search need not begin
	 * with fewer than 15 digits. A subnormal number has less precision, so its search begins with 1 digit. */
	for (int precision = fabs(v) < DBL_MIN ? 1 : 15; precision <= 17; precision++) {
		char text[48];
		/* The text is "d.ddde+xx". The second byte is skipped: it is the decimal point of the locale. */
		snprintf(text, sizeof text, "%.*e", precision - 1, fabs(v));
		d.digits[0] = text[0];
		memcpy(d.digits + 1, text + 2, (size_t)precision - 1);
		d.exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10) - (precision - 1);
		d.n = precision;
		snprintf(text, sizeof text, "%.*se%d", d.n, d.digits, d.exponent);
		if (strtod(text, NULL) == fabs(v))
			break;
	}
	for (; d.n > 1 && d.digits[d.n - 1] == '0'; d.n--)
		d.exponent++;
	return d;
}

struct num_digits num_digits(struct num a)
{
	return a.exact ? exact_digits(a) : real_digits(a.real);
}

int num_write_i128(i128 v, struct buf *out)
{
	char text[NUM_DIGITS_MAX + 1], *end = text + sizeof text;
	char *p = digits_before(end, v < 0 ? 0 - (u128)v : (u128)v);
	if (v < 0)
		*--p = '-';
	return buf_add(out, p, (size_t)(end - p));
}

/* Writes D without an exponent. AFTER is the number of digits before the point. AFTER may exceed d->n or be negative:
 * the digits 123 give 12300 with AFTER = 5, and 0.00123 with AFTER = -2. Returns the position after the text. */
static char *put_fixed(char *to, const struct num_digits *d, int after)
{
	if (after <= 0) {
		*to++ = '0';
		*to++ = '.';
		for (int i = after; i < 0; i++)
			*to++ = '0';
	}
	for (int i = 0; i < d->n || i < after; i++) {
		if (i == after && i > 0)
			*to++ = '.';
		*to++ = i < d->n ? d->digits[i] : '0';
	}
	return to;
}

/* Writes D with one digit before the point and EXPONENT with its sign and at least two digits, as jq 1.6 does. Returns
 * the position after the text. */
static char *put_exponent(char *to, const struct num_digits *d, int exponent)
{
	*to++ = d->digits[0];
	if (d->n > 1)
		*to++ = '.';
	for (int i = 1; i < d->n; i++)
		*to++ = d->digits[i];
	return to + snprintf(to, 8, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
}

int num_write_double(double v, struct buf *out)
{
	if (isnan(v))
		return buf_adds(out, "null");
	struct num a = num_from_double(v);
	if (a.exact)
		return num_write_i128(a.coef, out);
	struct num_digits d = real_digits(a.real);
	char text[64], *p = text;
	int after = d.n + d.exponent;
	if (d.negative)
		*p++ = '-';
	/* jq 1.6 writes an exponent for a value below 0.0001, and where more than 15 zeros would follow the digits. */
	p = after <= -4 || after > d.n + 15 ? put_exponent(p, &d, after - 1) : put_fixed(p, &d, after);
	return buf_add(out, text, (size_t)(p - text));
}

int num_write(struct num a, struct buf *out)
{
	if (!a.exact)
		return num_write_double(a.real, out);
	if (a.scale == 0)
		return num_write_i128(a.coef, out);
	struct num_digits d = exact_digits(a);
	char text[2 * NUM_DIGITS_MAX + 4], *p = text;
	if (d.negative)
		*p++ = '-';
	p = put_fixed(p, &d, d.n + d.exponent);
	return buf_add(out, text, (size_t)(p - text));
}

/* Returns the exact number that equals the shortest decimal of the double A; A itself if that decimal does not fit. So
 * "1e-5" and a computed double of that value have the same canonical form. */
static struct num shortest_decimal(struct num a)
{
	struct num_digits d = real_digits(a.real);
	i128 coef = 0;
	for (int i = 0; i < d.n; i++)
		coef = coef * 10 + (d.digits[i] - '0');
	if (d.exponent < -NUM_SCALE_MAX || d.exponent > NUM_SCALE_MAX ||
		(d.exponent > 0 && num_scale_up(&coef, (unsigned)d.exponent)))
		return a;
	return (struct num){ .exact = true,
		.scale = (uint8_t)(d.exponent < 0 ? -d.exponent : 0),
		.coef = d.negative ? -coef : coef };
}

/* Equal values must give equal bytes. So a double that equals an exact decimal is written as that decimal. */
int num_write_canon(struct num a, struct buf *out)
{
	return num_write(a.exact || isnan(a.real) ? a : shortest_decimal(a), out);
}
