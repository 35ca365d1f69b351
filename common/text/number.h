/* number.h -- JSON numbers without loss: exact decimals of up to 38 digits, otherwise doubles.
 *
 * The value of a struct num is coefficient x 10^-scale, with a coefficient of 128 bits and a scale of 0 to 38, if that
 * form holds every digit. Otherwise the value is the nearest IEEE 754 double. Numbers are passed by value and own
 * nothing. "Exact" below means that no digit was lost. Functions that also take the text of a number use all digits of
 * the text. */
#ifndef TEXT_NUMBER_H
#define TEXT_NUMBER_H
#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 i128;
__extension__ typedef unsigned __int128 u128;

struct num {
	bool exact;
	uint8_t scale; /* if exact: the digits after the point, without trailing zeros */
	i128 coef;     /* the coefficient, if exact */
	/* The double, if not exact: finite or NaN. A number that is too large becomes +-DBL_MAX, as in jq. */
	double real;
};

/* Returns true if all of S is a number by the grammar of RFC 8259, section 6. */
bool num_valid(struct span s);
/* Reads the JSON number S into *OUT. Returns 0; -1 if S is not a number. */
int num_parse(struct span s, struct num *out) MUST_USE;
struct num num_from_i64(int64_t v);
/* Converts V. An integer of magnitude up to 2^53 becomes exact, an infinity becomes +-DBL_MAX, and NaN stays NaN. */
struct num num_from_double(double v);
/* Returns the double nearest to A. */
double num_double(struct num a);
/* If A is an integer that fits int64_t, sets *OUT and returns true. Otherwise returns false. */
bool num_i64(struct num a, int64_t *out);

/* Return A + B, A - B, A * B. The result is exact if A and B are exact and a struct num holds all its digits. Otherwise
 * it is computed in doubles. */
struct num num_add(struct num a, struct num b);
struct num num_sub(struct num a, struct num b);
struct num num_mul(struct num a, struct num b);
/* Divide as jq 1.6 does. num_div() sets *OUT to A / B. If A and B are exact, and the quotient is an integer or B is a
 * power of ten (1000, 0.01), *OUT is exact if the result fits. Otherwise *OUT is computed in doubles. num_mod() sets
 * *OUT to the remainder of the integer parts of A and B, with the sign of A. Return 0; -1 if B, or for num_mod() the
 * integer part of B, is zero. */
int num_div(struct num a, struct num b, struct num *out) MUST_USE;
int num_mod(struct num a, struct num b, struct num *out) MUST_USE;
struct num num_neg(struct num a);
/* Returns A rounded to DIGITS digits after the point. Halves are rounded away from zero, as SQL's ROUND does. If DIGITS
 * is -1, A is rounded to tens; if -2, to hundreds; and so on. A double counts as its shortest decimal. NaN stays
 * NaN. */
struct num num_round(struct num a, int64_t digits);
/* Compares A and B by value. If only one of them is a double, the double counts as its shortest decimal, so that no
 * digit of the exact number is lost. Returns a value < 0, 0 or > 0. As in jq, NaN is less than every other number. */
int num_compare(struct num a, struct num b);
/* Does the same as num_compare(), but without loss: if a number has a text and is not exact, all digits of the text
 * count. A_TEXT and B_TEXT are the texts from which *A and *B were read, or SPAN_NONE for a computed number. Exponents
 * of more than 18 digits count as 10^18. Returns a value < 0, 0 or > 0. */
int num_compare_text(const struct num *a, struct span a_text, const struct num *b, struct span b_text);

/* Returns true if the number TEXT, from which *A was read, is too large for a double. If so, *A is +-DBL_MAX, and the
 * difference from TEXT is not just rounding. */
bool num_too_large(const struct num *a, struct span text);
/* Writes the significant digits of the number TEXT to DIGITS, without sign, point and zeros at either end. Sets
 * *EXPONENT to the power of ten of the last digit. Returns the number of digits, which is 0 for the number 0. Returns
 * -1 if there are more than ROOM digits, the exponent does not fit an int, or TEXT is not a number. */
int num_digits_of_text(struct span text, char *digits, int room, int *exponent);

/* Append a number as JSON to OUT. Integers and exact decimals have no exponent and no trailing zeros. A double has the
 * fewest digits that read back as the same double, and an exponent ("1e+300") where jq 1.6 writes one. NaN is written
 * as null. Return 0; -1 if OUT is full. */
int num_write(struct num a, struct buf *out) MUST_USE;
int num_write_double(double v, struct buf *out) MUST_USE;
int num_write_i128(i128 v, struct buf *out) MUST_USE;
/* Append the canonical form of a number to OUT. num_canon() takes the JSON number S and keeps all its digits.
 * num_write_canon() takes the computed number A. If num_compare_text() finds two numbers equal, their canonical forms
 * are equal bytes. Return 0; -1 if S is not a number or OUT is full. */
int num_canon(struct span s, struct buf *out) MUST_USE;
int num_write_canon(struct num a, struct buf *out) MUST_USE;
#endif
