/* columns.h -- the names of the columns of a row. */
#ifndef AGG_COLUMNS_H
#define AGG_COLUMNS_H
#include "sp-agg/plan.h"

/* Checks the names of all columns, and writes the quoted names to p->names. Returns 0, or -1 with E set: EX_USAGE if
 * there is no column or a name cannot be used, EX_OSERR if memory is exhausted. */
int columns_finish(struct plan *p, struct err *e) MUST_USE;
#endif
