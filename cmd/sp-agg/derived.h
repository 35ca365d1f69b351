/* derived.h -- derived columns, such as "rate=round(100*errors/n, 2)": expressions over earlier columns of the row. */
#ifndef AGG_DERIVED_H
#define AGG_DERIVED_H
#include "sp-agg/plan.h"

/* Finds out whether the operand TEXT is a derived column. EXPR is the part of TEXT after "NAME=", or all of TEXT if it
 * has no name. Returns 1 for a derived column. Returns 0 for anything else, which the parser of functions accepts or
 * refuses. Returns -1 with E set to EX_USAGE if a derived column has no name, or contains a function of sp-agg, a field
 * of an event or a condition. Returns -1 with E set to EX_OSERR if memory is exhausted. */
int derived_classify(const struct plan *p, const char *text, const char *expr, struct err *e) MUST_USE;

/* Compiles EXPR, and adds it to P as the derived column NAME. Returns 0, or -1 with E set (EX_USAGE or EX_OSERR). */
int derived_add(struct plan *p, struct span name, const char *expr, struct err *e) MUST_USE;

/* Appends the value of column I of P, a derived column, to OUT as JSON. ROW is a JSON object that has all earlier
 * columns. If the expression fails, appends null and counts the failure. The first failure is also reported. A failure
 * is neither counted nor reported if a column that the expression names is null. Returns 0, or -1 with E set
 * (EX_OSERR). */
int derived_eval(struct plan *p, size_t i, struct span row, struct buf *out, struct err *e) MUST_USE;

/* Prints, for each derived column, how often its expression failed after the first failure. derived_eval() has reported
 * the first failure already. Returns EX_DATAERR if any expression failed, otherwise 0. */
int derived_report(const struct plan *p);
#endif
