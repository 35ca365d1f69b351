/* late.h -- counts the late events of sessions, and appends them to the file of --late.
 *
 * An event is late if the watermark has passed the end of its session and also the lateness (sp-window --lateness). */
#ifndef AGG_LATE_H
#define AGG_LATE_H
#include "sp-agg/event.h"
#include "stream/aside.h"

struct late {
	struct aside *file; /* borrowed; not open without --late */
	uint64_t count;
	int64_t newest_ms; /* the time of the event that had moved the watermark furthest when a late event came */
};

/* Counts the late event EV, and appends its line without the bounds to the file, if the file is open. NEWEST_MS is the
 * greatest event time so far. Returns 0, or -1 with E set. */
int late_add(struct late *l, const struct event *ev, int64_t newest_ms, struct err *e) MUST_USE;
/* Prints how many late events were dropped. Prints nothing if there were none, or if KEPT says that a file has the late
 * events. If the newest event is ahead of the clock, prints this in both cases. Called at the end of the run. */
void late_report(const struct late *l, bool kept);
#endif
