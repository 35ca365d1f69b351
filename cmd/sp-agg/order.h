/* order.h -- the groups of a table, in the order in which they had their first events. */
#ifndef AGG_ORDER_H
#define AGG_ORDER_H
#include "fold/groups.h"

struct order {
	struct order_item {
		uint64_t first; /* arrival number of the group's first event */
		uint32_t index; /* index of the group in the table */
	} * items;              /* owned; NULL if the records of the table are in this order */
	uint32_t count;
};

/* Fills O with the order of G's groups. Returns 0, or -1 with E set (EX_OSERR), and O is empty. */
int order_make(struct order *o, const struct groups *g, struct err *e) MUST_USE;
void order_release(struct order *o);
/* Returns the table index of the group in place I. If the record of this group was removed, table_at() returns NULL for
 * the index. */
static inline uint32_t order_index(const struct order *o, uint32_t i)
{
	return o->items ? o->items[i].index : i;
}
#endif
