/* arena.h -- memory that is freed all at once.
 *
 * Pieces never move, and live until arena_reset(). After a few resets one block holds all that is usually needed, and
 * nothing is allocated any more. */
#ifndef EXPR_ARENA_H
#define EXPR_ARENA_H
#include "base/span.h"

struct arena_block;
struct arena {
	struct arena_block *newest; /* owned, and the start of the list of all blocks */
	size_t total;               /* bytes in all blocks */
	size_t max;                 /* the most that total may be */
};

/* Makes A an empty arena of at most MAX bytes. Allocates nothing. */
void arena_init(struct arena *a, size_t max);
/* Frees all memory. A may be used again, as after arena_init(). */
void arena_release(struct arena *a);
/* Frees all pieces; keeps the largest block for the next ones. */
void arena_reset(struct arena *a);
/* Returns N bytes, aligned to 16; NULL past the maximum or when memory is exhausted. */
void *arena_get(struct arena *a, size_t n);
/* Returns a copy of S; its p is NULL past the maximum or when memory is exhausted. */
struct span arena_copy(struct arena *a, struct span s);
#endif
