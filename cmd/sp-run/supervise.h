/* supervise.h -- runs the line of a job until it is done or has failed for good. */
#ifndef SP_RUN_SUPERVISE_H
#define SP_RUN_SUPERVISE_H
#include "sp-run/job.h"

/* Runs the line of J, which job_open() has opened, as often as needed. Prints one line for each failure. Returns the
 * exit status. If a second signal has killed the line, ends this process by the same signal. */
int supervise(struct job *j);
#endif
