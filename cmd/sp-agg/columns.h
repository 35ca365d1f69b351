/* columns.h -- the columns of a row: keys and results, and their names. */
#ifndef AGG_COLUMNS_H
#define AGG_COLUMNS_H
#include "sp-agg/plan.h"

/* Checks the names of all columns and fills plan.names. -1: EX_USAGE. */
int columns_finish(struct plan *p, struct err *e) MUST_USE;
#endif
