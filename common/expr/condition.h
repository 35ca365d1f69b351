/* condition.h -- refusing conditions that assign where they should compare. */
#ifndef EXPR_CONDITION_H
#define EXPR_CONDITION_H
#include "base/err.h"
#include "base/span.h"

/* Checks that the value of the condition TEXT does not come from an assignment. In jq, `.status = 500` gives the event
 * with another status, and an event always counts as true. An assignment (`=`, `|=`, `+=` ...) is therefore refused. It
 * is accepted before a pipe that uses its result, as in `.a += 1 | .a > 5`. It is also accepted inside brackets, except
 * inside parentheses around the whole TEXT. Returns 0; -1 with E set to EX_USAGE and a message that names operators of
 * comparison. Other faults of TEXT are not looked for. */
int condition_check(struct span text, struct err *e) MUST_USE;
#endif
