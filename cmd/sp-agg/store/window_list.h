/* window_list.h -- a list of windows in the order in which they fire. Each window has an item, a pointer that belongs
 * to the caller. */
#ifndef AGG_STORE_WINDOW_LIST_H
#define AGG_STORE_WINDOW_LIST_H
#include "base/err.h"
#include "window/windowing.h"

struct window_entry {
	struct bounds bounds;
	void *item; /* owned by the caller; NULL in a new entry */
};

/* The entries are sorted by end, then start. A zeroed list is empty. */
struct window_list {
	struct window_entry *entries; /* owned */
	size_t count, cap;
};

/* Returns true if window X fires before window Y. */
static inline bool window_before(struct bounds x, struct bounds y)
{
	return x.end != y.end ? x.end < y.end : x.start < y.start;
}

/* Returns the entry of the window B. If there is none, makes an entry without an item. The pointer is valid until the
 * list changes. Returns NULL with E set (EX_OSERR) if memory is exhausted. */
struct window_entry *window_list_get(struct window_list *l, struct bounds b, struct err *e) MUST_USE;
/* Removes the entries FROM to TO - 1 from the list. */
void window_list_remove(struct window_list *l, size_t from, size_t to);
/* Frees the list, not the items. */
void window_list_release(struct window_list *l);
#endif
