/* kafka_options.h -- the options for kafka:// sources, as the command line names them.
 *
 * sp-capture needs them for its --help, for completion and to report a misplaced one; the driver sp-capture-kafka
 * interprets them (sp-capture-kafka/options.h). Single letters are those of kcat: G p o e L J X F. */
#ifndef CAPTURE_SOURCE_KAFKA_OPTIONS_H
#define CAPTURE_SOURCE_KAFKA_OPTIONS_H
#include "base/opt.h"

enum { OPT_SHARD = 512, OPT_ENVELOPE, OPT_REGISTRY, OPT_WAIT };

extern const struct opt kafka_option_table[];
/* Returns true if option ID with VALUE asks for something that needs no source: -X list. */
bool kafka_option_needs_no_source(int id, const char *value);
#endif
