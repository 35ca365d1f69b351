/* order.h -- the groups of a table in order of first appearance. */
#ifndef AGG_ORDER_H
#define AGG_ORDER_H
#include "fold/groups.h"

struct order {
	struct order_item {
		uint64_t first; /* arrival number of the group's first event */
		uint32_t index; /* in the table */
	} * items;              /* owned; NULL: the table's own order is right */
	uint32_t count;
};

/* Fills O with the order of G's groups. -1: EX_OSERR; O is empty then. */
int order_make(struct order *o, const struct groups *g, struct err *e) MUST_USE;
void order_release(struct order *o);
/* The table index of the group in place I; table_at() may return NULL for it (a removed record). */
static inline uint32_t order_index(const struct order *o, uint32_t i)
{
	return o->items ? o->items[i].index : i;
}
#endif
