/* revisions.h -- rows of sp-agg that may come more than once.
 *
 * Under --emit update, --emit DURATION or --lateness, sp-agg writes a row again when it changes: "revision" counts
 * the versions, "final" marks the last one, and "retracted" takes a session back that was merged into another. A
 * program that adds such rows up would count the same events several times, so it refuses them. The fields come
 * right after the bounds, where they are found without parsing the row. */
#ifndef WINDOW_REVISIONS_H
#define WINDOW_REVISIONS_H
#include "base/err.h"
#include "base/span.h"
#include <stdbool.h>

/* Returns true if REST, a row from the first field after its bounds on, begins with "revision" or "retracted". */
bool revisions_begin(struct span rest);

/* Returns true if REST, an object from its first field on (after bounds, if it has them), begins with "revision" and
 * "final". For rows without bounds: there a field "revision" alone may be anyone's. */
bool revisions_begin_numbered(struct span rest);

/* Sets E to the message that refuses such input (EX_DATAERR). Always returns -1. */
int revisions_refuse(struct err *e);
#endif
