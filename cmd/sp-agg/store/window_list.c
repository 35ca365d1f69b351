/* window_list.c -- a list of windows in the order in which they fire.
 *
 * The list is a sorted array. Few windows are open at a time, a new window is nearly always the last, and windows that
 * fire are at the front. So an insertion or removal moves few entries. */
#include "sp-agg/store/window_list.h"
#include "base/vec.h"
#include <stdlib.h>
#include <string.h>

/* Returns the index of B, or the index at which B must be inserted. */
static size_t find(const struct window_list *l, struct bounds b)
{
	size_t low = 0, high = l->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (window_before(l->entries[middle].bounds, b))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct window_entry *window_list_get(struct window_list *l, struct bounds b, struct err *e)
{
	/* The index stays valid below, because vec_room() does not change the order of the entries. */
	size_t index = find(l, b);
	if (index < l->count && bounds_eq(l->entries[index].bounds, b))
		return &l->entries[index];
	struct window_entry *entries = vec_room(l->entries, &l->cap, l->count + 1, sizeof *entries);
	if (!entries) {
		err_oom(e, "the list of windows");
		return NULL;
	}
	l->entries = entries;
	memmove(entries + index + 1, entries + index, (l->count - index) * sizeof *entries);
	entries[index] = (struct window_entry){ .bounds = b };
	l->count++;
	return &entries[index];
}

/* The caller must free the items of removed entries. */
void window_list_remove(struct window_list *l, size_t from, size_t to)
{
	memmove(l->entries + from, l->entries + to, (l->count - to) * sizeof l->entries[0]);
	l->count -= to - from;
}

void window_list_release(struct window_list *l)
{
	free(l->entries);
	*l = (struct window_list){ 0 };
}
