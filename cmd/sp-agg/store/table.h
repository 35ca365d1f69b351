/* table.h -- the types of stores. A new one is defined in a file of its own and added to the list in table.c. */
#ifndef AGG_STORE_TABLE_H
#define AGG_STORE_TABLE_H
#include "sp-agg/store/store.h"

extern const struct store_type global_store;   /* one row per key at the end, or every N events */
extern const struct store_type windows_store;  /* each window has its own groups */
extern const struct store_type slices_store;   /* hopping and cumulating windows, merged from slices */
extern const struct store_type sessions_store; /* sessions of each key, merged as events come */

/* Returns the type of store for a stream whose events have bounds of KIND; never NULL. */
const struct store_type *store_choose(enum bounds_kind kind, const struct config *c);
#endif
