/* keys.h -- the grouping key of an event. */
#ifndef AGG_KEYS_H
#define AGG_KEYS_H
#include "sp-agg/event.h"
#include "sp-agg/plan.h"

/* Sets ev->fold.key for the event that exprs_event() was given last: the canonical JSON (json_canon()) of each key,
 * joined by newlines. Canonical JSON never contains a newline. So the bytes are equal if, and only if, the keys are
 * equal. Returns 0; -1 with E set (EX_DATAERR or EX_OSERR). */
int keys_make(const struct plan *p, struct event *ev, struct err *e) MUST_USE;
#endif
