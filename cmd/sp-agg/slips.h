/* slips.h -- mistakes in the expressions of sp-agg that only the events show. */
#ifndef AGG_SLIPS_H
#define AGG_SLIPS_H
#include "sp-agg/plan.h"

/* Prints each mistake in the keys, arguments and conditions of P: a field that no event had, and a comparison of values
 * of two types. Called at the end of the run. */
void slips_report(const struct plan *p);
/* Appends the first such mistake to the status line OUT. Appends nothing if there is none. */
void slips_add(const struct plan *p, struct buf *out);
#endif
