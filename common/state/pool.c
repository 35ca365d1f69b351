/* pool.c -- a pool allocator: a list of free blocks for each size class, and chunks that are cut from front to back.
 *
 * Such lists are called segregated free lists (Wilson, Johnstone, Neely, Boles, "Dynamic storage allocation: a survey
 * and critical review", 1995).
 *
 * A reference is (number of the chunk + 1) << 21 | offset in the chunk. A block above POOL_BIG is a whole chunk, which
 * may be longer than 2 MiB; its reference has offset 0. Blocks have no header: the caller knows the size of a block,
 * which gives its class. A free block begins with the reference of the next free block of its class. Neighbouring free
 * blocks are never joined. Callers use few sizes, so a freed block is soon used again for the same size. */
#include "state/pool.h"
#include <stdlib.h>
#include <sys/mman.h>

enum { CHUNK_FIRST = 4096, CHUNK_MAX = 1 << POOL_CHUNK_BITS, PAGE = 4096 };

/* ---- memory from the system ---- */

/* Returns N zero bytes at a multiple of 2 MiB, or NULL if memory is exhausted. Huge pages fit at such an address. With
 * them, a random access to gigabytes of state costs one cache miss, and not a second one for the page table. */
static char *chunk_map(size_t n)
{
	/* mmap() aligns to small pages only. So map too much, and unmap both ends. */
	char *p = mmap(NULL, n + CHUNK_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	size_t before = -(uintptr_t)p & (CHUNK_MAX - 1);
	if (before)
		munmap(p, before);
	munmap(p + before + n, CHUNK_MAX - before);
	/* madvise() is only a hint. It fails if the system has no huge pages; small pages are then used. */
	(void)madvise(p + before, n, MADV_HUGEPAGE);
	return p + before;
}

/* Returns true if a chunk of N bytes is mapped by mmap(); smaller ones come from malloc(). */
static bool is_mapped(size_t n)
{
	return n >= CHUNK_MAX;
}

static void chunk_free(struct pool_chunk c)
{
	if (c.p && is_mapped(c.size))
		munmap(c.p, c.size);
	else
		free(c.p);
}

/* Makes room for one more entry in p->chunks. The first entry is in P itself, so a pool of one chunk needs no array.
 * Returns 0, or -1 if memory is exhausted. */
static int chunks_grow(struct pool *p)
{
	size_t cap = p->chunk_cap ? p->chunk_cap * 4 : 1;
	bool inside = p->chunks == &p->first;
	struct pool_chunk *more = &p->first;
	if (p->chunks) {
		more = realloc(inside ? NULL : p->chunks, cap * sizeof *more);
		if (!more)
			return -1;
		if (inside)
			more[0] = p->first;
		p->bytes += (cap - p->chunk_cap) * sizeof *more;
	}
	p->chunks = more;
	p->chunk_cap = cap;
	return 0;
}

/* Returns the number of an unused entry of p->chunks, which is appended if there is none. Returns -1 if memory is
 * exhausted. */
static int64_t chunk_number(struct pool *p)
{
	if (p->vacant) {
		size_t number = p->vacant - 1;
		p->vacant = p->chunks[number].size;
		return (int64_t)number;
	}
	if (p->chunk_count == p->chunk_cap && chunks_grow(p) < 0)
		return -1;
	p->chunks[p->chunk_count] = (struct pool_chunk){ NULL, 0 };
	return (int64_t)p->chunk_count++;
}

/* Makes the entry NUMBER of p->chunks unused. The memory of its chunk must have been freed. */
static void chunk_vacate(struct pool *p, size_t number)
{
	p->chunks[number] = (struct pool_chunk){ NULL, p->vacant };
	p->vacant = number + 1;
}

/* Returns how many bytes a chunk of N bytes takes from the system: more than N if malloc() allocates the chunk. */
static size_t chunk_bytes(size_t n)
{
	return is_mapped(n) ? n : n + POOL_MALLOC_BYTES;
}

/* Allocates a chunk of SIZE bytes, filled with zeros if ZEROED. Returns its number, or -1 if memory is exhausted. */
static int64_t chunk_new(struct pool *p, size_t size, bool zeroed)
{
	int64_t number = chunk_number(p);
	if (number < 0)
		return -1;
	char *memory = is_mapped(size) ? chunk_map(size) : zeroed ? calloc(1, size) : malloc(size);
	if (!memory) {
		chunk_vacate(p, (size_t)number);
		return -1;
	}
	p->chunks[number] = (struct pool_chunk){ memory, size };
	p->bytes += chunk_bytes(size);
	return number;
}

/* Returns the reference of the block at OFFSET of chunk number CHUNK. The reference is never 0. */
static pool_ref ref_of(size_t chunk, size_t offset)
{
	return ((pool_ref)chunk + 1) << POOL_CHUNK_BITS | offset;
}

/* ---- size classes: multiples of 8 up to 64 bytes, then eight classes from each power of two to the next ---- */

/* Returns the first class whose blocks have N bytes or more; N <= POOL_BIG. Above 64 bytes, the class is computed from
 * the position of the first 1 in N - 1 and the three bits after it. For N = 100, N - 1 is 1100011 in binary, the class
 * is 12, and its blocks have 104 bytes. */
static unsigned class_of(size_t n)
{
	if (n <= 64)
		return n ? (unsigned)(n - 1) / 8 : 0;
	unsigned top = 63 - (unsigned)__builtin_clzll(n - 1);
	return (top - 6) * 8 + (unsigned)((n - 1) >> (top - 3));
}

/* Returns the size of the blocks of CLASS. */
static size_t class_size(unsigned class)
{
	if (class < 8)
		return (class + 1) * 8;
	return (size_t)(class % 8 + 9) << (class / 8 - 1 + 3);
}

/* Returns the size of the chunk for a block of N bytes above POOL_BIG: whole pages. */
static size_t big_size(size_t n)
{
	return (n + PAGE - 1) / PAGE * PAGE;
}

size_t pool_room(size_t n)
{
	return n > POOL_BIG ? big_size(n) : class_size(class_of(n));
}

/* Makes the lists of free blocks, if P has none yet and has POOL_LISTS_FROM bytes or more. Returns true if P has lists
 * then. */
static bool has_lists(struct pool *p)
{
	if (!p->lists && p->bytes >= POOL_LISTS_FROM) {
		p->lists = calloc(POOL_CLASSES, sizeof *p->lists);
		if (p->lists)
			p->bytes += POOL_CLASSES * sizeof *p->lists + POOL_MALLOC_BYTES;
	}
	return p->lists != NULL;
}

/* Puts the block REF at the front of the list of free blocks of CLASS. If P has no lists, the block stays unused until
 * the pool is released. */
static void list_push(struct pool *p, pool_ref ref, unsigned class)
{
	if (!has_lists(p))
		return;
	memcpy(pool_at(p, ref), &p->lists[class], sizeof ref);
	p->lists[class] = ref;
}

/* Turns the unused end of the current chunk into free blocks, the largest that fit first. If P has no lists yet, an
 * end of less than WORTH_LISTS bytes stays unused: new lists would save too little. */
static void chunk_use_up(struct pool *p)
{
	enum { WORTH_LISTS = 4096 };
	while (p->left >= 8 && (p->lists || (p->left >= WORTH_LISTS && has_lists(p)))) {
		size_t n = p->left < POOL_BIG ? p->left : POOL_BIG;
		unsigned class = class_of(n);
		/* class_of() rounds up. If the block would not fit, take the class below. */
		class -= class_size(class) > n;
		list_push(p, ref_of(p->current, p->used), class);
		p->used += class_size(class);
		p->left -= class_size(class);
	}
}

/* Makes a new chunk the current one, large enough for a block of N <= POOL_BIG bytes. It has at least twice the
 * size of the chunk before, but not more than CHUNK_MAX. Returns 0, or -1 if memory is exhausted; the current chunk
 * then stays the same. */
static int chunk_next(struct pool *p, size_t n)
{
	size_t last = p->used + p->left, size = last ? last * 2 : CHUNK_FIRST;
	while (size < n)
		size *= 2;
	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	/* If this allocation fails, the old chunk stays the current one, and small blocks are still cut from its end.
	 * So chunk_use_up() must not be called before the allocation has succeeded. */
	int64_t number = chunk_new(p, size, false);
	if (number < 0)
		return -1;
	chunk_use_up(p);
	p->current = (size_t)number;
	p->used = 0;
	p->left = size;
	return 0;
}

/* ---- blocks ---- */

void pool_init(struct pool *p)
{
	*p = (struct pool){ 0 };
}

void pool_init_in(struct pool *p, void *memory, size_t n)
{
	*p = (struct pool){ .first = { memory, n },
		.chunks = &p->first,
		.chunk_count = 1,
		.chunk_cap = 1,
		.left = n,
		.borrowed = true,
		.bytes = n };
}

void pool_release(struct pool *p)
{
	for (size_t i = p->borrowed; i < p->chunk_count; i++)
		if (p->chunks[i].p)
			chunk_free(p->chunks[i]);
	if (p->chunks != &p->first)
		free(p->chunks);
	free(p->lists);
	pool_init(p);
}

/* Allocates a block of N > POOL_BIG bytes, filled with zeros if ZEROED. Returns 0 if memory is exhausted, or if N is so
 * large that sizes computed from N could overflow. */
static pool_ref alloc_big(struct pool *p, size_t n, bool zeroed)
{
	if (n > SIZE_MAX / 4)
		return 0;
	int64_t number = chunk_new(p, big_size(n), zeroed);
	return number < 0 ? 0 : ref_of((size_t)number, 0);
}

pool_ref pool_alloc(struct pool *p, size_t n)
{
	if (n > POOL_BIG)
		return alloc_big(p, n, false);
	/* Take the block that was freed last, because it is most likely still in the cache. */
	unsigned class = class_of(n);
	pool_ref ref = p->lists ? p->lists[class] : 0;
	if (ref) {
		memcpy(&p->lists[class], pool_at(p, ref), sizeof ref);
		return ref;
	}
	size_t size = class_size(class);
	if (p->left < size && chunk_next(p, size) < 0)
		return 0;
	ref = ref_of(p->current, p->used);
	p->used += size;
	p->left -= size;
	return ref;
}

/* A block above POOL_BIG is a whole chunk, which comes from the system filled with zeros. memset() would take longer,
 * because it touches all pages. */
pool_ref pool_zalloc(struct pool *p, size_t n)
{
	if (n > POOL_BIG)
		return alloc_big(p, n, true);
	pool_ref ref = pool_alloc(p, n);
	if (ref)
		memset(pool_at(p, ref), 0, n);
	return ref;
}

void pool_free(struct pool *p, pool_ref ref, size_t n)
{
	if (!ref)
		return;
	/* A block that shares a chunk stays in the pool. A block that is a whole chunk is returned to the system. */
	if (n <= POOL_BIG) {
		list_push(p, ref, class_of(n));
		return;
	}
	size_t number = (size_t)(ref >> POOL_CHUNK_BITS) - 1;
	p->bytes -= chunk_bytes(p->chunks[number].size);
	chunk_free(p->chunks[number]);
	chunk_vacate(p, number);
}

/* Changes the size of the block REF from OLD_BYTES to NEW_BYTES without copying it. If the room stays the same, there
 * is nothing to do. If both sizes are mapped by mmap(), the kernel moves the pages. Returns true if the block has the
 * new size, or false if it must be copied. */
static bool grow_in_place(struct pool *p, pool_ref ref, size_t old_bytes, size_t new_bytes)
{
	if (!ref)
		return false;
	if (pool_room(old_bytes) == pool_room(new_bytes))
		return true;
	size_t size = new_bytes > SIZE_MAX / 4 ? 0 : big_size(new_bytes);
	struct pool_chunk *c = &p->chunks[(ref >> POOL_CHUNK_BITS) - 1];
	if (old_bytes <= POOL_BIG || !is_mapped(c->size) || !is_mapped(size))
		return false;
	char *memory = mremap(c->p, c->size, size, MREMAP_MAYMOVE);
	if (memory == MAP_FAILED)
		return false;
	p->bytes += size - c->size;
	*c = (struct pool_chunk){ memory, size };
	return true;
}

pool_ref pool_grow(struct pool *p, pool_ref ref, size_t old_bytes, size_t new_bytes)
{
	if (grow_in_place(p, ref, old_bytes, new_bytes))
		return ref;
	pool_ref fresh = pool_alloc(p, new_bytes);
	if (!fresh || !ref)
		return fresh;
	memcpy(pool_at(p, fresh), pool_at(p, ref), old_bytes < new_bytes ? old_bytes : new_bytes);
	pool_free(p, ref, old_bytes);
	return fresh;
}
