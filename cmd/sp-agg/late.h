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
	int64_t newest_ms; /* the greatest event time when the last late event came */
};

/* Counts the late event EV, and appends its line without the bounds to the file, if the file is open. Keeps NEWEST_MS,
 * the greatest event time so far, for late_report(). Returns 0, or -1 with E set. */
int late_add(struct late *l, const struct event *ev, int64_t newest_ms, struct err *e) MUST_USE;
/* Prints how many events were late, if any were. Called at the end of the run. If KEPT is false, the message is always
 * printed. If KEPT is true, a file has the late events, and the message is printed only if the greatest event time is
 * ahead of the clock: an event with a wrong time has then made others late. */
void late_report(const struct late *l, bool kept);
#endif
