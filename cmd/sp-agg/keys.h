/* keys.h -- the grouping key of an event. */
#ifndef AGG_KEYS_H
#define AGG_KEYS_H
#include "sp-agg/event.h"
#include "sp-agg/plan.h"

/* Sets EV->fold.key to the canonical JSON (json_canon()) of each key, joined by newlines, for the event that
 * exprs_event() was given. No canonical JSON contains a newline, so equal keys, and only they, have equal bytes.
 * -1: EX_DATAERR, or EX_OSERR. */
int keys_make(const struct plan *p, struct event *ev, struct err *e) MUST_USE;
#endif
