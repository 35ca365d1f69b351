/* results.h -- the parts of a row that come from a group: its keys and its results. */
#ifndef AGG_RESULTS_H
#define AGG_RESULTS_H
#include "fold/groups.h"
#include "sp-agg/plan.h"

/* The functions below return 0, or -1 with E set: EX_DATAERR if the row is too long, or EX_OSERR if memory is
 * exhausted. */

/* Sets E (EX_DATAERR) to a message that a row would be longer than ROW can be. Always returns -1. */
int results_too_long(const struct buf *row, struct err *e);
/* Appends "name":VALUE and a comma to ROW for each key. KEY has the values, with a newline between them. If KEY is
 * GROUP_KEY_OTHER, each value is "__other__". */
int results_add_keys(const struct plan *p, struct span key, struct buf *row, struct err *e) MUST_USE;
/* Appends "name":RESULT and a comma to ROW for each of the first COUNT results. ROW begins with a brace and has the
 * keys already. If LAST is not NULL, also appends the text of the last of these results to LAST. RECORD has the states
 * of the functions. Parts of the states that have no fixed size are in POOL. */
int results_add(struct plan *p, const char *record, const struct pool *pool, size_t count, struct buf *row,
	struct buf *last, struct err *e) MUST_USE;
#endif
