/* arena.h -- memory that is freed all at once.
 *
 * The pieces of memory that arena_get() returns never move, and live until arena_reset(). After a few resets one block
 * holds all that is usually needed, so that nothing is allocated any more. */
#ifndef EXPR_ARENA_H
#define EXPR_ARENA_H
#include "base/span.h"

struct arena_block;
struct arena {
	struct arena_block *newest; /* head of the list of all blocks; owned */
	size_t total;               /* bytes in all blocks */
	size_t max;                 /* limit of total */
};

/* Makes A an empty arena of at most MAX bytes. Allocates nothing. */
void arena_init(struct arena *a, size_t max);
/* Frees all memory of A. A may then be used again, as after arena_init(). */
void arena_release(struct arena *a);
/* Frees all pieces. Keeps the newest block, usually the largest one, for the next pieces. */
void arena_reset(struct arena *a);
/* Returns N bytes, aligned to 16; NULL if the limit would be exceeded or memory is exhausted. */
void *arena_get(struct arena *a, size_t n);
/* Returns a copy of S. The p of the copy is NULL if the limit would be exceeded or memory is exhausted. */
struct span arena_copy(struct arena *a, struct span s);
#endif
