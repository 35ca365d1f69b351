/* columns.h -- the names of the columns of a row. */
#ifndef AGG_COLUMNS_H
#define AGG_COLUMNS_H
#include "sp-agg/plan.h"

/* Checks the names of all columns, and fills p->names and p->name_end. Returns 0; -1 with E set: EX_USAGE if there is
 * no column or a name cannot be used, or EX_OSERR. */
int columns_finish(struct plan *p, struct err *e) MUST_USE;
#endif
