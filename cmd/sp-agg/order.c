/* order.c -- the groups of a table in the order of first appearance.
 *
 * A table keeps records in the order of insertion, which is the order of the events. The groups must be sorted only if
 * the table was merged from others, or its records were removed and made again. The groups are then sorted by the
 * arrival numbers in the headers of their records. So the order of rows does not depend on how time is divided into
 * slices. */
#include "sp-agg/order.h"

static int by_first(const void *x, const void *y)
{
	const struct order_item *a = x, *b = y;
	return (a->first > b->first) - (a->first < b->first);
}

int order_make(struct order *o, const struct groups *g, struct err *e)
{
	uint32_t n = g->table.next, used = 0;
	*o = (struct order){ NULL, n };
	if (!g->plan->header_bytes || !g->merged || n == 0)
		return 0;
	o->items = malloc(n * sizeof o->items[0]);
	if (!o->items) {
		o->count = 0;
		return err_oom(e, "the order of rows");
	}
	/* Slices are merged in the order of time. So the arrival numbers are often sorted already, and qsort() is not
	 * needed. */
	bool sorted = true;
	for (uint32_t i = 0; i < n; i++) {
		const struct group_header *h = table_at(&g->table, i, NULL);
		/* H is NULL if --count has removed the record and no other record has taken its place. */
		if (!h)
			continue;
		sorted = sorted && (used == 0 || o->items[used - 1].first <= h->first);
		o->items[used++] = (struct order_item){ h->first, i };
	}
	o->count = used;
	if (!sorted)
		qsort(o->items, used, sizeof o->items[0], by_first);
	return 0;
}

void order_release(struct order *o)
{
	free(o->items);
	*o = (struct order){ NULL, 0 };
}
