/* function.h -- what the functions are written with: absent values, checks, canonical forms, constants. */
#ifndef FOLD_FUNCTION_H
#define FOLD_FUNCTION_H
#include "fold/fold.h"
#include "fold/packed_value.h"
#include "fold/registry.h"
#include <math.h>

/* Returns true for the values that functions skip: null, missing, and NaN. */
static inline bool fold_is_absent(const struct value *v)
{
	return v->type <= JSON_NULL || (v->is_num && !v->num.exact && isnan(v->num.real));
}

/* A check() for functions of numbers: accepts an event whose first argument is a number or absent. */
int fold_check_number(const struct fold *f, struct value *args, struct err *e);
/* A check() for functions that compare values: accepts an event whose first argument has a canonical form or is
 * absent. */
int fold_check_comparable(const struct fold *f, struct value *args, struct err *e);
/* Sets OUT to the canonical form of V, which is not absent: values that are equal in jq have the same bytes. OUT is
 * borrowed from V's text or F's scratch, until the next call for F. Returns 0; -1 if V is not valid JSON or its form is
 * longer than FOLD_RESULT_MAX. */
int fold_canonical(const struct fold *f, const struct value *v, struct span *out) MUST_USE;
/* For constant(): reads TEXT as an integer in [LOW, HIGH]. Returns 1; -1: EX_USAGE, the message calls it WHAT ("K"). */
int fold_constant_integer(struct span text, const char *what, int64_t low, int64_t high, int64_t *out, struct err *e);
/* Appends null: the result of most functions of no events. */
int fold_write_null(struct buf *out);
/* Returns the integer part of V, 0 <= V < 2^63 - 1. */
int64_t fold_whole_part(struct num v);
#endif
