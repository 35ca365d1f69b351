/* expr.h -- jq expressions over events: one interface over a native evaluator and libjq.
 *
 * All expressions of a program are in one set, so that one pass over an event finds the paths of all of them. Paths,
 * literals, arithmetic, comparisons, and/or/not, //, pipes, if and a few functions run natively. Everything else of jq
 * is left to libjq, which is loaded only when an expression needs it. libjq also evaluates a native expression for an
 * event in which it meets something that native code does not do: adding arrays or objects, or wording an error.
 *
 * The results are those of jq 1.6, except that native numbers are exact (struct num): integers that jq would round to
 * doubles; 0.1 + 0.2, which is 0.3; remainders beyond 64 bits; and -0 is 0. Sizes are bounded (program.h); the run time
 * of a program of libjq is not. man/sp-expr.7 describes expressions for users. */
#ifndef EXPR_EXPR_H
#define EXPR_EXPR_H
#include "expr/value.h"

struct exprs;
/* Returns an empty set; NULL with EX_OSERR. */
struct exprs *exprs_new(struct err *e) MUST_USE;
/* X may be NULL. */
void exprs_free(struct exprs *x);
/* Compiles TEXT and returns its number: 0, 1, ...; a text that was added before keeps its number. Returns -1 with
 * EX_USAGE, the position and what was expected there (in jq's own words where libjq found it), EX_UNAVAILABLE if libjq
 * is needed and missing, or EX_OSERR. */
int exprs_add(struct exprs *x, const char *text, struct err *e) MUST_USE;
/* Returns the name of the member that a path ends in (".geo.country": "country"; also .["a b"]); NULL for any other
 * expression. Lives as long as X. */
const char *exprs_name(const struct exprs *x, int number);
/* Returns true if expression NUMBER was compiled natively. */
bool exprs_native(const struct exprs *x, int number);

/* Makes EVENT the current one and finds all paths in it. EVENT is borrowed until the next call. Returns 0; -1 with
 * EX_DATAERR if it cannot be read as far as the paths need it. */
int exprs_event(struct exprs *x, struct span event, struct err *e) MUST_USE;
/* Sets *OUT to the value of expression NUMBER for the current event; null if it gives no value. Returns 0; -1 with
 * EX_DATAERR if it gives several values or fails. Spans in *OUT live until the next exprs_event(). */
int exprs_eval(struct exprs *x, int number, struct value *out, struct err *e) MUST_USE;

/* Returns where exprs_event() puts the text of expression NUMBER if that is a path and nothing else; NULL for any
 * other. The address is valid as long as X, once no more expressions are added. A text whose p is not NULL may be used
 * in place of what exprs_eval() would give. */
const struct span *exprs_text(const struct exprs *x, int number);
#endif
