/* number.c -- reads JSON numbers, and converts them to and from machine numbers.
 *
 * Three readers are tried, from the fastest to the most general:
 *
 *   parse_eight()  up to 8 characters after the sign: all digits at once within a 64-bit word (SWAR);
 *   parse_short()  up to 19 characters without an exponent: a loop over a 64-bit integer;
 *   num_split()    any number: checks the grammar of RFC 8259, section 6, and splits the text into parts.
 *
 * The result is exact if the significant digits fit 128 bits and the scale is at most 38. Otherwise strtod(3) of glibc
 * finds the nearest double, which it does correctly for a text of any length. */
#include "text/number.h"
#include "text/number_internal.h"
#include <endian.h>
#include <float.h>
#include <math.h>

const i128 num_pow10[NUM_SCALE_MAX + 1] = {
#define E18 ((i128)1000000000000000000)
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
	1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000, E18,
	E18 * 10, E18 * 100, E18 * 1000, E18 * 10000, E18 * 100000, E18 * 1000000, E18 * 10000000, E18 * 100000000,
	E18 * 1000000000, E18 * 10000000000, E18 * 100000000000, E18 * 1000000000000, E18 * 10000000000000,
	E18 * 100000000000000, E18 * 1000000000000000, E18 * 10000000000000000, E18 * 100000000000000000, E18 *E18,
	E18 *E18 * 10, E18 *E18 * 100
#undef E18
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *digits_end(const char *p, const char *end)
{
	while (p < end && is_digit(*p))
		p++;
	return p;
}

/* Reads an exponent ("e+12") whose letter is at P into *EXPONENT. Returns the position after the exponent; NULL if no
 * digit follows. */
static const char *read_exponent(const char *p, const char *end, int64_t *exponent)
{
	p++;
	bool negative = p < end && *p == '-';
	if (p < end && (*p == '-' || *p == '+'))
		p++;
	const char *first = p;
	int64_t v = 0;
	for (; p < end && is_digit(*p); p++)
		v = v < NUM_EXPONENT_FAR / 10 ? v * 10 + (*p - '0') : NUM_EXPONENT_FAR;
	*exponent = negative ? -v : v;
	return p == first ? NULL : p;
}

bool num_split(struct span s, struct num_parts *out)
{
	const char *p = s.p, *end = s.p + s.n;
	*out = (struct num_parts){ .negative = s.n > 0 && *p == '-' };
	p += out->negative;
	out->digits = p;
	const char *q = digits_end(p, end);
	if (q == p || (*p == '0' && q - p > 1))
		return false;
	p = q;
	if (p < end && *p == '.') {
		q = digits_end(p + 1, end);
		out->fraction = q - p - 1;
		if (out->fraction == 0)
			return false;
		p = q;
	}
	out->digits_end = p;
	if (p < end && (*p == 'e' || *p == 'E'))
		p = read_exponent(p, end, &out->exponent);
	return p == end;
}

bool num_valid(struct span s)
{
	struct num_parts t;
	return s.p && num_split(s, &t);
}

/* Returns the double nearest to the number T, which may have any number of digits. EXPONENT is the power of ten of the
 * last digit. strtod(3) reads a copy of the digits without the point, so that the locale does not matter. A number
 * exactly halfway between two doubles has at most 768 significant digits. So the first 800 digits suffice for the
 * rounding. If any later digit is not zero, one digit '1' is written for all later digits, so that the number does not
 * look like a halfway case. */
static double parts_double(const struct num_parts *t, int64_t exponent)
{
	enum { DIGITS = 800 };
	char text[DIGITS + 40];
	size_t n = 0;
	bool more = false;
	for (const char *p = t->digits; p < t->digits_end; p++) {
		if (*p == '.' || (n == 0 && *p == '0'))
			continue;
		if (n < DIGITS) {
			text[n++] = *p;
		} else {
			more = more || *p != '0';
			exponent++;
		}
	}
	if (more) {
		text[n++] = '1';
		exponent--;
	}
	snprintf(text + n, sizeof text - n, "e%lld", (long long)exponent);
	double v = n == 0 ? 0 : strtod(text, NULL);
	if (v > DBL_MAX)
		v = DBL_MAX;
	return t->negative ? -v : v;
}

/* Returns the number with the parts T. The result is exact if the significant digits and the scale fit a struct num.
 * Otherwise the result is a double. Even if this double is an integer, it does not become exact, because digits were
 * lost. */
static struct num parts_num(const struct num_parts *t)
{
	int64_t exponent = t->exponent - t->fraction, zeros = 0;
	u128 v = 0;
	bool fits = true;
	for (const char *p = t->digits; p < t->digits_end && fits; p++) {
		if (*p == '.')
			continue;
		/* Zeros become part of V only when another digit follows. Trailing zeros are added to the exponent. */
		if (*p == '0') {
			zeros += v != 0;
			continue;
		}
		fits = zeros < NUM_SCALE_MAX && !__builtin_mul_overflow(v, (u128)num_pow10[zeros + 1], &v) &&
			!__builtin_add_overflow(v, (u128)(*p - '0'), &v) && v <= (u128)NUM_COEF_MAX;
		zeros = 0;
	}
	if (fits && v == 0)
		return num_from_i64(0);
	int64_t e = exponent + zeros;
	if (fits && e >= -NUM_SCALE_MAX && e <= NUM_SCALE_MAX) {
		i128 coef = (i128)v;
		if (e <= 0 || !num_scale_up(&coef, (unsigned)e))
			return (struct num){ .exact = true,
				.scale = (uint8_t)(e < 0 ? -e : 0),
				.coef = t->negative ? -coef : coef };
	}
	return (struct num){ .real = parts_double(t, exponent) };
}

/* Sets *OUT to +-V x 10^-SCALE, without trailing zeros after the point. */
static inline void set_short(struct num *out, bool negative, uint64_t v, unsigned scale)
{
	for (; scale > 0 && v % 10 == 0; scale--)
		v /= 10;
	*out = (struct num){ .exact = true, .scale = (uint8_t)scale, .coef = negative ? -(i128)v : (i128)v };
}

/* Returns the N characters at P (1 to 8) in a word. The last character is in the highest byte, and the bytes below the
 * first character are zero. "12" gives 0x3231000000000000. Two loads that may overlap are faster than a copy of
 * variable length. Nothing outside the text is read. */
static inline uint64_t load_right(const char *p, size_t n)
{
	if (n >= 4) {
		uint32_t low, high;
		memcpy(&low, p, 4);
		memcpy(&high, p + n - 4, 4);
		return (uint64_t)le32toh(high) << 32 | (uint64_t)le32toh(low) << 8 * (8 - n);
	}
	return (uint64_t)(uint8_t)p[n - 1] << 56 | (uint64_t)(uint8_t)p[n >> 1] << 8 * (8 - n + (n >> 1)) |
		(uint64_t)(uint8_t)p[0] << 8 * (8 - n);
}

#define EACH_BYTE UINT64_C(0x0101010101010101)

/* Reads the number of N characters (1 to 8) at P into *OUT. Returns false if the text is not a JSON number of digits and
 * at most one point, without a sign.
 *
 * All characters are handled at once. A loop over the characters would be slower: when lengths vary, the processor
 * often mispredicts where the loop ends.
 *
 * The word holds the text right-aligned, padded with '0': "12.5" is "000012.5". XOR with '.' turns the point into a
 * zero byte, which can be found without a loop. The characters before the point move up by one byte, over the point:
 * "00000125", scale 1. XOR with '0' turns the digits into 0 to 9. Any other byte then has its top bit set, or gets the
 * bit set when 0x76 is added. Then neighbours are combined: a multiplication by 10 makes four numbers of two
 * digits, and two more multiplications make one number of these four (Lemire, "Number Parsing at a Gigabyte per
 * Second", 2021). */
static inline bool parse_eight(const char *p, size_t n, bool negative, struct num *out)
{
	uint64_t v = load_right(p, n) | (EACH_BYTE * '0' >> 8 * (n - 1) >> 8);
	uint64_t x = v ^ EACH_BYTE * '.', points = (x - EACH_BYTE) & ~x & EACH_BYTE * 0x80;
	size_t whole = n;
	unsigned scale = 0;
	if (points) {
		unsigned point_bit = (unsigned)__builtin_ctzll(points) & ~7u; /* the lowest bit of the first point */
		uint64_t before = v & ((UINT64_C(1) << point_bit) - 1),
			 after = v & ~((UINT64_C(0x100) << point_bit) - 1);
		scale = 7 - point_bit / 8;
		whole = n - scale - 1;
		v = after | before << 8 | '0';
	}
	uint64_t digits = v ^ EACH_BYTE * '0';
	if (((digits + EACH_BYTE * 0x76) | digits) & EACH_BYTE * 0x80)
		return false;
	/* Refuses a text without a digit before the point, with a leading zero, or without a digit after the point. */
	if (whole == 0 || (*p == '0' && whole > 1) || (points && scale == 0))
		return false;
	/* Each two neighbouring digits become a number, in every other byte. The two multiplications then combine the
	 * four numbers. */
	digits = digits * 10 + (digits >> 8);
	const uint64_t pairs = UINT64_C(0x000000ff000000ff);
	v = ((digits & pairs) * (100 + (UINT64_C(1000000) << 32)) +
		    (digits >> 16 & pairs) * (1 + (UINT64_C(10000) << 32))) >>
		32;
	set_short(out, negative, v, scale);
	return true;
}

/* Reads S, a number of at most 19 characters without an exponent, into *OUT. 64 bits hold that many digits. Returns
 * false if S does not have this form. */
static bool parse_short(struct span s, struct num *out)
{
	const char *p = s.p, *end = s.p + s.n;
	if (s.n == 0 || s.n > 19)
		return false;
	bool negative = *p == '-';
	p += negative;
	if (p < end && end - p <= 8)
		return parse_eight(p, (size_t)(end - p), negative, out);
	const char *first = p;
	uint64_t v = 0;
	for (unsigned d; p < end && (d = (unsigned)(*p - '0')) <= 9; p++)
		v = v * 10 + d;
	if (p == first || (*first == '0' && p - first > 1))
		return false;
	unsigned scale = 0;
	if (p < end) {
		if (*p++ != '.' || p == end)
			return false;
		scale = (unsigned)(end - p);
		for (unsigned d; p < end; p++) {
			if ((d = (unsigned)(*p - '0')) > 9)
				return false;
			v = v * 10 + d;
		}
	}
	set_short(out, negative, v, scale);
	return true;
}

int num_parse(struct span s, struct num *out)
{
	struct num_parts t;
	if (!s.p)
		return -1;
	if (parse_short(s, out))
		return 0;
	if (!num_split(s, &t))
		return -1;
	*out = parts_num(&t);
	return 0;
}

struct num num_from_i64(int64_t v)
{
	return (struct num){ .exact = true, .coef = v };
}

struct num num_from_double(double v)
{
	if (v >= -0x1p53 && v <= 0x1p53 && v == (double)(int64_t)v)
		return num_from_i64((int64_t)v);
	/* NaN stays NaN. num_write() writes NaN as null, as jq does. */
	if (isnan(v))
		return (struct num){ .real = v };
	return (struct num){ .real = v > DBL_MAX ? DBL_MAX : v < -DBL_MAX ? -DBL_MAX : v };
}

double num_double(struct num a)
{
	static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14,
		1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
	if (!a.exact)
		return a.real;
	if (a.scale == 0)
		return (double)a.coef;
	/* The coefficient and the power of ten are both exact as doubles. The division is then the only rounding, and
	 * its result is the nearest double (Clinger's fast path, 1990). */
	if (a.scale <= 22 && a.coef >= -(INT64_C(1) << 53) && a.coef <= (INT64_C(1) << 53))
		return (double)a.coef / powers[a.scale];
	struct num_digits d = num_digits(a);
	char text[NUM_DIGITS_MAX + 24];
	snprintf(text, sizeof text, "%.*se%d", d.n, d.digits, d.exponent);
	return d.negative ? -strtod(text, NULL) : strtod(text, NULL);
}

bool num_i64(struct num a, int64_t *out)
{
	if (!a.exact) {
		/* A comparison with NaN is false, so NaN is refused too. 2^63 itself does not fit int64_t. */
		if (!(a.real >= -0x1p63 && a.real < 0x1p63) || a.real != trunc(a.real))
			return false;
		*out = (int64_t)a.real;
		return true;
	}
	if (a.scale != 0 || a.coef < INT64_MIN || a.coef > INT64_MAX)
		return false;
	*out = (int64_t)a.coef;
	return true;
}
