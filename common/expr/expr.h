/* expr.h -- jq expressions over events: one interface to a native evaluator and libjq.
 *
 * All expressions of a process are in one set, so that one pass over an event finds the paths of all of them. Paths,
 * literals, arithmetic, comparisons, and/or/not, //, pipes, if and a few functions run natively. Any other expression
 * is left to libjq, which is loaded only when it is needed. For some events libjq also evaluates a native expression,
 * for example when objects are added. It also does so if the expression fails, so that the message is that of jq.
 *
 * The results are those of jq 1.6, except that native numbers are exact while they fit struct num: large integers are
 * not rounded to doubles, 0.1 + 0.2 is 0.3, remainders may exceed 64 bits, and -0 is 0. Sizes are limited
 * (program.h). The run time of an expression in libjq is not limited. man/sp-expr.7 describes expressions for users. */
#ifndef EXPR_EXPR_H
#define EXPR_EXPR_H
#include "expr/value.h"

struct exprs;
/* Returns an empty set; NULL with E set to EX_OSERR if memory is exhausted. */
struct exprs *exprs_new(struct err *e) MUST_USE;
/* Frees X, which may be NULL. */
void exprs_free(struct exprs *x);
/* Compiles TEXT, adds it to X and returns its number: 0, 1, ... A text that was added before keeps its number. Returns
 * -1 with E set: to EX_USAGE if TEXT is not a valid expression, to EX_UNAVAILABLE if libjq is needed and missing, or to
 * EX_OSERR. If libjq found the fault, the message is that of jq. */
int exprs_add(struct exprs *x, const char *text, struct err *e) MUST_USE;
/* Adds the column NAME to X. From then on, the events of X are rows. In expressions that are added later, NAME gives
 * the member NAME of the row, even where `.` is another value. If jq has a function NAME, the column hides it. In
 * expressions about rows, `.` must not stand for the row itself. Arithmetic follows SQL: an operation with null and a
 * division by zero give null. If NAME is a keyword of jq or not an identifier ("a-b"), expressions cannot use the
 * column. Returns 0; -1 with E set to EX_OSERR. */
int exprs_add_column(struct exprs *x, const char *name, struct err *e) MUST_USE;
/* If expression NUMBER is a path that ends at a member, returns the name of this member: "country" for .geo.country or
 * .geo["country"]. Returns NULL for any other expression. The name lives as long as X. */
const char *exprs_name(const struct exprs *x, int number);
/* Returns the text of expression NUMBER. The text lives as long as X. */
const char *exprs_source(const struct exprs *x, int number);
/* Appends a line to OUT for each mistake in expression NUMBER that the events so far show. A mistake is a field that no
 * event had, or a comparison of values of two types. An example is "no event had .url (fields seen: .ts, .path)\n".
 * Appends nothing for an expression that is not native. Returns 0, or -1 if OUT is full. */
int exprs_slips(const struct exprs *x, int number, struct buf *out) MUST_USE;
/* Returns true if expression NUMBER was compiled natively. */
bool exprs_native(const struct exprs *x, int number);

/* Makes EVENT the current event and finds all paths in it. EVENT is borrowed until the next call. Returns 0; -1 with E
 * set to EX_DATAERR if EVENT is not an object, or is so damaged that the paths cannot be found. */
int exprs_event(struct exprs *x, struct span event, struct err *e) MUST_USE;
/* Sets *OUT to the value of expression NUMBER for the current event; to null if the expression gives no value. Returns
 * 0; -1 with E set, which is EX_DATAERR if the expression gives several values or fails. Spans in *OUT live until the
 * next exprs_event(). */
int exprs_eval(struct exprs *x, int number, struct value *out, struct err *e) MUST_USE;

/* If expression NUMBER is a path and nothing else, returns the address where exprs_event() puts the text of its value.
 * Returns NULL for any other expression, and for a path beyond the limits of json/paths.h. The address is valid as long
 * as X, provided that no more expressions are added. If the p of the text is not NULL, the caller can use the text and
 * need not call exprs_eval(). */
const struct span *exprs_text(const struct exprs *x, int number);
#endif
