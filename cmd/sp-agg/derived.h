/* derived.h -- derived columns: "rate=round(100*errors/n, 2)", an expression over earlier columns of the row. */
#ifndef AGG_DERIVED_H
#define AGG_DERIVED_H
#include "sp-agg/plan.h"

/* Finds out whether the operand TEXT is a derived column or a function. EXPR is the part of TEXT after "NAME=", or TEXT if
 * it has no name. Returns 1 if it is derived, and 0 if it is a function, or is nothing that is known. Returns -1 with E
 * set (EX_USAGE) if TEXT mixes the two: a function inside of an expression, a field of an event outside of a function,
 * a condition, or no name. */
int derived_classify(const struct plan *p, const char *text, const char *expr, struct err *e) MUST_USE;

/* Compiles EXPR, and makes it the derived column NAME of P. Returns 0, or -1 with E set (EX_USAGE or EX_OSERR). */
int derived_add(struct plan *p, struct span name, const char *expr, struct err *e) MUST_USE;

/* Appends the value of derived column I of P to OUT as JSON. ROW is a JSON object that has all earlier columns. If the
 * expression fails, appends null, and counts and reports the failure, unless a column that the expression names is
 * null. Returns 0, or -1 with E set (EX_OSERR). */
int derived_eval(struct plan *p, size_t i, struct span row, struct buf *out, struct err *e) MUST_USE;

/* Reports how many values were null because their expressions failed. Returns EX_DATAERR if there were any, otherwise
 * 0. */
int derived_report(const struct plan *p);
#endif
