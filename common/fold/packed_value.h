/* packed_value.h -- one JSON value in 16 bytes of a fold's state.
 *
 * Folds that keep values (min, first, collect, ...) keep many, and most values are short: a number, or a string of a
 * few bytes. Short values are in the 16 bytes. Longer values are in a block of the pool. A packed value of all zero
 * bytes is empty. A packed value owns its block: copy it by packed_value_copy(), and release it with the pool that it
 * was set with. */
#ifndef FOLD_PACKED_VALUE_H
#define FOLD_PACKED_VALUE_H
#include "expr/expr.h"
#include "state/pool.h"
#include "state/save.h"

enum packed_kind {
	PACKED_EMPTY,
	PACKED_DECIMAL, /* u.coef x 10^-scale; bytes[0] more zeros are written at its end */
	PACKED_REAL,    /* u.real */
	/* A decimal whose coefficient has more than 64 bits. u.ref is the block of its struct num. bytes[0] more zeros
	 * are written at its end. */
	PACKED_WIDE_NUM,
	PACKED_SHORT_TEXT, /* JSON text of up to PACKED_SHORT_MAX bytes, which begins at member bytes */
	PACKED_TEXT,       /* u.ref is the block of a JSON text of length bytes */
};
enum { PACKED_SHORT_MAX = 14 };

struct packed_value {
	uint8_t kind;  /* enum packed_kind */
	uint8_t scale; /* scale of a decimal, or length of a short text */
	/* A short text begins here and continues over the members below. In a decimal, bytes[0] is the number of zeros
	 * to write at the end, so that 1.50 stays 1.50. */
	char bytes[2];
	uint32_t length;
	union {
		int64_t coef;
		double real;
		pool_ref ref;
	} u;
};

/* Makes P the value *V, with its digits and spelling unchanged, and releases the old value of P. Returns 0, or -1 if
 * memory is exhausted; P is then unchanged. */
int packed_value_set(struct packed_value *p, struct pool *pool, const struct value *v) MUST_USE;
/* Sets P as packed_value_set() does, but keeps a parsed number in binary if its spelling can be restored. So
 * packed_value_get() returns the number without parsing, which makes comparing faster. Returns 0, or -1 if memory is
 * exhausted; P is then unchanged. */
int packed_value_set_parsed(struct packed_value *p, struct pool *pool, const struct value *v) MUST_USE;
/* Makes P the number V and releases the old value of P. Returns 0, or -1 if memory is exhausted; P is then
 * unchanged. */
int packed_value_set_num(struct packed_value *p, struct pool *pool, struct num v) MUST_USE;
/* Makes TO a copy of FROM, whose block is in FROM_POOL, and releases the old value of TO. Returns 0, or -1 if memory is
 * exhausted; TO is then unchanged. */
int packed_value_copy(struct packed_value *to, struct pool *pool, const struct packed_value *from,
	const struct pool *from_pool) MUST_USE;
/* Frees the block of P, if P has one, and makes P empty. */
void packed_value_release(struct packed_value *p, struct pool *pool);
/* Returns the value of P, or null if P is empty. If P keeps a number in binary, the result has no text. A text is
 * borrowed from P and POOL until either changes. */
struct value packed_value_get(const struct packed_value *p, const struct pool *pool);
/* Returns the number in P, whose kind must be PACKED_DECIMAL, PACKED_REAL or PACKED_WIDE_NUM. */
struct num packed_value_num(const struct packed_value *p, const struct pool *pool);
/* Writes P: its kind, its scale and zeros or its length, its bytes. */
void packed_value_save(const struct packed_value *p, const struct pool *pool, struct save *s);
/* Makes P, which must be empty, the value that was saved. Returns 0, or -1 if memory is exhausted. If the bytes are
 * damaged, makes L fail and returns 0; P is empty or a valid value then. packed_value_load_num() does the same, and
 * also makes L fail if the value is not a number or is too large for a double; P is empty then. */
int packed_value_load(struct packed_value *p, struct pool *pool, struct load *l) MUST_USE;
int packed_value_load_num(struct packed_value *p, struct pool *pool, struct load *l) MUST_USE;
/* Appends P as JSON, or null if P is empty. Returns 0, or -1 if memory or the room in OUT is exhausted. */
int packed_value_write(const struct packed_value *p, const struct pool *pool, struct buf *out) MUST_USE;
#endif
