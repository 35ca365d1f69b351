/* window_list.c -- a list of windows in the order in which they fire.
 *
 * The list is a sorted array of blocks, and each block is a sorted array of up to BLOCK entries. So an insertion moves
 * at most BLOCK entries. If a full block is divided, the insertion also moves the pointers to the blocks after it.
 * Nearly always, a new window is the last of the list. A window to remove is always the first. So the average cost of
 * inserting and removing does not depend on the length of the list.
 *
 * Invariant: no block in use is empty. */
#include "sp-agg/store/window_list.h"
#include "base/vec.h"
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 128 };

struct window_block {
	size_t first, end; /* the entries in use are entries[first] to entries[end - 1] */
	struct window_entry entries[BLOCK];
};

void window_list_init(struct window_list *l, struct group_budget *budget)
{
	*l = (struct window_list){ .budget = budget };
}

static struct window_block *block_at(const struct window_list *l, size_t i)
{
	return l->blocks[l->first + i];
}

static struct window_entry *last_of(struct window_block *block)
{
	return &block->entries[block->end - 1];
}

/* ---- searching ---- */

/* Returns the number of the first block whose last window does not fire before B. Returns the number of blocks if there
 * is no such block. */
static size_t find_block(const struct window_list *l, struct bounds b)
{
	size_t low = 0, high = l->count;
	/* Most look-ups are for windows of the last block, so this block is tried first. */
	if (high > 0 && !window_before(b, block_at(l, high - 1)->entries[block_at(l, high - 1)->first].bounds))
		low = high - 1;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (window_before(last_of(block_at(l, middle))->bounds, b))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Returns the index in BLOCK of the first window that does not fire before B. Returns block->end if there is no such
 * window. */
static size_t find_entry(const struct window_block *block, struct bounds b)
{
	size_t low = block->first, high = block->end;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (window_before(block->entries[middle].bounds, b))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct window_place window_list_from(const struct window_list *l, int64_t end)
{
	struct bounds b = { INT64_MIN, end };
	struct window_place place = { find_block(l, b), 0 };
	if (place.block < l->count)
		place.index = find_entry(block_at(l, place.block), b) - block_at(l, place.block)->first;
	return place;
}

struct window_entry *window_list_at(const struct window_list *l, struct window_place place)
{
	if (place.block >= l->count)
		return NULL;
	struct window_block *block = block_at(l, place.block);
	return &block->entries[block->first + place.index];
}

void window_list_next(const struct window_list *l, struct window_place *place)
{
	const struct window_block *block = block_at(l, place->block);
	if (block->first + ++place->index < block->end)
		return;
	place->block++;
	place->index = 0;
}

/* ---- inserting and removing ---- */

/* Inserts an empty block before block number I. Returns the block, or NULL if memory is exhausted. */
static struct window_block *block_insert(struct window_list *l, size_t i)
{
	/* Blocks that were removed left free places at the front of the array. If there are more such places than
	 * blocks, the blocks move there, so that the array does not grow. */
	if (l->first > l->count) {
		memcpy(l->blocks, l->blocks + l->first, l->count * sizeof l->blocks[0]);
		l->first = 0;
	}
	size_t cap = l->cap;
	struct window_block **blocks = vec_room(l->blocks, &cap, l->first + l->count + 1, sizeof *blocks);
	if (!blocks)
		return NULL;
	l->budget->bytes += (cap - l->cap) * sizeof *blocks;
	l->blocks = blocks;
	l->cap = cap;
	struct window_block *block = l->spare ? l->spare : malloc(sizeof *block);
	if (!block)
		return NULL;
	if (!l->spare)
		group_budget_add(l->budget, sizeof *block);
	l->spare = NULL;
	block->first = block->end = 0;
	blocks += l->first + i;
	memmove(blocks + 1, blocks, (l->count - i) * sizeof *blocks);
	*blocks = block;
	l->count++;
	return block;
}

/* Makes room in block number *N for an entry before the index *I. If the block has free places only at its front, moves
 * the entries to the front. If the block is full, moves its second half to a new block. But an entry that would be the
 * last of the list gets a new block for itself, so blocks that are filled in order stay full. Changes *N and *I to the
 * new place of the entry. Returns 0, or -1 if memory is exhausted. */
static int make_room(struct window_list *l, size_t *n, size_t *i)
{
	struct window_block *block = block_at(l, *n);
	size_t count = block->end - block->first;
	if (block->end < BLOCK)
		return 0;
	if (count < BLOCK) {
		memmove(block->entries, block->entries + block->first, count * sizeof block->entries[0]);
		*i -= block->first;
		block->first = 0;
		block->end = count;
		return 0;
	}
	struct window_block *next = block_insert(l, *n + 1);
	if (!next)
		return -1;
	size_t half = *i == BLOCK ? BLOCK : BLOCK / 2;
	memcpy(next->entries, block->entries + half, (BLOCK - half) * sizeof next->entries[0]);
	next->end = BLOCK - half;
	block->end = half;
	if (*i > half || half == BLOCK) {
		*n += 1;
		*i -= half;
	}
	return 0;
}

/* Inserts an entry for B before the index I of block number N, which must exist. Returns the entry, or NULL if memory
 * is exhausted. */
static struct window_entry *entry_insert(struct window_list *l, size_t n, size_t i, struct bounds b)
{
	if (make_room(l, &n, &i) < 0)
		return NULL;
	struct window_block *block = block_at(l, n);
	struct window_entry *entry = &block->entries[i];
	memmove(entry + 1, entry, (block->end - i) * sizeof *entry);
	block->end++;
	*entry = (struct window_entry){ .bounds = b };
	return entry;
}

struct window_entry *window_list_get(struct window_list *l, struct bounds b, struct err *e)
{
	size_t n = find_block(l, b), i = 0;
	if (n < l->count) {
		struct window_block *block = block_at(l, n);
		i = find_entry(block, b);
		if (bounds_eq(block->entries[i].bounds, b))
			return &block->entries[i];
	} else if (n > 0) {
		/* B fires after all windows of the list, so its entry goes to the end of the last block. */
		i = block_at(l, --n)->end;
	}
	struct window_entry *entry = NULL;
	if (l->count > 0 || block_insert(l, 0))
		entry = entry_insert(l, n, i, b);
	if (!entry)
		err_oom(e, "the list of windows");
	return entry;
}

/* Keeps one empty block for later use. Otherwise, if only one window is open at a time, each window would allocate and
 * free a block. */
void window_list_drop_first(struct window_list *l)
{
	struct window_block *block = block_at(l, 0);
	if (++block->first < block->end)
		return;
	if (l->spare) {
		group_budget_subtract(l->budget, sizeof *block);
		free(block);
	} else {
		l->spare = block;
	}
	l->first++;
	l->count--;
}

void window_list_release(struct window_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(block_at(l, i));
	free(l->spare);
	free(l->blocks);
	window_list_init(l, l->budget);
}
