/* condition.h -- refusing conditions that assign where they should compare. */
#ifndef EXPR_CONDITION_H
#define EXPR_CONDITION_H
#include "base/err.h"
#include "base/span.h"

/* Checks that the value of TEXT, a condition, is not that of an assignment. In jq `.status = 500` assigns: its value is
 * the event with another status, and such a value counts as true for every event. An assignment (`=`, `|=`, `+=` ...)
 * is therefore refused, unless it is inside brackets, or a later pipe takes its result, as in `.a += 1 | .a > 5`.
 * Returns 0; -1 with E set to EX_USAGE and a message that names the operators of comparison. All other faults of TEXT
 * are found when it is compiled. */
int condition_check(struct span text, struct err *e) MUST_USE;
#endif
