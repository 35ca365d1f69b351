/* pool.c -- a pool allocator: segregated free lists over chunks that are cut from front to back.
 *
 * There is a list of free blocks for each size class (Wilson, Johnstone, Neely, Boles, "Dynamic storage allocation: a
 * survey and critical review", 1995).
 *
 * A reference is (number of the chunk + 1) << 21 | offset in the chunk. A block above POOL_BIG is a chunk, which may be
 * longer than 2 MiB: its only reference has offset 0. Blocks have no header: the caller knows their size, which gives
 * the class. A free block holds the reference of the next one of its class. Neighbours are never joined again: states
 * have few sizes, so that a freed block is soon asked for as it is. */
#include "state/pool.h"
#include "base/vec.h"
#include <stdbool.h>
#include <sys/mman.h>

enum { CHUNK_FIRST = 4096, CHUNK_MAX = 1 << POOL_CHUNK_BITS, PAGE = 4096 };

/* ---- memory from the system ---- */

/* Returns N bytes, zeroed, at a multiple of 2 MiB; NULL if the system has none. Huge pages fit there: random access to
 * gigabytes of state then costs one cache miss, without another one for the page table. */
static char *chunk_map(size_t n)
{
	/* mmap() aligns to small pages only: map too much and give both ends back */
	char *p = mmap(NULL, n + CHUNK_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	size_t before = -(uintptr_t)p & (CHUNK_MAX - 1);
	if (before)
		munmap(p, before);
	munmap(p + before + n, CHUNK_MAX - before);
	(void)madvise(p + before, n, MADV_HUGEPAGE); /* a hint: a kernel without huge pages is fine */
	return p + before;
}

/* Chunks of at least CHUNK_MAX are mapped, smaller ones come from malloc(). */
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

/* Returns the number of an unused entry in the list of chunks; -1 if memory is exhausted. */
static int64_t chunk_number(struct pool *p)
{
	if (p->vacant) {
		size_t number = p->vacant - 1;
		p->vacant = p->chunks[number].size;
		return (int64_t)number;
	}
	struct pool_chunk *more = vec_room(p->chunks, &p->chunk_cap, p->chunk_count + 1, sizeof *more);
	if (!more)
		return -1;
	p->chunks = more;
	p->chunks[p->chunk_count] = (struct pool_chunk){ NULL, 0 };
	return (int64_t)p->chunk_count++;
}

/* Gives the number of a chunk back; its memory is gone already. */
static void chunk_vacate(struct pool *p, size_t number)
{
	p->chunks[number] = (struct pool_chunk){ NULL, p->vacant };
	p->vacant = number + 1;
}

/* Allocates a chunk of SIZE bytes. Returns its number; -1 if memory is exhausted. */
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
	p->bytes += size;
	return number;
}

/* Returns the reference of the block at OFFSET of chunk number CHUNK. It is never 0. */
static pool_ref ref_of(size_t chunk, size_t offset)
{
	return ((pool_ref)chunk + 1) << POOL_CHUNK_BITS | offset;
}

/* ---- size classes: multiples of 8 up to 64, then eight steps to each doubling: at most an eighth is wasted ---- */

/* Returns the class of the smallest size that N <= POOL_BIG bytes fit. Above 64, the class is the doubling and the
 * three bits after the first 1 of N - 1. */
static unsigned class_of(size_t n)
{
	if (n <= 64)
		return n ? (unsigned)(n - 1) / 8 : 0;
	unsigned top = 63 - (unsigned)__builtin_clzll(n - 1);
	return (top - 6) * 8 + (unsigned)((n - 1) >> (top - 3));
}

/* Returns the bytes of a block of CLASS: the inverse of class_of(). */
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

/* Makes the block REF the first free one of CLASS. */
static void list_push(struct pool *p, pool_ref ref, unsigned class)
{
	memcpy(pool_at(p, ref), &p->lists[class], sizeof ref);
	p->lists[class] = ref;
}

/* Turns what is left of the current chunk into free blocks, the largest that fit first. */
static void chunk_use_up(struct pool *p)
{
	if (p->chunk_count == 0)
		return;
	size_t left = p->chunks[p->current].size - p->used;
	while (left >= 8) {
		size_t n = left < POOL_BIG ? left : POOL_BIG;
		unsigned class = class_of(n);
		class -= class_size(class) > n; /* class_of() rounds up */
		list_push(p, ref_of(p->current, p->used), class);
		p->used += class_size(class);
		left -= class_size(class);
	}
}

/* Makes a new chunk the current one, twice as large as the last, so that a block of N bytes can be cut from it. */
static int chunk_next(struct pool *p, size_t n)
{
	size_t size = p->used ? p->chunks[p->current].size * 2 : CHUNK_FIRST;
	while (size < n)
		size *= 2;
	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	/* the old chunk is used up only now: if there is no new one, it must stay the current one */
	int64_t number = chunk_new(p, size, false);
	if (number < 0)
		return -1;
	if (p->used)
		chunk_use_up(p);
	p->current = (size_t)number;
	p->used = 0;
	return 0;
}

/* ---- blocks ---- */

void pool_init(struct pool *p)
{
	*p = (struct pool){ 0 };
}

void pool_release(struct pool *p)
{
	for (size_t i = 0; i < p->chunk_count; i++)
		if (p->chunks[i].p)
			chunk_free(p->chunks[i]);
	free(p->chunks);
	pool_init(p);
}

/* Allocates a block of N bytes above POOL_BIG. The limit keeps its sizes far from overflow. */
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
	/* the block that was freed last is the one most likely in the cache */
	unsigned class = class_of(n);
	pool_ref ref = p->lists[class];
	if (ref) {
		memcpy(&p->lists[class], pool_at(p, ref), sizeof ref);
		return ref;
	}
	size_t size = class_size(class);
	if ((p->used == 0 || p->chunks[p->current].size - p->used < size) && chunk_next(p, size) < 0)
		return 0;
	ref = ref_of(p->current, p->used);
	p->used += size;
	return ref;
}

/* A chunk of its own is zeroed by the system, which is cheaper than memset() for pages that are not touched yet. */
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
	/* a block that shares a chunk stays in the pool; one that is a chunk is returned to the system */
	if (n <= POOL_BIG) {
		list_push(p, ref, class_of(n));
		return;
	}
	size_t number = (size_t)(ref >> POOL_CHUNK_BITS) - 1;
	p->bytes -= p->chunks[number].size;
	chunk_free(p->chunks[number]);
	chunk_vacate(p, number);
}

/* Makes REF have NEW_BYTES where it need not be copied: its room is enough, or it is a mapped chunk, whose pages the
 * kernel moves. Returns false if it must be copied. */
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
