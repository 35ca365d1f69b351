/* slice_tree.c -- slices and their merges: a binary trie over the starts of slices.
 *
 * The slices are leaves; an inner node stands for an aligned run of time whose length is a power of two. When a
 * window fires, the few nodes that lie in it whole are merged; each keeps its merged groups for the windows to
 * come: Li et al., "No pane, no gain" (2005), with the tree of Tangwongsan et al., "General incremental
 * sliding-window aggregation" (2015). Late events go into the merged nodes above their slice as well.
 *
 * A node that holds a forgotten slice lies whole only in windows that are forgotten too: it is never used
 * again, and goes when its next slice does. */
#include "sp-agg/store/slice_tree.h"
#include "sp-agg/groups.h"

enum { PARTS_MAX = 2 * TRIE_DEPTH };

struct node {
	uint64_t base; /* first start it may hold, with the sign bit flipped so that they order */
	int bit;       /* -1: leaf; else children differ here: base .. base + 2^(bit + 1) - 1 */
	struct node *child[2];
	struct pane *pane; /* leaf: the slice; else the groups of all below, or NULL: not made yet */
};

static uint64_t flip(int64_t start)
{
	return (uint64_t)start ^ (UINT64_C(1) << 63);
}

static bool holds(const struct node *n, uint64_t u)
{
	return n->bit < 0 ? n->base == u : ((u ^ n->base) >> n->bit) >> 1 == 0;
}

static uint64_t node_last(const struct node *n)
{
	return n->bit < 0 ? n->base : n->base + ((UINT64_C(2) << n->bit) - 1);
}

void trie_free(struct agg *a, struct node *n)
{
	if (!n)
		return;
	if (n->bit >= 0) { /* at most 64 deep: each level's bit is lower */
		trie_free(a, n->child[0]);
		trie_free(a, n->child[1]);
	}
	pane_free(a, n->pane);
	free(n);
}

static struct node *leaf_new(struct agg *a, struct bounds b, struct err *e)
{
	struct node *n = calloc(1, sizeof *n);
	if (!n || !(n->pane = pane_new(a, b, e))) {
		free(n);
		out_of_memory(e);
		return NULL;
	}
	n->base = flip(b.start);
	n->bit = -1;
	return n;
}

/* A new inner node over what stands at *AT and LEAF. */
static int put_beside(struct node **at, struct node *leaf)
{
	struct node *inner = calloc(1, sizeof *inner);
	if (!inner)
		return -1;
	inner->bit = 63 - __builtin_clzll((*at)->base ^ leaf->base);
	inner->base = leaf->base >> inner->bit >> 1 << inner->bit << 1;
	int side = (leaf->base >> inner->bit) & 1;
	inner->child[side] = leaf;
	inner->child[!side] = *at;
	*at = inner;
	return 0;
}

struct pane *trie_slice(struct agg *a, struct node **root, struct bounds b, struct pane **up, size_t *up_count,
	struct err *e)
{
	uint64_t u = flip(b.start);
	struct node **at = root;
	*up_count = 0;
	while (*at && (*at)->bit >= 0 && holds(*at, u)) {
		if ((*at)->pane)
			up[(*up_count)++] = (*at)->pane;
		at = &(*at)->child[(u >> (*at)->bit) & 1];
	}
	if (*at && (*at)->bit < 0 && (*at)->base == u)
		return (*at)->pane;
	struct node *leaf = leaf_new(a, b, e);
	if (!leaf)
		return NULL;
	if (!*at) {
		*at = leaf;
	} else if (put_beside(at, leaf) < 0) {
		trie_free(a, leaf);
		out_of_memory(e);
		return NULL;
	}
	return leaf->pane;
}

struct pane *trie_from(struct node *n, int64_t start)
{
	uint64_t u = flip(start);
	struct node *right = NULL; /* what follows, should nothing be found on the way down */
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
	return n ? n->pane : NULL;
}

/* The leaf's sibling takes their parent's place. */
void trie_remove_first(struct agg *a, struct node **root)
{
	struct node **at = root, **parent = NULL;
	while ((*at)->bit >= 0) {
		parent = at;
		at = &(*at)->child[0];
	}
	struct node *leaf = *at;
	if (!parent) {
		*root = NULL;
	} else {
		struct node *inner = *parent;
		*parent = inner->child[1];
		pane_free(a, inner->pane);
		free(inner);
	}
	trie_free(a, leaf);
}

/* ---- merging ---- */

/* The groups of all slices below N. */
static int make_merged(struct agg *a, struct node *n, struct err *e)
{
	if (n->pane)
		return 0;
	if (make_merged(a, n->child[0], e) < 0 || make_merged(a, n->child[1], e) < 0)
		return -1;
	struct pane *p = pane_new(a, (struct bounds){ 0, 0 }, e);
	if (!p)
		return -1;
	n->pane = p;
	return pane_merge(a, p, n->child[0]->pane, e) < 0 ? -1 : pane_merge(a, p, n->child[1]->pane, e);
}

/* The panes that make up window B: nodes that lie in it whole. */
static int collect(struct agg *a, struct node *n, struct bounds b, struct pane **parts, size_t *count, struct err *e)
{
	uint64_t from = flip(b.start), to = flip(b.end) - 1;
	if (!n || node_last(n) < from || n->base > to)
		return 0;
	if (n->bit >= 0 && (n->base < from || node_last(n) > to))
		return collect(a, n->child[0], b, parts, count, e) < 0 ? -1 :
									 collect(a, n->child[1], b, parts, count, e);
	if (make_merged(a, n, e) < 0)
		return -1;
	parts[(*count)++] = n->pane;
	return 0;
}

struct pane *trie_window(struct agg *a, struct node *root, struct bounds b, const struct span *key, struct err *e)
{
	struct pane *parts[PARTS_MAX], *p = pane_new(a, b, e);
	size_t count = 0;
	uint64_t hash = key ? table_hash(*key) : 0;
	int r = p ? collect(a, root, b, parts, &count, e) : -1;
	for (size_t i = 0; r == 0 && i < count; i++)
		r = key ? pane_merge_key(a, p, parts[i], *key, hash, e) : pane_merge(a, p, parts[i], e);
	if (r == 0)
		return p;
	pane_free(a, p);
	return NULL;
}
