/* distinct.h -- sets of byte strings that are only counted: exact, compact, and fast even if a set is larger than the
 * cache.
 *
 * A value of up to 15 bytes is kept as two words in its slot of a hash table, so that a look-up costs one cache miss
 * instead of two. Longer values are keys of a struct table. A struct distinct has no pointers; one of all zero bytes is
 * an empty set. All blocks of a set are in the pool that the caller passes to every function. */
#ifndef STATE_DISTINCT_H
#define STATE_DISTINCT_H
#include "base/span.h"
#include "state/pool.h"

struct distinct {
	pool_ref head; /* struct distinct_head; 0: the set is empty */
};

/* The short form of a value of at most DISTINCT_SHORT bytes: 16 bytes, the least significant first, which are the bytes
 * of the value, zeros, and its length + 1. Different values have different short forms, and high is never 0. */
enum { DISTINCT_SHORT = 15 };
struct distinct_short {
	uint64_t low, high;
};
/* Returns the short form of VALUE, which must have at most DISTINCT_SHORT bytes. */
struct distinct_short distinct_short(struct span value);

/* Adds a copy of VALUE to S, or VALUE in its short form. Both return 0, or -1 if memory is exhausted; S then keeps
 * the values that it had. */
int distinct_add(struct distinct *s, struct pool *pool, struct span value) MUST_USE;
int distinct_add_short(struct distinct *s, struct pool *pool, struct distinct_short value) MUST_USE;
/* Adds all values of FROM to INTO, in time proportional to the size of FROM. Returns 0, or -1 if memory is exhausted;
 * INTO then has some of the values. */
int distinct_merge(struct distinct *into, struct pool *pool, const struct distinct *from,
	const struct pool *from_pool) MUST_USE;
/* Returns the number of different values in S. Allocates nothing and never fails, but changes S: values that were
 * added but have no slot yet are moved into their slots. */
uint64_t distinct_count(const struct distinct *s, const struct pool *pool);
/* Frees all blocks of S and makes S empty. */
void distinct_release(struct distinct *s, struct pool *pool);
#endif
