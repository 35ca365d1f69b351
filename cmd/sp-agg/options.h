/* options.h -- the command line of sp-agg. */
#ifndef AGG_OPTIONS_H
#define AGG_OPTIONS_H
#include "program/options.h"
#include "sp-agg/config.h"

/* Reads the command line into C and P. P was initialised and is finished afterwards. Strings in C point into ARGV.
 * Returns what program_parse() returns; PROGRAM_FAILED with EX_USAGE also for options that contradict each other. */
enum program_outcome options_read(struct config *c, struct plan *p, int argc, char **argv, int *status,
	struct err *e) MUST_USE;
#endif
