/* rows.h -- rows. */
#ifndef AGG_ROWS_H
#define AGG_ROWS_H
#include "sp-agg/agg.h"

struct mark {
	uint32_t revision;
	bool final, retracted;
};

/* Writes one row: bounds (B may be NULL: none), revision and final where rows repeat, keys, results. */
int emit_row(struct agg *a, const struct bounds *b, struct mark m, struct span key, const char *record,
	const struct pool *pool, struct err *e) MUST_USE;
/* The row of a record with a head, which counts it. */
int emit_record(struct agg *a, const struct bounds *b, bool final, struct span key, char *record,
	const struct pool *pool, struct err *e) MUST_USE;
/* All rows of P, or its top, in order of first appearance. */
int emit_pane(struct agg *a, struct pane *p, bool final, struct err *e) MUST_USE;
/* Only those that changed since they were last written. */
int emit_changed(struct agg *a, struct pane *p, struct err *e) MUST_USE;

/* Groups of a pane in order of first appearance. */
struct order {
	struct order_item {
		uint64_t first;
		uint32_t index;
	} * items; /* owned; NULL: 0 .. count - 1, as they stand */
	uint32_t count;
};
int order_make(struct agg *a, const struct pane *p, struct order *o, struct err *e) MUST_USE;
static inline uint32_t order_index(const struct order *o, uint32_t i)
{
	return o->items ? o->items[i].index : i;
}

/* ---- top.c ---- */

/* The --top rows of P, in rank order. */
int top_emit(struct agg *a, struct pane *p, bool final, struct err *e) MUST_USE;
#endif
