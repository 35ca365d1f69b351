/* slice_tree.c -- a tree of slices in the order of time, from which windows are merged.
 *
 * The tree is a binary trie: each inner node branches on one bit of the start of a slice, a 64-bit number. The slices
 * are the leaves. An inner node covers an aligned run of 2^(bit + 1) milliseconds and has exactly two children, which
 * differ in that bit. There is no node for a bit that is equal in all slices below. So the trie is at most 64 inner
 * nodes deep, and N slices need N - 1 inner nodes. Example: the starts 4, 5 and 7 have a root for bit 1, whose children
 * are a node for bit 0 (4 and 5) and the leaf 7.
 *
 * When a window fires, the highest nodes that lie entirely in the window are merged. There are at most PARTS_MAX such
 * nodes, however many slices the window has. Each node keeps its merged groups for later windows. So a slice is merged
 * only once into each node above it. A late event is added to its slice and to the merged nodes above the slice.
 *
 * Merging windows from slices is described by Li et al., "No pane, no gain: efficient evaluation of sliding-window
 * aggregates" (2005), and the tree of merged groups by Tangwongsan et al., "General incremental sliding-window
 * aggregation" (2015).
 *
 * A slice is forgotten when all windows that contain it are forgotten. A window that contains a whole node also
 * contains each of its slices. So a node with a forgotten slice is never used for a window again. The node is removed
 * together with the last slice below its left child. */
#include "sp-agg/store/slice_tree.h"

/* A window is merged from at most two nodes of each level of the tree: one near its start and one near its end. */
enum { PARTS_MAX = 2 * SLICE_TREE_DEPTH };

struct slice_node {
	/* The first start in the range of the node, converted by flip(). */
	uint64_t base;
	/* The number of the bit on which the node branches; -1 in a leaf. The range of an inner node ends at base +
	 * 2^(bit + 1) - 1. */
	int bit;
	struct slice_node *child[2]; /* [0] has the starts in which the bit number `bit` is 0, [1] the others; owned */
	/* The groups of the slice or, in an inner node, the merged groups of all slices below; NULL: not merged yet.
	 * Owned. */
	struct groups *groups;
};

/* Returns START as an unsigned number. The order of numbers stays the same, with INT64_MIN becoming 0. */
static uint64_t flip(int64_t start)
{
	return (uint64_t)start ^ (UINT64_C(1) << 63);
}

/* Returns true if N is the leaf of start U, or an inner node whose range contains U. */
static bool holds(const struct slice_node *n, uint64_t u)
{
	return n->bit < 0 ? n->base == u : ((u ^ n->base) >> n->bit) >> 1 == 0;
}

/* Returns the last start in the range of N. */
static uint64_t node_last(const struct slice_node *n)
{
	return n->bit < 0 ? n->base : n->base + ((UINT64_C(2) << n->bit) - 1);
}

static struct slice_node *node_new(const struct slice_tree *t)
{
	struct slice_node *n = calloc(1, sizeof *n);
	if (n)
		group_budget_add(t->budget, sizeof *n);
	return n;
}

/* Frees N and its groups, but not its children. */
static void node_free_alone(const struct slice_tree *t, struct slice_node *n)
{
	groups_free(n->groups);
	group_budget_subtract(t->budget, sizeof *n);
	free(n);
}

/* Frees N, which may be NULL, and all nodes below N. */
static void node_free(const struct slice_tree *t, struct slice_node *n)
{
	if (!n)
		return;
	/* The recursion is at most 65 calls deep, because each node has a lower bit than its parent. */
	if (n->bit >= 0) {
		node_free(t, n->child[0]);
		node_free(t, n->child[1]);
	}
	node_free_alone(t, n);
}

/* Returns a leaf for the groups G, which may be NULL if making them has failed. Takes G, even if it fails: returns NULL
 * with E set then. */
static struct slice_node *leaf_new(const struct slice_tree *t, struct groups *g, struct err *e)
{
	struct slice_node *n = g ? node_new(t) : NULL;
	if (!n) {
		groups_free(g);
		err_oom(e, "a slice");
		return NULL;
	}
	n->groups = g;
	n->base = flip(g->bounds.start);
	n->bit = -1;
	return n;
}

/* Replaces *LINK, whose range does not contain LEAF, by an inner node over both. Returns 0; -1 if memory is
 * exhausted. */
static int put_beside(const struct slice_tree *t, struct slice_node **link, struct slice_node *leaf)
{
	struct slice_node *inner = node_new(t);
	if (!inner)
		return -1;
	inner->bit = 63 - __builtin_clzll((*link)->base ^ leaf->base);
	inner->base = leaf->base >> inner->bit >> 1 << inner->bit << 1;
	int side = (leaf->base >> inner->bit) & 1;
	inner->child[side] = leaf;
	inner->child[!side] = *link;
	*link = inner;
	return 0;
}

/* Puts LEAF at *LINK, where find_link() has ended, and takes it, even if it fails. Returns 0, or -1 with E set. */
static int leaf_put(const struct slice_tree *t, struct slice_node **link, struct slice_node *leaf, struct err *e)
{
	if (!*link) {
		*link = leaf;
	} else if (put_beside(t, link, leaf) < 0) {
		node_free(t, leaf);
		return err_oom(e, "a slice");
	}
	return 0;
}

/* Follows the bits of the start U down from the root. Returns the link to the leaf of U, or the link at which this leaf
 * must be put. If ANCESTORS is not NULL, stores in it the *COUNT merged groups on the way. */
static struct slice_node **find_link(struct slice_tree *t, uint64_t u, struct groups **ancestors, size_t *count)
{
	struct slice_node **link = &t->root;
	while (*link && (*link)->bit >= 0 && holds(*link, u)) {
		if (ancestors && (*link)->groups)
			ancestors[(*count)++] = (*link)->groups;
		link = &(*link)->child[(u >> (*link)->bit) & 1];
	}
	return link;
}

static bool is_leaf_of(const struct slice_node *n, uint64_t u)
{
	return n && n->bit < 0 && n->base == u;
}

/* If the path ends at another leaf, or at a node whose range does not contain the start, a new inner node takes the
 * place of that node. Its children are that node and the new leaf. */
struct groups *slice_tree_get(struct slice_tree *t, struct bounds b, struct groups **ancestors, size_t *count,
	struct err *e)
{
	*count = 0;
	struct slice_node **link = find_link(t, flip(b.start), ancestors, count);
	if (is_leaf_of(*link, flip(b.start)))
		return (*link)->groups;
	struct slice_node *leaf = leaf_new(t, groups_new(t->folds, t->budget, &b, 1, e), e);
	return leaf && leaf_put(t, link, leaf, e) == 0 ? leaf->groups : NULL;
}

int slice_tree_put(struct slice_tree *t, struct groups *g, struct err *e)
{
	uint64_t u = flip(g->bounds.start);
	struct slice_node **link = find_link(t, u, NULL, NULL);
	if (is_leaf_of(*link, u)) {
		groups_free(g);
		return err_set(e, EX_DATAERR, "a slice comes twice");
	}
	struct slice_node *leaf = leaf_new(t, g, e);
	return leaf ? leaf_put(t, link, leaf, e) : -1;
}

struct groups *slice_tree_lower_bound(const struct slice_tree *t, int64_t start)
{
	struct slice_node *n = t->root;
	uint64_t u = flip(start);
	/* RIGHT is the next node to the right of N. If N ends before START, the slice to find is the first leaf below
	 * RIGHT. */
	struct slice_node *right = NULL;
	while (n && n->bit >= 0 && holds(n, u)) {
		int side = (u >> n->bit) & 1;
		if (!side)
			right = n->child[1];
		n = n->child[side];
	}
	if (n && node_last(n) < u)
		n = right;
	while (n && n->bit >= 0)
		n = n->child[0];
	return n ? n->groups : NULL;
}

/* The first slice is the leftmost leaf. When it is removed, its sibling takes the place of their parent. */
void slice_tree_remove_first(struct slice_tree *t)
{
	struct slice_node **link = &t->root, **parent = NULL;
	while ((*link)->bit >= 0) {
		parent = link;
		link = &(*link)->child[0];
	}
	struct slice_node *leaf = *link;
	if (!parent) {
		t->root = NULL;
	} else {
		struct slice_node *inner = *parent;
		*parent = inner->child[1];
		node_free_alone(t, inner);
	}
	node_free(t, leaf);
}

/* ---- merging ---- */

/* Merges the groups of all slices below N into n->groups, unless N has groups already. Returns 0, or -1 with E set. */
static int make_merged(const struct slice_tree *t, struct slice_node *n, struct err *e)
{
	if (n->groups)
		return 0;
	if (make_merged(t, n->child[0], e) < 0 || make_merged(t, n->child[1], e) < 0)
		return -1;
	size_t left = n->child[0]->groups->table.count, right = n->child[1]->groups->table.count;
	n->groups = groups_new(t->folds, t->budget, NULL, left > right ? left : right, e);
	if (!n->groups || groups_merge(n->groups, n->child[0]->groups, e) < 0)
		return -1;
	return groups_merge(n->groups, n->child[1]->groups, e);
}

/* Adds the groups that make up the window B to PARTS: the groups of the highest nodes that lie entirely in B. Returns
 * 0, or -1 with E set. */
static int collect(const struct slice_tree *t, struct slice_node *n, struct bounds b, struct groups **parts,
	size_t *count, struct err *e)
{
	uint64_t from = flip(b.start), to = flip(b.end) - 1;
	if (!n || node_last(n) < from || n->base > to)
		return 0;
	if (n->bit >= 0 && (n->base < from || node_last(n) > to))
		return collect(t, n->child[0], b, parts, count, e) < 0 ? -1 :
									 collect(t, n->child[1], b, parts, count, e);
	if (make_merged(t, n, e) < 0)
		return -1;
	parts[(*count)++] = n->groups;
	return 0;
}

/* Merges the parts in the order of time. So the groups enter the window mostly in the order of their first events. The
 * rows are written in this order, so order_make() seldom needs to sort the groups. */
struct groups *slice_tree_window(struct slice_tree *t, struct bounds b, const struct span *key, struct err *e)
{
	struct groups *parts[PARTS_MAX], *window;
	size_t count = 0, keys = 1;
	uint64_t hash = key ? table_hash(*key) : 0;
	if (collect(t, t->root, b, parts, &count, e) < 0)
		return NULL;
	for (size_t i = 0; !key && i < count; i++)
		keys = parts[i]->table.count > keys ? parts[i]->table.count : keys;
	window = groups_new(t->folds, t->budget, &b, keys, e);
	int r = window ? 0 : -1;
	for (size_t i = 0; r == 0 && i < count; i++)
		r = key ? groups_merge_key(window, parts[i], *key, hash, e) : groups_merge(window, parts[i], e);
	if (r == 0)
		return window;
	groups_free(window);
	return NULL;
}

void slice_tree_release(struct slice_tree *t)
{
	node_free(t, t->root);
	t->root = NULL;
}
