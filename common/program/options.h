/* options.h -- a program's command line: the loop over its options, -h, -V, and messages that name the option.
 *
 * The program gives its table (base/opt.h) and two functions that store what is found. */
#ifndef PROGRAM_OPTIONS_H
#define PROGRAM_OPTIONS_H
#include "base/opt.h"

struct program_options {
	const struct opt_program *program;
	/* Stores option ID with its VALUE, which is borrowed from argv and NULL for an option without one. -1: E
	 * says what is wrong with it. Required. */
	int (*option)(void *arg, int id, const char *value, struct err *e);
	/* Stores the operands, borrowed from argv, after the last option; COUNT may be 0. -1: E. NULL: the program
	 * takes none, and any is an error. */
	int (*operands)(void *arg, char **operands, int count, struct err *e);
	/* Appends what --help ends with, where it is not a constant (opt_program.details is). May be NULL. */
	int (*details)(void *arg, struct buf *out);
};

enum program_outcome {
	PROGRAM_FAILED = -1,
	PROGRAM_RUN,  /* the command line is read: run */
	PROGRAM_DONE, /* --help or --version was all: exit */
};

/* Reads the command line; ARG is passed to the functions. --help and --version are printed to standard output.
 * - PROGRAM_RUN: all options and operands are stored.
 * - PROGRAM_DONE: *STATUS is the exit status, EX_IOERR if standard output cannot be written.
 * - PROGRAM_FAILED: E is set. A message of option() that does not begin with an option gets "--NAME: " in front.
 *   ARGV is reordered: operands come last. */
enum program_outcome program_parse(const struct program_options *o, void *arg, int argc, char **argv, int *status,
	struct err *e) MUST_USE;
#endif
