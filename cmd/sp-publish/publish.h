/* publish.h -- a run of sp-publish: sends events from standard input to a Kafka topic. */
#ifndef PUBLISH_PUBLISH_H
#define PUBLISH_PUBLISH_H
#include "sp-publish/options.h"

/* Publishes all events of standard input, with O->maker, and waits until each is acknowledged or has failed. Reports
 * errors on standard error. Returns the exit status:
 * - 0 if every event is in the topic or, with --reject, in the file of dead letters;
 * - EX_DATAERR if a rejected or refused event is in neither;
 * - EX_UNAVAILABLE if some events were not acknowledged in time;
 * - the status of the error, if an error ended the run. */
int publish_run(struct publish_options *o) MUST_USE;
#endif
