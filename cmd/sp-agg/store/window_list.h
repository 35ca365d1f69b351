/* window_list.h -- a list of windows in the order in which they fire. Each window has an item, a pointer that belongs
 * to the caller. */
#ifndef AGG_STORE_WINDOW_LIST_H
#define AGG_STORE_WINDOW_LIST_H
#include "fold/groups.h"

struct window_entry {
	struct bounds bounds;
	void *item; /* owned by the caller; NULL in a new entry */
};

/* A sorted array of neighbouring entries of the list. */
struct window_block;

/* The entries are sorted by end, then start. */
struct window_list {
	struct group_budget *budget;  /* borrowed; counts the memory of the list */
	struct window_block **blocks; /* owned, and each block as well */
	size_t first, count;          /* the blocks in use are blocks[first] to blocks[first + count - 1] */
	size_t cap;
	struct window_block *spare; /* a block that is not in use, or NULL; owned */
};

/* A place in a list: the number of a block, and the number of an entry in this block. A zeroed place is always the
 * first entry. Any other place becomes invalid when an entry is inserted or removed. */
struct window_place {
	size_t block, index;
};

/* Returns true if window X fires before window Y. */
static inline bool window_before(struct bounds x, struct bounds y)
{
	return x.end != y.end ? x.end < y.end : x.start < y.start;
}

/* Makes L an empty list whose memory is counted in BUDGET, which is borrowed. */
void window_list_init(struct window_list *l, struct group_budget *budget);
/* Returns the entry of the window B. If there is none, makes an entry without an item. The pointer is valid until the
 * list changes. Returns NULL with E set (EX_OSERR) if memory is exhausted. */
struct window_entry *window_list_get(struct window_list *l, struct bounds b, struct err *e) MUST_USE;
/* Returns the entry at PLACE, or NULL if PLACE is after the last entry. */
struct window_entry *window_list_at(const struct window_list *l, struct window_place place);
/* Moves PLACE to the next entry, or after the last entry. There must be an entry at PLACE. */
void window_list_next(const struct window_list *l, struct window_place *place);
/* Returns the place of the first window that ends at END or later, or the place after the last entry. */
struct window_place window_list_from(const struct window_list *l, int64_t end);
/* Removes the first entry. The list must not be empty. */
void window_list_drop_first(struct window_list *l);
/* Frees the list, not the items. */
void window_list_release(struct window_list *l);
#endif
