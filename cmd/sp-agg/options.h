/* options.h -- the command line of sp-agg. */
#ifndef AGG_OPTIONS_H
#define AGG_OPTIONS_H
#include "program/options.h"
#include "sp-agg/config.h"

/* Reads the command line into C and P; P was initialised and is finished afterwards. Strings in C point into ARGV.
 * Returns as program_parse() does; a combination of options that has no meaning is EX_USAGE, too. */
enum program_outcome options_read(struct config *c, struct plan *p, int argc, char **argv, int *status,
	struct err *e) MUST_USE;
#endif
