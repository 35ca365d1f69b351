/* pool.h -- memory for keyed state: blocks addressed by offsets, freed one by one or all at once.
 *
 * Blocks live in chunks that never move, so pointers stay good until the block is freed or grown; what is
 * stored is the offset (pool_ref), so that a snapshot can write the chunks as they are. Chunks grow
 * from 4 KiB to 2 MiB (in huge pages where the system gives them), so that a thousand small pools cost
 * little. Freed blocks go to lists by size class (each at most an eighth larger than asked for) and
 * are used again; a block above POOL_BIG has a chunk of its own that goes back to the system. */
#ifndef STATE_POOL_H
#define STATE_POOL_H
#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

typedef uint64_t pool_ref; /* 0: none; the low three bits are always 0 */

enum { POOL_CHUNK_BITS = 21, POOL_BIG = 1 << 18, POOL_CLASSES = 104 };

struct pool_chunk {
	char *p;     /* NULL: given back; then */
	size_t size; /* is the number of the next such chunk + 1 */
};

struct pool {
	struct pool_chunk *chunks; /* owned */
	size_t chunk_count, chunk_cap;
	size_t vacant;        /* first number to use again + 1 */
	size_t current, used; /* the chunk that blocks are cut from, and how far */
	pool_ref lists[POOL_CLASSES];
	size_t bytes; /* allocated from the system, for --max-state and the status */
};

/* Allocates nothing yet. */
void pool_init(struct pool *p);
/* Frees everything at once; P may be used again as after pool_init(). */
void pool_release(struct pool *p);
/* A block of N bytes, 8-aligned, not zeroed; 0 when memory is out. */
pool_ref pool_alloc(struct pool *p, size_t n) MUST_USE;
/* The same, zeroed. */
pool_ref pool_zalloc(struct pool *p, size_t n) MUST_USE;
/* How many bytes a block has that was asked for with N: all may be used, and N may be any number with
 * the same answer when it is freed. */
size_t pool_room(size_t n);
/* Gives a block of N bytes (the size it was allocated with) back. REF 0: nothing. */
void pool_free(struct pool *p, pool_ref ref, size_t n);
/* A block of NEW bytes with the first min(OLD, NEW) bytes of REF's, which is freed; 0: out of memory,
 * REF as before. REF 0 with OLD 0 is pool_alloc(). */
pool_ref pool_grow(struct pool *p, pool_ref ref, size_t old_bytes, size_t new_bytes) MUST_USE;

static inline void *pool_at(const struct pool *p, pool_ref ref)
{
	return p->chunks[(ref >> POOL_CHUNK_BITS) - 1].p + (ref & ((1u << POOL_CHUNK_BITS) - 1));
}
#endif
