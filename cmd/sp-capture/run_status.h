/* run_status.h -- what a run says about itself: --status, SIGUSR1, --metrics. */
#ifndef CAPTURE_RUN_STATUS_H
#define CAPTURE_RUN_STATUS_H
#include "sp-capture/run.h"

void run_status_init(struct run *r);
/* FORMAT is in use from now on. */
void run_status_format(struct run *r, const struct format *format);
/* What every run says, for a status that says more: struct status' describe and metrics; ARG is the struct run. */
void run_describe(void *arg, struct buf *out);
void run_metrics(void *arg, struct buf *out);
#endif
