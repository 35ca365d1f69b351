/* keys.h -- the grouping key of an event. */
#ifndef AGG_KEYS_H
#define AGG_KEYS_H
#include "sp-agg/event.h"
#include "sp-agg/plan.h"

/* Sets ev->fold.key, the grouping key of the event that exprs_event() was given last. The grouping key is the canonical
 * JSON (json_canon()) of each key, joined by newlines. Canonical JSON contains no newline. So two grouping keys have
 * the same bytes if, and only if, all their keys are equal. Returns 0, or -1 with E set (EX_DATAERR or EX_OSERR). */
int keys_make(const struct plan *p, struct event *ev, struct err *e) MUST_USE;
#endif
