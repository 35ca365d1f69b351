/* distinct.h -- sets of byte strings that are only counted: exact, small, and quick when they do not fit the cache.
 *
 * A value of up to 15 bytes is two words, and stands in its slot: finding one is one miss of the cache, not two as in
 * a table. In a large set the last few values wait while the processor fetches their slots. Longer values are in
 * a table. A set is plain memory; zeroed, it is empty. All blocks are in the pool. */
#ifndef STATE_DISTINCT_H
#define STATE_DISTINCT_H
#include "base/span.h"
#include "state/pool.h"

struct distinct {
	pool_ref head; /* 0: empty */
};

/* A value of at most DISTINCT_SHORT bytes: the bytes, zeros, the length + 1. */
enum { DISTINCT_SHORT = 15 };
struct distinct_short {
	uint64_t low, high;
};
struct distinct_short distinct_short(struct span value);

/* Adds a value. -1: out of memory, the set is as before. */
int distinct_add(struct distinct *s, struct pool *pool, struct span value) MUST_USE;
int distinct_add_short(struct distinct *s, struct pool *pool, struct distinct_short value) MUST_USE;
/* INTO gets all values of FROM. -1: out of memory. */
int distinct_merge(struct distinct *into, struct pool *pool, const struct distinct *from,
	const struct pool *from_pool) MUST_USE;
/* How many different values there are. Allocates nothing. */
uint64_t distinct_count(const struct distinct *s, const struct pool *pool);
/* Gives all blocks back; the set is empty. */
void distinct_release(struct distinct *s, struct pool *pool);
#endif
