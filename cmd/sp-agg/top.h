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
	uint32_t place; /* place of the group in the order of first appearance */
	/* The result that ranks the group. Its text begins at top.texts.p + text_start and has text_n bytes. */
	size_t text_start, text_n;
};

/* The best candidates found so far, while the groups of one table are read one after the other. */
struct top {
	const struct config *config; /* borrowed */
	struct plan *plan;           /* borrowed */
	struct order order;
	struct top_candidate *list; /* owned; sorted by rank after top_rank() */
	/* The number of candidates, the room of the list, and the count at which all but the best are dropped. */
	size_t count, cap, limit;
	struct buf texts, key;
	struct buf row; /* the row up to the derived column that ranks the groups, if --order names one; scratch */
	struct pool pool;
	struct table per_groups; /* maps --per values to top_candidate.per_group; its memory is in `pool` */
};

/* Ranks the groups of G. Afterwards t->list has the N best groups, or the N best for each value of the --per keys.
 * Returns 0, or -1 with E set (EX_OSERR). The caller must call top_release(), even after a failure. */
int top_rank(struct top *t, const struct config *config, struct plan *plan, const struct groups *g,
	struct err *e) MUST_USE;
void top_release(struct top *t);
#endif
