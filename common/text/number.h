/* number.h -- JSON numbers without loss: exact decimals of up to 38 digits, doubles beyond.
 *
 * struct num is coefficient x 10^-scale in 128 bits while that holds every digit (0 <= scale <=
 * 38), else the nearest IEEE 754 double. "Exact" below means: no digit was lost. */
#ifndef TEXT_NUMBER_H
#define TEXT_NUMBER_H
#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 i128;
__extension__ typedef unsigned __int128 u128;

struct num {
	bool exact;
	uint8_t scale; /* digits behind the point, when exact; trailing zeros are kept out */
	i128 coef;     /* when exact */
	double real;   /* when not exact: finite (1e999 becomes DBL_MAX, as in jq) */
};

/* True if S is a whole JSON number by RFC 8259's grammar. */
bool num_valid(struct span s);
/* Reads a JSON number. -1 if S is none. Short integers and decimals take a fast path. */
int num_parse(struct span s, struct num *out) MUST_USE;
struct num num_from_i64(int64_t v);
struct num num_from_double(double v);
double num_double(struct num a);
/* The integer value, if it is one and fits: true. */
bool num_i64(struct num a, int64_t *out);

/* Exact while the result fits 128 bits at a scale of at most 38; else in doubles. */
struct num num_add(struct num a, struct num b);
struct num num_sub(struct num a, struct num b);
struct num num_mul(struct num a, struct num b);
/* Division and remainder as jq 1.6 has them: / in doubles unless exact at once (6/2), % on integers
 * truncated toward zero. Division by zero: -1. */
int num_div(struct num a, struct num b, struct num *out) MUST_USE;
int num_mod(struct num a, struct num b, struct num *out) MUST_USE;
struct num num_neg(struct num a);
/* <0, 0, >0 by value, exactly, also between exact numbers and doubles. */
int num_compare(struct num a, struct num b);

/* Appends A as JSON: integers as digits, exact decimals without exponent and trailing zeros,
 * doubles in the shortest form that reads back the same ("1e+300" style exponent as in jq 1.6). */
int num_write(struct num a, struct buf *out) MUST_USE;
int num_write_double(double v, struct buf *out) MUST_USE;
int num_write_i128(i128 v, struct buf *out) MUST_USE;
/* Appends the canonical form of the JSON number S: equal values, equal bytes. */
int num_canon(struct span s, struct buf *out) MUST_USE;
#endif
