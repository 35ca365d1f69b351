/* values.h -- reads the arguments of the functions for one event. */
#ifndef AGG_VALUES_H
#define AGG_VALUES_H
#include "sp-agg/event.h"
#include "sp-agg/plan.h"

/* Evaluates the conditions and arguments of all functions, for the event that exprs_event() was given last. Fills
 * ev->fold.args and ev->fold.use. Then check() of each function decides whether the function accepts its arguments. A
 * function that takes numbers accepts every number, so its check() is called only for other values. Returns 0, or -1
 * with E set (EX_DATAERR) if the event must be rejected. */
int values_read(const struct plan *p, struct event *ev, struct err *e) MUST_USE;
/* Returns true if the key and the arguments of EV stay valid after the next exprs_event(). An argument stays valid if
 * it is a null, a parsed number, or text in the event's line. The key stays valid if its text is in the line or in
 * ev->key_text. */
bool values_survive(const struct plan *p, const struct event *ev);
#endif
