/* run_status.h -- what a run reports about itself: --status, SIGUSR1, --metrics. */
#ifndef CAPTURE_RUN_STATUS_H
#define CAPTURE_RUN_STATUS_H
#include "sp-capture/run.h"

/* Sets up R->status. The sources must be initialised. */
void run_status_init(struct run *r);
/* Notes that FORMAT (not NULL) is in use from now on. */
void run_status_format(struct run *r, const struct format *format);
#endif
