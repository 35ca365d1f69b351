/* top.h -- the N best rows of a window. */
#ifndef AGG_TOP_H
#define AGG_TOP_H
#include "sp-agg/config.h"
#include "sp-agg/order.h"

/* A group that may be among the N best. */
struct top_candidate {
	/* A number that stands for the group's --per values: 1 for the first values that appear, 2 for the next.
	 * Without --per it is always 1. */
	uint32_t per_group;
	uint32_t place;            /* place of the group in the order of first appearance */
	size_t text_start, text_n; /* the text of the result that ranks it, in top.texts */
};

/* The best candidates of one table, while its groups are read one after the other. */
struct top {
	const struct config *config; /* borrowed */
	const struct plan *plan;     /* borrowed */
	struct order order;
	struct top_candidate *list; /* owned; sorted by rank after top_rank() */
	size_t count, cap, limit;   /* when count reaches limit, the losers are dropped */
	struct buf texts, key;
	struct pool pool;
	struct table per_groups; /* in the pool; maps --per values to per_group */
};

/* Ranks the groups of G. Afterwards t->list has the winners. Returns 0; -1 with E set (EX_OSERR). The caller must call
 * top_release(), even after a failure. */
int top_rank(struct top *t, const struct config *config, const struct plan *plan, const struct groups *g,
	struct err *e) MUST_USE;
void top_release(struct top *t);
#endif
