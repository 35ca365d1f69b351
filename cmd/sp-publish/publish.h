/* publish.h -- a run of sp-publish: events from standard input into a Kafka topic. */
#ifndef PUBLISH_PUBLISH_H
#define PUBLISH_PUBLISH_H
#include "sp-publish/options.h"

/* Publishes all events of standard input and waits until each is acknowledged or has failed. O's maker is used for it.
 * Returns the exit status: 0 if every event is in the topic, EX_DATAERR if some were rejected or refused and not kept
 * by --reject, EX_UNAVAILABLE if some were not acknowledged in time, or that of the error that ended the run. Errors
 * are reported to standard error. */
int publish_run(struct publish_options *o) MUST_USE;
#endif
