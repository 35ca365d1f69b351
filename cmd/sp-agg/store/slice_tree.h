/* slice_tree.h -- a tree of slices in the order of time, from which windows are merged.
 *
 * A slice is a part of the time line that no start or end of a window divides. */
#ifndef AGG_STORE_SLICE_TREE_H
#define AGG_STORE_SLICE_TREE_H
#include "fold/groups.h"

/* Every path from the root to a leaf has fewer nodes than this. */
enum { SLICE_TREE_DEPTH = 66 };

/* The tree owns the groups of all slices. A tree with root NULL is empty. */
struct slice_tree {
	const struct fold_plan *folds; /* borrowed */
	struct group_budget *budget;   /* borrowed */
	struct slice_node *root;       /* owned */
};

void slice_tree_release(struct slice_tree *t);
/* Returns the groups of the slice B. Makes empty groups if there are none. Stores in ANCESTORS, which has room for
 * SLICE_TREE_DEPTH pointers, the *COUNT merged groups that include the slice. The caller must add each event of the
 * slice to the merged groups as well. Returns NULL with E set on failure. */
struct groups *slice_tree_get(struct slice_tree *t, struct bounds b, struct groups **ancestors, size_t *count,
	struct err *e) MUST_USE;
/* Adds the groups G of a slice that T does not have, and takes them, even if it fails. T must not have merged groups
 * that include the slice. Returns 0, or -1 with E set. */
int slice_tree_put(struct slice_tree *t, struct groups *g, struct err *e) MUST_USE;
/* Returns the groups of the first slice that starts at START or later; NULL if there is none. */
struct groups *slice_tree_lower_bound(const struct slice_tree *t, int64_t start);
/* Removes the first slice. The tree must not be empty. */
void slice_tree_remove_first(struct slice_tree *t);
/* Merges the slices of the window B and returns the groups. If KEY is not NULL, merges only the group of that key. The
 * caller must free the result with groups_free(). Returns NULL with E set if it fails. */
struct groups *slice_tree_window(struct slice_tree *t, struct bounds b, const struct span *key, struct err *e) MUST_USE;
#endif
