/* store.h -- where events are kept until their windows fire. Each store takes the current event (a->ev) and
 * follows the watermark. All return -1 with E when the run must end. */
#ifndef AGG_STORE_STORE_H
#define AGG_STORE_STORE_H
#include "sp-agg/agg.h"

/* One window for all, or every N events of a key (--count). */
int global_take(struct agg *a, struct err *e) MUST_USE;
int global_end(struct agg *a, struct err *e) MUST_USE;
int global_emit_changed(struct agg *a, struct err *e) MUST_USE;
void global_release(struct agg *a);

/* Windows of their own: tumbling ones, those of --expand, and all when rows are updated. */
int windows_take(struct agg *a, struct err *e) MUST_USE;
/* Fires what a->watermark has passed, forgets what it has passed by the lateness. */
int windows_advance(struct agg *a, struct err *e) MUST_USE;
int windows_emit_changed(struct agg *a, struct err *e) MUST_USE;
void windows_release(struct agg *a);

/* Slices: hopping and cumulating windows. */
int slices_init(struct agg *a, struct err *e) MUST_USE;
int slices_take(struct agg *a, struct err *e) MUST_USE;
int slices_advance(struct agg *a, struct err *e) MUST_USE;
void slices_release(struct agg *a);

int sessions_init(struct agg *a, struct err *e) MUST_USE;
int sessions_take(struct agg *a, struct err *e) MUST_USE;
int sessions_advance(struct agg *a, struct err *e) MUST_USE;
/* Of the keys. */
const struct table *sessions_table(const struct agg *a);
int sessions_emit_changed(struct agg *a, struct err *e) MUST_USE;
void sessions_release(struct agg *a);

/* The event came behind all its windows, which cannot be: what to say. Always -1. */
int out_of_order(const struct agg *a, struct err *e);
#endif
