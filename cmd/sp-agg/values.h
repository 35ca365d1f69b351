/* values.h -- the key and the arguments of an event. */
#ifndef AGG_VALUES_H
#define AGG_VALUES_H
#include "sp-agg/event.h"
#include "sp-agg/plan.h"

/* Evaluates the arguments of all functions for the event that exprs_event() was given, and asks each function whether
 * it takes them. Fills EV->fold.args and EV->fold.use. -1: EX_DATAERR, the event is to be rejected. */
int values_read(const struct plan *p, struct event *ev, struct err *e) MUST_USE;
/* Returns true if the event's key and values point into its line, and so survive the next exprs_event(). */
bool values_survive(const struct plan *p, const struct event *ev);
#endif
