/* distinct.h -- sets of byte strings, for an exact count of the different ones.
 *
 * A value of up to 15 bytes is stored in a slot of a hash table, as two words. So a look-up costs one cache miss; if
 * the slot had a pointer to the value, it would cost two. Longer values are keys of a struct table (table.h). A struct
 * distinct has no pointers. A struct distinct of all zero bytes is an empty set. All blocks of a set are in the pool
 * that the caller passes to every function. */
#ifndef STATE_DISTINCT_H
#define STATE_DISTINCT_H
#include "base/span.h"
#include "state/pool.h"
#include "state/save.h"

struct distinct {
	pool_ref head; /* struct distinct_head; 0: the set is empty */
};

/* The short form of a value of at most DISTINCT_SHORT bytes has 16 bytes: the bytes of the value, then zeros, and in
 * the last byte the length + 1. The first eight bytes are in `low` and the others in `high`, each as a little-endian
 * number. Different values have different short forms, and `high` is never 0. */
enum { DISTINCT_SHORT = 15 };
struct distinct_short {
	uint64_t low, high;
};
/* Returns the short form of VALUE, which must have at most DISTINCT_SHORT bytes. */
struct distinct_short distinct_short(struct span value);

/* distinct_add() adds a copy of VALUE to S. distinct_add_short() adds the value whose short form is VALUE. Both return
 * 0, or -1 if memory is exhausted; S then keeps the values that it had. */
int distinct_add(struct distinct *s, struct pool *pool, struct span value) MUST_USE;
int distinct_add_short(struct distinct *s, struct pool *pool, struct distinct_short value) MUST_USE;
/* Adds all values of FROM to INTO, in time proportional to the size of FROM. Returns 0, or -1 if memory is exhausted;
 * INTO then has some of the values. */
int distinct_merge(struct distinct *into, struct pool *pool, const struct distinct *from,
	const struct pool *from_pool) MUST_USE;
/* Returns the number of different values in S. Allocates nothing and never fails, but changes S: values that were
 * added but have no slot yet are moved into their slots. */
uint64_t distinct_count(const struct distinct *s, const struct pool *pool);
/* Writes the values of S. Changes S as distinct_count() does. */
void distinct_save(const struct distinct *s, const struct pool *pool, struct save *out);
/* Makes S, which must be empty, a set that was saved. Returns 0, or -1 if memory is exhausted. If the bytes are
 * damaged, makes L fail and returns 0. S must be released in all cases. */
int distinct_load(struct distinct *s, struct pool *pool, struct load *l) MUST_USE;
/* Frees all blocks of S and makes S empty. */
void distinct_release(struct distinct *s, struct pool *pool);
#endif
