/* number.h -- JSON numbers without loss: exact decimals of up to 38 digits, doubles beyond.
 *
 * A struct num is coefficient x 10^-scale, with a coefficient of 128 bits and a scale of 0 to 38, as long as that holds
 * every digit; otherwise it is the nearest IEEE 754 double. Numbers are passed by value and own nothing. "Exact" below
 * means that no digit was lost. */
#ifndef TEXT_NUMBER_H
#define TEXT_NUMBER_H
#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 i128;
__extension__ typedef unsigned __int128 u128;

struct num {
	bool exact;
	uint8_t scale; /* digits after the point, if exact; without trailing zeros */
	i128 coef;     /* if exact */
	double real;   /* if not exact: finite, or NaN; a number that is too large is +-DBL_MAX, as in jq */
};

/* Returns true if all of S is a number by the grammar of RFC 8259, section 6. */
bool num_valid(struct span s);
/* Reads the JSON number S. Returns 0; -1 if S is not a number. */
int num_parse(struct span s, struct num *out) MUST_USE;
struct num num_from_i64(int64_t v);
/* An integer of at most 2^53 becomes exact; infinity becomes DBL_MAX; NaN stays NaN. */
struct num num_from_double(double v);
/* Returns the double nearest to A. */
double num_double(struct num a);
/* Returns true and sets *OUT if A is an integer that fits int64_t. */
bool num_i64(struct num a, int64_t *out);

/* Return A + B, A - B, A * B: exact while the result fits, otherwise computed in doubles. */
struct num num_add(struct num a, struct num b);
struct num num_sub(struct num a, struct num b);
struct num num_mul(struct num a, struct num b);
/* Division and remainder as in jq 1.6: A / B in doubles, but exact if the quotient is an integer; A % B of the integer
 * parts, with the sign of A. Return 0; -1 if B is zero (for %, if its integer part is). */
int num_div(struct num a, struct num b, struct num *out) MUST_USE;
int num_mod(struct num a, struct num b, struct num *out) MUST_USE;
struct num num_neg(struct num a);
/* Compares by value, exactly, an exact number with a double, too. Returns <0, 0 or >0. As in jq, NaN is less than every
 * number. */
int num_compare(struct num a, struct num b);

/* Append A as JSON. Integers and exact decimals have no exponent and no trailing zeros; a double has the fewest digits
 * that read back as the same double, and an exponent ("1e+300") where jq 1.6 writes one; NaN is null. Return 0, or -1
 * if OUT is full. */
int num_write(struct num a, struct buf *out) MUST_USE;
int num_write_double(double v, struct buf *out) MUST_USE;
int num_write_i128(i128 v, struct buf *out) MUST_USE;
/* Appends the canonical form of the JSON number S: numbers of equal value give equal bytes. Returns 0; -1 if S is not a
 * number or OUT is full. */
int num_canon(struct span s, struct buf *out) MUST_USE;
#endif
