/* pool.h -- memory for keyed state: blocks addressed by references, freed one by one or all at once.
 *
 * A pool takes chunks from the system and cuts blocks from them. A pointer from pool_at() is valid until its block is
 * freed or grown. States store the reference of a block (pool_ref), which means the same wherever the chunks lie in
 * memory. Chunks grow from 4 KiB to 2 MiB (huge pages where the system has them), so that thousands of small pools cost
 * little. A freed block goes to the list of its size class and is used again. A block above POOL_BIG has a chunk of its
 * own, which is returned to the system when the block is freed. A pool must be used by one thread only. */
#ifndef STATE_POOL_H
#define STATE_POOL_H
#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

typedef uint64_t pool_ref; /* 0: no block; the low three bits are always 0, and the caller may use them as a tag */

enum {
	POOL_CHUNK_BITS = 21,
	POOL_BIG = 1 << 18, /* bytes */
	POOL_CLASSES = 104,
};

struct pool_chunk {
	char *p;     /* NULL: the entry is unused */
	size_t size; /* bytes; in an unused entry: number of the next unused entry + 1, or 0 */
};

struct pool {
	struct pool_chunk *chunks; /* owned */
	size_t chunk_count, chunk_cap;
	size_t vacant;        /* number of the first unused entry of chunks + 1; 0: none */
	size_t current, used; /* the chunk that blocks are cut from, and how many bytes of it are used */
	/* The first free block of each size class. A free block begins with the reference of the next one. */
	pool_ref lists[POOL_CLASSES];
	size_t bytes; /* allocated from the system; --max-state and the status count them */
};

/* Makes P an empty pool. Allocates nothing. */
void pool_init(struct pool *p);
/* Frees all blocks at once and makes P an empty pool, which may be used again. */
void pool_release(struct pool *p);
/* Returns a new block of N bytes, 8-aligned and not initialised, or 0 if memory is exhausted. */
pool_ref pool_alloc(struct pool *p, size_t n) MUST_USE;
/* Returns a new block of N zero bytes, 8-aligned, or 0 if memory is exhausted. */
pool_ref pool_zalloc(struct pool *p, size_t n) MUST_USE;
/* Returns the room of a block that was allocated with N bytes: the bytes that it really has. All may be used, and the
 * block may be freed or grown with any size that has the same room. Above 64 bytes, the room is greater than N by an
 * eighth of N at most. */
size_t pool_room(size_t n);
/* Frees the block REF, which was allocated with N bytes. Does nothing if REF is 0. */
void pool_free(struct pool *p, pool_ref ref, size_t n);
/* Changes the size of the block REF from OLD_BYTES to NEW_BYTES and keeps its contents, up to the smaller of both
 * sizes. Returns the block. If it is a new one, REF has been freed. Returns 0 if memory is exhausted; REF is then
 * unchanged. If REF and OLD_BYTES are 0, allocates a block. */
pool_ref pool_grow(struct pool *p, pool_ref ref, size_t old_bytes, size_t new_bytes) MUST_USE;

/* Returns the address of the block REF, which must not be 0. */
static inline void *pool_at(const struct pool *p, pool_ref ref)
{
	return p->chunks[(ref >> POOL_CHUNK_BITS) - 1].p + (ref & ((1u << POOL_CHUNK_BITS) - 1));
}
#endif
