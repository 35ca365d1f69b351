/* late.h -- late events of sessions: appended to --late FILE as they were before sp-window, or counted. */
#ifndef AGG_LATE_H
#define AGG_LATE_H
#include "sp-agg/event.h"
#include "stream/writer.h"

struct late {
	struct writer out; /* fd -1: there is no file */
	uint64_t count;
};

/* Opens the file PATH to be appended to; NULL: late events are only counted. -1: it cannot be opened. */
int late_open(struct late *l, const char *path, struct err *e) MUST_USE;
void late_release(struct late *l);
/* Takes the late event EV: writes its line without the bounds. */
int late_add(struct late *l, const struct event *ev, struct err *e) MUST_USE;
int late_flush(struct late *l, struct err *e) MUST_USE;
/* Completes the file; without one reports how many events were left out. */
int late_finish(struct late *l, struct err *e) MUST_USE;
#endif
