/* run.h -- one run of sp-sink, from standard input to the target. */
#ifndef SINK_RUN_H
#define SINK_RUN_H
#include "sp-sink/options.h"

/* Stores all events of standard input in the target. Reports failures and rejected lines. Returns the exit status. */
int run_sink(const struct config *c) MUST_USE;
#endif
