/* revisions.h -- rows of sp-agg that may come more than once.
 *
 * Under --emit update, --emit DURATION or --lateness, sp-agg writes a row again when it changes. "revision" numbers
 * the versions of a row and "final" marks the last one; "retracted" withdraws the row of a session that was merged into
 * another. A program that adds up such rows would count the same events several times, so it refuses them. The fields
 * come first, or right after the bounds, so they are found without parsing the row. */
#ifndef WINDOW_REVISIONS_H
#define WINDOW_REVISIONS_H
#include "base/err.h"
#include "base/span.h"
#include <stdbool.h>

/* Returns true if REST begins with "revision" or "retracted". REST is a row without its "{" and without its bounds. */
bool revisions_begin(struct span rest);

/* Returns true if REST, an object without its "{", begins with "revision" and then "final". This is the test for rows
 * without bounds. An event that is not a row of sp-agg may begin with "revision", but rarely has "final" next. */
bool revisions_begin_numbered(struct span rest);

/* Sets E to the message that input with revisions is refused (EX_DATAERR). Always returns -1, so that the caller can
 * return the result. */
int revisions_refuse(struct err *e);
#endif
