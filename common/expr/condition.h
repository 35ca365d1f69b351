/* condition.h -- slips in conditions that jq accepts. */
#ifndef EXPR_CONDITION_H
#define EXPR_CONDITION_H
#include "base/err.h"
#include "base/span.h"

/* Checks TEXT, a condition. In jq `.status = 500` is an assignment: its value is the event with another status, which is
 * true for every event. So an assignment or update (`=`, `|=`, `+=` ...) whose result is the value of the condition is
 * refused; one whose result goes through a later pipe (`.a += 1 | .a > 5`) is not. Returns 0, or -1 with E set to
 * EX_USAGE and the operator that was probably meant. A text that is no expression at all passes: compiling it says why. */
int condition_check(struct span text, struct err *e) MUST_USE;
#endif
