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

/* Returns true if REST, a row without its bounds and without the brace, begins with "revision" or "retracted". */
bool revisions_begin(struct span rest);

/* Returns true if REST, an object without bounds and brace, begins with "revision" and "final". This is the test for
 * rows without bounds: an event of another origin may begin with "revision", but is unlikely to have "final" next. */
bool revisions_begin_numbered(struct span rest);

/* Refuses input whose rows have revisions: sets E to the message (EX_DATAERR). Always returns -1, so that the caller can
 * return the result. */
int revisions_refuse(struct err *e);
#endif
