/* top.h -- the N best rows of a window. */
#ifndef AGG_TOP_H
#define AGG_TOP_H
#include "sp-agg/config.h"
#include "sp-agg/order.h"

/* A group that ranks. */
struct top_candidate {
	uint32_t per_group; /* number of its --per values, by first appearance; 0 or 1 if there is no --per */
	uint32_t place;     /* in the order of the table */
	size_t at, n;       /* the text of its ranking result, in texts */
};

/* The best candidates of one table. */
struct top {
	const struct config *config; /* borrowed */
	const struct plan *plan;     /* borrowed */
	struct order order;
	struct top_candidate *list; /* owned; after top_rank() in rank order */
	size_t count, cap, limit;   /* at LIMIT candidates the losers are dropped */
	struct buf texts, key;
	struct pool pool;
	struct table per_groups; /* in the pool: --per values to number */
};

/* Ranks the groups of G: then T->list has the winners. -1: EX_OSERR. Always top_release() T. */
int top_rank(struct top *t, const struct config *config, const struct plan *plan, const struct groups *g,
	struct err *e) MUST_USE;
void top_release(struct top *t);
#endif
