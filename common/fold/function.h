/* function.h -- helpers for writing functions: absent values, checks, canonical forms, constants.
 *
 * The canonical form of a value is one spelling for all values that are equal in jq: 1, 1.0 and 1e0 have the form 1. A
 * value is comparable if it is valid JSON and its canonical form has at most FOLD_RESULT_MAX bytes. */
#ifndef FOLD_FUNCTION_H
#define FOLD_FUNCTION_H
#include "fold/fold.h"
#include "fold/packed_value.h"
#include "fold/registry.h"
#include <math.h>

/* Returns true if V is a value that functions skip: null, missing, or NaN. */
static inline bool fold_is_absent(const struct value *v)
{
	return v->type <= JSON_NULL || (v->is_num && !v->num.exact && isnan(v->num.real));
}

/* Serves as check() of functions of numbers: accepts an event whose first argument is a number or absent. Returns 0, or
 * -1 with E set (EX_DATAERR). */
int fold_check_number(const struct fold *f, struct value *args, struct err *e);
/* Serves as check() of functions that compare values: accepts an event whose first argument is comparable or absent.
 * Returns 0, or -1 with E set (EX_DATAERR). */
int fold_check_comparable(const struct fold *f, struct value *args, struct err *e);
/* Serves as check() of functions that keep a value as it was written: accepts an event whose first argument is valid
 * JSON or absent. Returns 0, or -1 with E set (EX_DATAERR). */
int fold_check_json(const struct fold *f, struct value *args, struct err *e);
/* Sets OUT to the canonical form of V. V must not be absent, and fold_check_comparable() must have accepted V. OUT
 * borrows the text of V or the scratch buffer of F, and is valid until the next call for F. Returns 0, or -1 if V is
 * not valid JSON, its form is longer than FOLD_RESULT_MAX, or memory is exhausted. */
int fold_canonical(const struct fold *f, const struct value *v, struct span *out) MUST_USE;
/* Returns the text to show for V, whose canonical form is CANONICAL. A number from an event is shown as it is written
 * there, such as 1.50, but minus zero is shown as 0. All other values are shown as CANONICAL. */
static inline struct span fold_spelling(const struct value *v, struct span canonical)
{
	bool minus_zero = canonical.n == 1 && *canonical.p == '0' && v->text.p && *v->text.p == '-';
	return v->type == JSON_NUMBER && v->text.p && !minus_zero ? v->text : canonical;
}
/* Reads TEXT as an integer from LOW to HIGH into *OUT, for a function's constant(). Returns 1, or -1 with E set
 * (EX_USAGE) if TEXT is not such an integer. WHAT is the name of the constant in the message, such as "K". */
int fold_constant_integer(struct span text, const char *what, int64_t low, int64_t high, int64_t *out, struct err *e);
/* Serves as constant() of functions with a part P: reads P, the second argument. P must be a decimal of at most 18
 * places, so that ranks are exact. Returns 1, or 0 if I is the first argument, or -1 with E set (EX_USAGE). */
int fold_constant_part(struct fold *f, int i, struct span text, struct err *e);
/* Appends null, the result of most functions for no events. Returns 0, or -1 if the room in OUT is exhausted. */
int fold_write_null(struct buf *out);
/* Returns the integer part of V. Requires 0 <= V < 2^63 - 1. */
int64_t fold_whole_part(struct num v);
#endif
