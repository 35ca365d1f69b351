/* arena.c -- memory that is freed all at once.
 *
 * Pieces are cut from the newest of a list of blocks, each twice as large as the one before. A reset keeps the newest
 * block only, so that after a few events one block holds whatever an event needs. */
#include "expr/arena.h"
#include <stdalign.h>

/* ALIGN: of every piece, enough for any object. FIRST: bytes of the first block. */
enum { ALIGN = 16, FIRST = 4096 };

/* A block; its bytes are aligned like memory of malloc(3). */
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

/* Only the newest block can hold what an event needs in one piece, so the older ones are of no further use. */
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

/* Adds a block of N bytes at least; near the maximum, of just as many. Returns NULL past the maximum, or when memory is
 * exhausted. */
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
	n = (n + ALIGN - 1) / ALIGN * ALIGN; /* cannot overflow: N is at most the maximum */
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
