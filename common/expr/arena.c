/* arena.c -- memory that is freed all at once.
 *
 * arena_get() takes its bytes from the newest block. If that block has too little room, a new block is added. The new
 * block is at least twice as large, except near the limit. A reset frees all blocks but the newest one. After a few
 * resets the newest block is usually so large that one event needs no second block. */
#include "expr/arena.h"
#include <stdalign.h>

/* Every piece is aligned to ALIGN bytes, which is enough for any object. The first block has at least FIRST bytes,
 * unless the limit is lower. */
enum { ALIGN = 16, FIRST = 4096 };

struct arena_block {
	struct arena_block *older;
	size_t used, size;
	alignas(ALIGN) char bytes[];
};

void arena_init(struct arena *a, size_t max)
{
	*a = (struct arena){ .max = max };
}

/* Frees B and all older blocks. */
static void free_from(struct arena_block *b)
{
	while (b) {
		struct arena_block *older = b->older;
		free(b);
		b = older;
	}
}

void arena_release(struct arena *a)
{
	free_from(a->newest);
	arena_init(a, a->max);
}

/* Only the newest block is kept, because it is usually large enough for the next event. */
void arena_reset(struct arena *a)
{
	struct arena_block *b = a->newest;
	if (!b)
		return;
	if (b->older) {
		free_from(b->older);
		b->older = NULL;
		a->total = b->size;
	}
	b->used = 0;
}

/* Adds a block that has room for N bytes. Near the limit it has room for no more than N bytes. Returns the block; NULL
 * if the limit would be exceeded or memory is exhausted. */
static struct arena_block *add_block(struct arena *a, size_t n)
{
	size_t size = a->newest ? a->newest->size * 2 : FIRST;
	if (size < n)
		size = n;
	if (size > a->max - a->total)
		size = n;
	if (size > a->max - a->total)
		return NULL;
	struct arena_block *b = malloc(sizeof *b + size);
	if (!b)
		return NULL;
	*b = (struct arena_block){ .older = a->newest, .size = size };
	a->newest = b;
	a->total += size;
	return b;
}

void *arena_get(struct arena *a, size_t n)
{
	struct arena_block *b = a->newest;
	if (n > a->max)
		return NULL;
	/* The sum cannot overflow: N is at most a->max, which is far below SIZE_MAX. */
	n = (n + ALIGN - 1) / ALIGN * ALIGN;
	if (!b || n > b->size - b->used)
		b = add_block(a, n);
	if (!b)
		return NULL;
	char *p = b->bytes + b->used;
	b->used += n;
	return p;
}

struct span arena_copy(struct arena *a, struct span s)
{
	char *p = arena_get(a, s.n ? s.n : 1);
	if (p && s.n)
		memcpy(p, s.p, s.n);
	return (struct span){ p, s.n };
}
