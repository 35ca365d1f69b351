/* kafka_options.h -- the options for kafka:// sources, as they are named on the command line.
 *
 * sp-capture needs the table for --help, for completion, and to report an option that is given without a kafka://
 * source. The driver sp-capture-kafka interprets the options (sp-capture-kafka/options.h). The single letters G p o e L
 * J X F are the ones that kcat uses. */
#ifndef CAPTURE_SOURCE_KAFKA_OPTIONS_H
#define CAPTURE_SOURCE_KAFKA_OPTIONS_H
#include "base/opt.h"

enum { OPT_SHARD = 512, OPT_ENVELOPE, OPT_REGISTRY, OPT_WAIT };

extern const struct opt kafka_option_table[];
/* Returns true if option ID with VALUE asks for something that needs no source: -X list. */
bool kafka_option_needs_no_source(int id, const char *value);
#endif
