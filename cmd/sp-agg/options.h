/* options.h -- the command line of sp-agg. */
#ifndef AGG_OPTIONS_H
#define AGG_OPTIONS_H
#include "program/options.h"
#include "sp-agg/config.h"

/* Reads the command line into C and P. P must be an empty plan. Strings in C point into ARGV. Returns PROGRAM_RUN if
 * the run can begin; plan_finish() was then called for P. Returns PROGRAM_FAILED with E set if an option is wrong, if
 * options contradict each other, or if memory is exhausted. Returns PROGRAM_DONE, with the exit status in *STATUS, if
 * the text of --help or --version was printed. */
enum program_outcome options_read(struct config *c, struct plan *p, int argc, char **argv, int *status,
	struct err *e) MUST_USE;
#endif
