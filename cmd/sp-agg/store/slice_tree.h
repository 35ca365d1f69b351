/* slice_tree.h -- slices in order of time, and windows merged from them. */
#ifndef AGG_STORE_SLICE_TREE_H
#define AGG_STORE_SLICE_TREE_H
#include "fold/groups.h"

/* More than there are nodes on a way from the root to a leaf. */
enum { SLICE_TREE_DEPTH = 66 };

/* The groups of all slices; the tree owns them. Empty with root NULL. */
struct slice_tree {
	const struct fold_plan *folds; /* borrowed */
	struct group_budget *budget;   /* borrowed */
	struct slice_node *root;       /* owned */
};

void slice_tree_release(struct slice_tree *t);
/* Returns the groups of slice B, made if there were none. Fills ANCESTORS (of SLICE_TREE_DEPTH) with the *COUNT groups
 * above it that are merged already: the caller must add an event of the slice to each of them. NULL: E. */
struct groups *slice_tree_get(struct slice_tree *t, struct bounds b, struct groups **ancestors, size_t *count,
	struct err *e) MUST_USE;
/* Returns the first slice that starts at START or later; NULL: there is none. */
struct groups *slice_tree_lower_bound(const struct slice_tree *t, int64_t start);
/* Removes the first slice; there is one. */
void slice_tree_remove_first(struct slice_tree *t);
/* Returns the groups of the window B, merged; with KEY only those of that key. Owned: groups_free() them. NULL: E. */
struct groups *slice_tree_window(struct slice_tree *t, struct bounds b, const struct span *key, struct err *e) MUST_USE;
#endif
