/* window_list.h -- windows in the order in which they fire, each with an item of the caller's. */
#ifndef AGG_STORE_WINDOW_LIST_H
#define AGG_STORE_WINDOW_LIST_H
#include "base/err.h"
#include "window/windowing.h"

struct window_entry {
	struct bounds bounds;
	void *item; /* owned by the caller; NULL in a new entry */
};

/* Sorted by (end, start). Zeroed it is empty. */
struct window_list {
	struct window_entry *entries; /* owned */
	size_t count, cap;
};

/* The order in which windows fire. */
static inline bool window_before(struct bounds x, struct bounds y)
{
	return x.end != y.end ? x.end < y.end : x.start < y.start;
}

/* Returns the entry of the window B, which is made, with no item, if there is none. The pointer is good until the list
 * changes. NULL: EX_OSERR. */
struct window_entry *window_list_get(struct window_list *l, struct bounds b, struct err *e) MUST_USE;
/* Removes the entries [FROM, TO). */
void window_list_remove(struct window_list *l, size_t from, size_t to);
/* Frees the list, not the items. */
void window_list_release(struct window_list *l);
#endif
