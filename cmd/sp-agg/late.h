/* late.h -- late events of sessions: appended to --late FILE as they were before sp-window, or only counted.
 *
 * An event is late if the watermark has passed the end of its session by the lateness. */
#ifndef AGG_LATE_H
#define AGG_LATE_H
#include "sp-agg/event.h"
#include "stream/aside.h"

struct late {
	struct aside *file; /* borrowed; not open without --late */
	uint64_t count;
};

/* Counts the late event EV, and appends its line without the bounds to the file, if the file is open. Returns 0; -1
 * with E set. */
int late_add(struct late *l, const struct event *ev, struct err *e) MUST_USE;
/* Reports how many late events were dropped, if any were. KEPT says that a file has kept them. Called at the end of the
 * run. */
void late_report(const struct late *l, bool kept);
#endif
