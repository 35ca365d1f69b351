/* table.c -- the types of stores, and which type a stream gets. */
#include "sp-agg/store/table.h"

/* A stream gets the first type that fits. So special types come before general ones, and the last type fits every
 * stream. */
static const struct store_type *const types[] = { &global_store, &sessions_store, &slices_store, &windows_store };

const struct store_type *store_choose(enum bounds_kind kind, const struct config *c)
{
	size_t last = sizeof types / sizeof types[0] - 1, i = 0;
	while (i < last && !types[i]->fits(kind, c))
		i++;
	return types[i];
}
