/* slips.h -- reports mistakes in expressions that show only when events are read. */
#ifndef AGG_SLIPS_H
#define AGG_SLIPS_H
#include "sp-agg/plan.h"

/* Prints each mistake in the keys, arguments and conditions of P. A mistake is a field that no event had, or a
 * comparison of values of two types. Called at the end of the run. */
void slips_report(const struct plan *p);
/* Appends the first mistake that slips_report() would print to the status line OUT. Appends nothing if there is
 * none. */
void slips_add(const struct plan *p, struct buf *out);
#endif
