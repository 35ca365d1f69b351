/* fold_internal.h -- what the files of the functions share. */
#ifndef FOLD_FOLD_INTERNAL_H
#define FOLD_FOLD_INTERNAL_H
#include "fold/fold.h"
#include <math.h>

/* Null, missing, or not a number: what SQL skips. */
static inline bool is_absent(const struct value *v)
{
	return v->type <= JSON_NULL || (v->is_num && !v->num.exact && isnan(v->num.real));
}

/* check() of the functions of numbers: the first argument is one, or absent. */
int check_number(const struct fold *f, struct value *args, struct err *e);
/* check() of the functions that compare values: the first argument has a canonical form. */
int check_comparable(const struct fold *f, struct value *args, struct err *e);
/* The canonical form of V, which is not absent: equal values, equal bytes. Lives in V's text or F's scratch, until
 * the next call. -1: V is no valid JSON, or too long. */
int canonical(const struct fold *f, const struct value *v, struct span *out) MUST_USE;
/* init() of all: the state is zeroed. */
void init_zero(const struct fold *f, void *state);
/* For constant(): TEXT as an integer in [LOW, HIGH]. 1; -1: EX_USAGE, WHAT it should have been. */
int constant_integer(struct span text, const char *what, int64_t low, int64_t high, int64_t *out, struct err *e);
/* Appends "null". */
int write_null(struct buf *out);

/* The whole part of V, 0 <= V < 2^63 - 1. */
int64_t whole_part(struct num v);

/* ---- one value kept in 16 bytes of state, and in the pool when it is longer ---- */

enum cell_kind {
	CELL_EMPTY,
	CELL_DECIMAL, /* coef x 10^-scale */
	CELL_REAL,    /* a double */
	CELL_WIDE,    /* a struct num in the pool */
	CELL_SHORT,   /* JSON text of up to 14 bytes, in place */
	CELL_TEXT,    /* JSON text in the pool */
};
enum { CELL_SHORT_MAX = 14 };

struct cell {
	uint8_t kind;
	uint8_t scale; /* or length of a short text, which begins behind it */
	char bytes[2];
	uint32_t length; /* of a text */
	union {
		int64_t coef;
		double real;
		pool_ref ref;
	} u;
};

/* C becomes V (its digits and spelling as they stand); what it held is given back. -1: memory, C is as before. */
int cell_set(struct cell *c, struct pool *pool, const struct value *v) MUST_USE;
int cell_set_num(struct cell *c, struct pool *pool, struct num v) MUST_USE;
int cell_copy(struct cell *to, struct pool *pool, const struct cell *from, const struct pool *from_pool) MUST_USE;
void cell_release(struct cell *c, struct pool *pool);
/* The value in C; its text lives as long as C and POOL are left alone. Empty: null. */
struct value cell_value(const struct cell *c, const struct pool *pool);
/* The number in C; C holds one. */
struct num cell_num(const struct cell *c, const struct pool *pool);
/* Appends the value; null for an empty one. */
int cell_write(const struct cell *c, const struct pool *pool, struct buf *out) MUST_USE;
#endif
