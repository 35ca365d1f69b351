/* pool.h -- memory for keyed state: blocks addressed by references, freed one by one or all at once.
 *
 * A pool takes chunks from the system and cuts blocks from them. A pointer from pool_at() is valid until its block is
 * freed or grown. The reference of a block (pool_ref) stays the same wherever the chunks lie in memory. The first chunk
 * of a pool has 4 KiB. For a million small pools this is too much, so the caller can provide a smaller first chunk.
 * Each further chunk is twice as large, up to 2 MiB, the size of a huge page. A freed block goes to the list of its
 * size class and is used again. A pool of less than POOL_LISTS_FROM bytes has no lists, because they would take more
 * memory than they save. A block above POOL_BIG has a chunk of its own, which is returned to the system when the block
 * is freed. A pool must be used by one thread only. */
#ifndef STATE_POOL_H
#define STATE_POOL_H
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The reference of a block; 0 means no block. The low three bits are always 0, so the caller may use them as a tag. */
typedef uint64_t pool_ref;

enum {
	POOL_CHUNK_BITS = 21,
	POOL_BIG = 1 << 18,     /* in bytes; a larger block has a chunk of its own */
	POOL_LISTS_FROM = 1024, /* in bytes; a smaller pool has no lists of free blocks */
	POOL_CLASSES = 104,
	/* An estimate of the bytes that malloc() itself uses for each block. Code that counts memory adds it to the
	 * size of each block from malloc(). */
	POOL_MALLOC_BYTES = 16,
};

struct pool_chunk {
	char *p; /* NULL: the entry is unused */
	/* The size in bytes. In an unused entry: the number of the next unused entry + 1, or 0 if there is none. */
	size_t size;
};

struct pool {
	/* The array of chunks: NULL before the first chunk, then &first, and from the second chunk on an array that the
	 * pool owns. */
	struct pool_chunk *chunks;
	struct pool_chunk first;
	size_t chunk_count, chunk_cap;
	size_t vacant;  /* number of the first unused entry of chunks + 1; 0: none */
	size_t current; /* the chunk that blocks are cut from */
	/* How many bytes of the current chunk are used, and how many are left. Both are 0 before the first chunk. */
	size_t used, left;
	/* The first free block of each size class. A free block begins with the reference of the next free block of its
	 * class. The array is owned. It is NULL until it is first needed and the pool has POOL_LISTS_FROM bytes. */
	pool_ref *lists;
	bool borrowed; /* the first chunk belongs to the caller */
	size_t bytes;  /* memory of all chunks and arrays; shown by the status line and limited by --max-state */
};

/* Makes P an empty pool. Allocates nothing. P must not be moved while it has blocks. */
void pool_init(struct pool *p);
/* Makes P an empty pool whose first chunk is MEMORY, N bytes that belong to the caller and must outlive the blocks.
 * MEMORY must be 8-aligned and N a multiple of 8. The N bytes count in p->bytes. */
void pool_init_in(struct pool *p, void *memory, size_t n);
/* Frees all blocks at once and makes P an empty pool, which may be used again. The pool then no longer uses memory of
 * the caller. */
void pool_release(struct pool *p);
/* Returns a new block of N bytes, 8-aligned and not initialised, or 0 if memory is exhausted. */
pool_ref pool_alloc(struct pool *p, size_t n) MUST_USE;
/* Returns a new block of N zero bytes, 8-aligned, or 0 if memory is exhausted. */
pool_ref pool_zalloc(struct pool *p, size_t n) MUST_USE;
/* Returns the room of a block that was allocated with N bytes: the number of bytes that the block really has. The
 * caller may use them all. The size passed to pool_free() or pool_grow() may be any size with the same room. Above 64
 * bytes, the room is greater than N by an eighth of N at most. */
size_t pool_room(size_t n);
/* Frees the block REF, which was allocated with N bytes. Does nothing if REF is 0. */
void pool_free(struct pool *p, pool_ref ref, size_t n);
/* Changes the size of the block REF from OLD_BYTES to NEW_BYTES and keeps its contents, up to the smaller of both
 * sizes. Returns REF, or the reference of a new block after freeing REF. Returns 0 if memory is exhausted; REF is then
 * unchanged. If REF and OLD_BYTES are 0, allocates a block. */
pool_ref pool_grow(struct pool *p, pool_ref ref, size_t old_bytes, size_t new_bytes) MUST_USE;

/* Returns the address of the block REF, which must not be 0. */
static inline void *pool_at(const struct pool *p, pool_ref ref)
{
	return p->chunks[(ref >> POOL_CHUNK_BITS) - 1].p + (ref & ((1u << POOL_CHUNK_BITS) - 1));
}
#endif
