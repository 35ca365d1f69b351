/* arena.h -- memory that is given back all at once.
 *
 * Pieces never move and live until arena_reset(). After a few resets one block holds all that is
 * usually needed, and nothing is allocated any more. */
#ifndef EXPR_ARENA_H
#define EXPR_ARENA_H
#include "base/span.h"

struct arena_block;
struct arena {
	struct arena_block *newest; /* owned; all blocks hang on it */
	size_t total;               /* bytes in all blocks */
	size_t max;                 /* never more than this */
};

/* Allocates nothing yet. */
void arena_init(struct arena *a, size_t max);
void arena_release(struct arena *a);
/* Takes all pieces back. */
void arena_reset(struct arena *a);
/* N bytes, 16-aligned; NULL past the maximum or out of memory. */
void *arena_get(struct arena *a, size_t n);
/* A copy of S; its p is NULL past the maximum or out of memory. */
struct span arena_copy(struct arena *a, struct span s);
#endif
