/* late.h -- late events of sessions: into --late as they were before sp-window, or counted. */
#ifndef AGG_LATE_H
#define AGG_LATE_H
#include "sp-agg/agg.h"

int late_open(struct agg *a, struct err *e) MUST_USE;
/* The current event is late. */
int late_add(struct agg *a, struct err *e) MUST_USE;
/* Completes the file; tells how many were lost where there is none. */
int late_finish(struct agg *a, struct err *e) MUST_USE;
#endif
