/* pool.h -- memory for keyed state: blocks addressed by offsets, freed one by one or all at once.
 *
 * Blocks live in large chunks that never move, so pointers stay good until the block is freed; what is
 * stored is the offset (pool_ref), so that a snapshot can write the chunks as they are. Freed blocks
 * go to lists by size class and are used again. */
#ifndef STATE_POOL_H
#define STATE_POOL_H
#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

typedef uint64_t pool_ref; /* 0: none */

struct pool {
	char **chunks; /* owned */
	size_t chunk_count, chunk_cap;
	size_t used;   /* bytes used in the last chunk */
	pool_ref lists[64];
	size_t bytes;  /* allocated from the system, for --max-state and the status */
};

void pool_init(struct pool *p);
/* Frees everything at once. */
void pool_release(struct pool *p);
/* A block of N bytes, 8-aligned, not zeroed; 0 when memory is out. */
pool_ref pool_alloc(struct pool *p, size_t n) MUST_USE;
/* Gives a block of N bytes (the size it was allocated with) back. */
void pool_free(struct pool *p, pool_ref ref, size_t n);
/* A block of NEW bytes with the first min(OLD, NEW) bytes of REF's, which is freed; 0: out of memory,
 * REF as before. */
pool_ref pool_grow(struct pool *p, pool_ref ref, size_t old_bytes, size_t new_bytes) MUST_USE;
void *pool_at(const struct pool *p, pool_ref ref); /* inline where it is hot */
#endif
