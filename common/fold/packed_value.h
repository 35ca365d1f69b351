/* packed_value.h -- one JSON value in 16 bytes of a fold's state.
 *
 * Folds that keep values (min, first, collect, ...) keep many, and most are short: a number, or a string of a few
 * bytes. Those are in the 16 bytes; longer ones have a block in the pool. A packed value of zeros is empty. It owns its
 * block, so it must be copied by packed_value_copy() and released with the pool it was set with. */
#ifndef FOLD_PACKED_VALUE_H
#define FOLD_PACKED_VALUE_H
#include "expr/expr.h"
#include "state/pool.h"

enum packed_kind {
	PACKED_EMPTY,
	PACKED_DECIMAL,    /* u.coef x 10^-scale */
	PACKED_REAL,       /* u.real */
	PACKED_WIDE_NUM,   /* u.ref is a struct num: a decimal of more than 64 bits */
	PACKED_SHORT_TEXT, /* JSON text of up to PACKED_SHORT_MAX bytes, from member bytes on */
	PACKED_TEXT,       /* u.ref is JSON text of length bytes */
};
enum { PACKED_SHORT_MAX = 14 };

struct packed_value {
	uint8_t kind;  /* enum packed_kind */
	uint8_t scale; /* of a decimal; or the length of a short text */
	char bytes[2]; /* where a short text begins; it runs over the members below */
	uint32_t length;
	union {
		int64_t coef;
		double real;
		pool_ref ref;
	} u;
};

/* Makes P the value V, with its digits and spelling kept as they are, and releases what P held. Returns 0; -1 if memory
 * is exhausted: P is as before. */
int packed_value_set(struct packed_value *p, struct pool *pool, const struct value *v) MUST_USE;
/* The same for a number. */
int packed_value_set_num(struct packed_value *p, struct pool *pool, struct num v) MUST_USE;
/* The same for the value of FROM, which is in FROM_POOL. */
int packed_value_copy(struct packed_value *to, struct pool *pool, const struct packed_value *from,
	const struct pool *from_pool) MUST_USE;
/* Gives P's block back, if it has one; P is empty then. */
void packed_value_release(struct packed_value *p, struct pool *pool);
/* Returns the value of P; null if P is empty. Its text is borrowed from P and POOL, until either changes. */
struct value packed_value_get(const struct packed_value *p, const struct pool *pool);
/* Returns the number of P, which must be one of the kinds of number. */
struct num packed_value_num(const struct packed_value *p, const struct pool *pool);
/* Appends P as JSON; null if it is empty. Returns 0; -1 if memory or the room in OUT is exhausted. */
int packed_value_write(const struct packed_value *p, const struct pool *pool, struct buf *out) MUST_USE;
#endif
