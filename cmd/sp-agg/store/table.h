/* table.h -- the types of stores. A new type is defined in a file of its own and added to the list in table.c. */
#ifndef AGG_STORE_TABLE_H
#define AGG_STORE_TABLE_H
#include "sp-agg/store/store.h"

extern const struct store_type global_store;   /* one row for each key at the end, or for every N events */
extern const struct store_type windows_store;  /* windows that each have groups of their own */
extern const struct store_type slices_store;   /* hopping and cumulating windows, merged from slices */
extern const struct store_type sessions_store; /* sessions of each key, merged as events come */

/* Returns the type of store for a stream whose events have bounds of KIND; never NULL. */
const struct store_type *store_choose(enum bounds_kind kind, const struct config *c);
#endif
