/* run_status.h -- what a run says about itself: --status, SIGUSR1, --metrics. */
#ifndef CAPTURE_RUN_STATUS_H
#define CAPTURE_RUN_STATUS_H
#include "run.h"

void run_status_init(struct run *r);
/* FORMAT is in use from now on. */
void run_status_format(struct run *r, const struct format *format);
#endif
