/* options.h -- the command line of sp-agg. */
#ifndef AGG_OPTIONS_H
#define AGG_OPTIONS_H
#include "sp-agg/config.h"

/* Reads the command line into C and P; P was initialised. Returns 0 to run; 1 after help or version was printed, with
 * the exit status in *STATUS; -1 with EX_USAGE. Strings in C point into ARGV. */
int options_read(struct config *c, struct plan *p, int argc, char **argv, int *status, struct err *e) MUST_USE;
#endif
