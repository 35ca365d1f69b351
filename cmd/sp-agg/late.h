/* late.h -- late events of sessions: appended to --late FILE as they were before sp-window, or counted. */
#ifndef AGG_LATE_H
#define AGG_LATE_H
#include "sp-agg/event.h"
#include "stream/aside.h"

struct late {
	struct aside *file; /* borrowed; may be one that is not open */
	uint64_t count;
};

/* Takes the late event EV: appends its line without the bounds to the file, if it is open. */
int late_add(struct late *l, const struct event *ev, struct err *e) MUST_USE;
/* At the end of the run: reports how many events were dropped, if any were and no file has kept them. KEPT: there was a
 * file. */
void late_report(const struct late *l, bool kept);
#endif
