/* distinct.h -- sets of byte strings that are only counted: exact, compact, and fast when they are larger than the
 * cache.
 *
 * A value of up to 15 bytes is two words and is kept in its slot of a hash table, so that looking one up costs one
 * cache miss and not two. Longer values are keys of a struct table. A set is a plain struct without pointers; a set of
 * zeros is empty. All its blocks are in the pool that every call gets. */
#ifndef STATE_DISTINCT_H
#define STATE_DISTINCT_H
#include "base/span.h"
#include "state/pool.h"

struct distinct {
	pool_ref head; /* struct distinct_head; 0: the set is empty */
};

/* A value of at most DISTINCT_SHORT bytes, as 16 bytes from the least significant on: its bytes, zeros, its length + 1.
 * Different values give different words, and never zeros. */
enum { DISTINCT_SHORT = 15 };
struct distinct_short {
	uint64_t low, high;
};
/* Returns VALUE, of at most DISTINCT_SHORT bytes, in that form. */
struct distinct_short distinct_short(struct span value);

/* Adds a value, which is copied. Returns 0; -1 if memory is exhausted: the set is as before. */
int distinct_add(struct distinct *s, struct pool *pool, struct span value) MUST_USE;
int distinct_add_short(struct distinct *s, struct pool *pool, struct distinct_short value) MUST_USE;
/* Adds all values of FROM to INTO, in time proportional to FROM. Returns 0; -1 if memory is exhausted: INTO has some of
 * them. */
int distinct_merge(struct distinct *into, struct pool *pool, const struct distinct *from,
	const struct pool *from_pool) MUST_USE;
/* Returns how many different values S has. Never fails: it may move values that are pending in S, but allocates
 * nothing. */
uint64_t distinct_count(const struct distinct *s, const struct pool *pool);
/* Gives all blocks back to POOL; the set is empty then. */
void distinct_release(struct distinct *s, struct pool *pool);
#endif
