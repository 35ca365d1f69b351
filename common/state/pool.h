/* pool.h -- memory for keyed state: blocks addressed by offsets, freed one by one or all at once.
 *
 * Blocks are in chunks that never move, so a pointer from pool_at() is good until its block is freed or grown. What
 * states store is the offset (pool_ref), which means the same wherever the chunks lie in memory. Chunks grow from 4 KiB
 * to 2 MiB (huge pages where the system has them): thousands of small pools cost little. A freed block is put on the
 * list of its size class and is used again; a block above POOL_BIG has a chunk of its own, which is returned to the
 * system. A
 * pool serves one thread. */
#ifndef STATE_POOL_H
#define STATE_POOL_H
#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

typedef uint64_t pool_ref; /* 0: no block; the low three bits are always 0, for the caller to use as a tag */

enum {
	POOL_CHUNK_BITS = 21,
	POOL_BIG = 1 << 18, /* bytes */
	POOL_CLASSES = 104,
};

struct pool_chunk {
	char *p;     /* NULL: given back */
	size_t size; /* bytes; of one given back: the number of the next such chunk + 1, 0 for the last */
};

struct pool {
	struct pool_chunk *chunks; /* owned */
	size_t chunk_count, chunk_cap;
	size_t vacant;                /* number of the first chunk given back + 1; 0: none */
	size_t current, used;         /* the chunk that blocks are cut from, and how many bytes of it are used */
	pool_ref lists[POOL_CLASSES]; /* first free block of each size class; its first word is the next one */
	size_t bytes;                 /* allocated from the system: counts for --max-state and the status */
};

/* Makes P empty, without allocating. */
void pool_init(struct pool *p);
/* Frees all blocks at once. P is empty then and may be used again. */
void pool_release(struct pool *p);
/* Returns a block of N bytes, 8-aligned, not initialised; 0 if memory is exhausted. */
pool_ref pool_alloc(struct pool *p, size_t n) MUST_USE;
/* The same, zeroed. */
pool_ref pool_zalloc(struct pool *p, size_t n) MUST_USE;
/* Returns how many bytes a block of N bytes really has. All may be used, and the block may be freed or grown with any
 * size that has the same room. The rest is about an eighth of N at most. */
size_t pool_room(size_t n);
/* Frees the block REF of N bytes, the size it was allocated with. REF 0: nothing happens. */
void pool_free(struct pool *p, pool_ref ref, size_t n);
/* Makes the block REF of OLD_BYTES have NEW_BYTES, keeping its contents up to the smaller of both. Returns the block,
 * which may have moved (REF is freed then); 0 if memory is exhausted: REF is as before. REF 0 with OLD_BYTES 0
 * allocates. */
pool_ref pool_grow(struct pool *p, pool_ref ref, size_t old_bytes, size_t new_bytes) MUST_USE;

/* Returns the address of the block REF, which is not 0. */
static inline void *pool_at(const struct pool *p, pool_ref ref)
{
	return p->chunks[(ref >> POOL_CHUNK_BITS) - 1].p + (ref & ((1u << POOL_CHUNK_BITS) - 1));
}
#endif
