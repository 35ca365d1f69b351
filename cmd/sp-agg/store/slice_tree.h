/* slice_tree.h -- slices in order of time, and windows merged from them. */
#ifndef AGG_STORE_SLICE_TREE_H
#define AGG_STORE_SLICE_TREE_H
#include "sp-agg/agg.h"

enum { TRIE_DEPTH = 66 };

struct node; /* NULL: an empty trie */

void trie_free(struct agg *a, struct node *n);
/* The groups of slice B, made if there were none. UP (of TRIE_DEPTH) gets the merged groups above it, *UP_COUNT of
 * them: an event of the slice belongs there too. NULL: E. */
struct pane *trie_slice(struct agg *a, struct node **root, struct bounds b, struct pane **up, size_t *up_count,
	struct err *e) MUST_USE;
/* The first slice that starts at START or behind; NULL. */
struct pane *trie_from(struct node *n, int64_t start);
/* Forgets the first slice; there is one. */
void trie_remove_first(struct agg *a, struct node **root);
/* The groups of window B (KEY not NULL: only that one), merged; owned, pane_free() it. NULL: E. */
struct pane *trie_window(struct agg *a, struct node *root, struct bounds b, const struct span *key,
	struct err *e) MUST_USE;
#endif
