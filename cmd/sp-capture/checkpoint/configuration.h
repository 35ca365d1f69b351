/* configuration.h -- what the positions of a snapshot depend on: the options that cut a source into records. */
#ifndef CAPTURE_CHECKPOINT_CONFIGURATION_H
#define CAPTURE_CHECKPOINT_CONFIGURATION_H
#include "sp-capture/options.h"

/* Appends a line "NAME: VALUE" for each of these options to OUT. VALUE is empty if the option was not given. Returns 0,
 * or -1 with E set if memory is exhausted. */
int configuration_text(const struct options *o, struct buf *out, struct err *e) MUST_USE;
#endif
