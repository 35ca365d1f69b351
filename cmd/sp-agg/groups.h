/* groups.h -- groups of one window or slice: from key bytes to the states of the functions. */
#ifndef AGG_GROUPS_H
#define AGG_GROUPS_H
#include "sp-agg/agg.h"

/* NULL: out of memory. */
struct pane *pane_new(struct agg *a, struct bounds b, struct err *e) MUST_USE;
void pane_free(struct agg *a, struct pane *p);

/* Adds the current event to its group, which is made if need be; returns the record. *KEY, where not NULL, is
 * the group's key (that of --overflow's when the pane is full). NULL: E: memory, or a limit (EX_DATAERR). */
char *pane_take(struct agg *a, struct pane *p, struct span *key, struct err *e) MUST_USE;
/* FROM's group KEY, or all of its groups, become part of INTO's. */
int pane_merge_key(struct agg *a, struct pane *into, const struct pane *from, struct span key, uint64_t hash,
	struct err *e) MUST_USE;
int pane_merge(struct agg *a, struct pane *into, const struct pane *from, struct err *e) MUST_USE;
/* The group KEY, whose states are over, goes. */
void pane_remove(struct agg *a, struct pane *p, struct span key, uint64_t hash, char *record);

/* ---- states alone ---- */

void states_init(const struct agg *a, char *record);
/* Adds the current event. */
int states_add(struct agg *a, char *record, struct pool *pool, struct err *e) MUST_USE;
int states_merge(struct agg *a, char *into, struct pool *pool, const char *from, const struct pool *from_pool,
	struct err *e) MUST_USE;
void states_release(const struct agg *a, char *record, struct pool *pool);
/* Counts what one of the pools grew by, from *COUNTED to BYTES; -1: over --max-state. */
int state_account(struct agg *a, size_t bytes, size_t *counted, struct err *e) MUST_USE;
/* One key more than --max-keys allows: --overflow's key instead, or -1 with E. */
int group_overflow(struct agg *a, struct span *key, uint64_t *hash, struct err *e) MUST_USE;
int out_of_memory(struct err *e);
#endif
