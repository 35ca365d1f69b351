/* slice_tree.h -- the slices in the order of time, and windows merged from them. */
#ifndef AGG_STORE_SLICE_TREE_H
#define AGG_STORE_SLICE_TREE_H
#include "fold/groups.h"

/* More than the number of nodes from the root to a leaf. */
enum { SLICE_TREE_DEPTH = 66 };

/* The groups of all slices, which the tree owns. A tree with root NULL is empty. */
struct slice_tree {
	const struct fold_plan *folds; /* borrowed */
	struct group_budget *budget;   /* borrowed */
	struct slice_node *root;       /* owned */
};

void slice_tree_release(struct slice_tree *t);
/* Returns the groups of the slice B, which are made if there are none. Sets ANCESTORS (room for SLICE_TREE_DEPTH) to
 * the *COUNT merged groups above the slice. The caller must add an event of the slice to each of these as well. Returns
 * NULL with E set if it fails. */
struct groups *slice_tree_get(struct slice_tree *t, struct bounds b, struct groups **ancestors, size_t *count,
	struct err *e) MUST_USE;
/* Returns the groups of the first slice that starts at START or later; NULL if there is none. */
struct groups *slice_tree_lower_bound(const struct slice_tree *t, int64_t start);
/* Removes the first slice. The tree must not be empty. */
void slice_tree_remove_first(struct slice_tree *t);
/* Returns the merged groups of the window B; if KEY is not NULL, only the group of that key. The caller must free them
 * with groups_free(). Returns NULL with E set if it fails. */
struct groups *slice_tree_window(struct slice_tree *t, struct bounds b, const struct span *key, struct err *e) MUST_USE;
#endif
