/* options.h -- a program's command line: the loop over its options, -h, -V, and messages that name the wrong option.
 *
 * The program has a table of its options (base/opt.h) and two functions that store options and operands. */
#ifndef PROGRAM_OPTIONS_H
#define PROGRAM_OPTIONS_H
#include "base/opt.h"

struct program_options {
	const struct opt_program *program;
	/* Stores option ID with its VALUE, which is borrowed from argv; NULL if the option takes no value. Returns 0,
	 * or -1 with E set if the value is wrong. Required. */
	int (*option)(void *arg, int id, const char *value, struct err *e);
	/* Stores the COUNT operands, which are borrowed from argv. Called once, after the last option, even if COUNT is
	 * 0. Returns 0, or -1 with E set if they are wrong. If NULL, any operand is an error. */
	int (*operands)(void *arg, char **operands, int count, struct err *e);
	/* Appends the last part of the text of --help, if the program computes that part. (A constant last part is in
	 * opt_program.details.) Returns 0, or -1 if memory is exhausted. May be NULL. */
	int (*details)(void *arg, struct buf *out);
};

enum program_outcome {
	PROGRAM_FAILED = -1,
	PROGRAM_RUN,  /* the command line was read: the program must run */
	PROGRAM_DONE, /* --help or --version was printed: the program must exit */
};

/* Reads the command line and passes ARG to the functions of O. ARGV is reordered: operands come last. Returns
 * - PROGRAM_RUN if all options and operands are stored;
 * - PROGRAM_DONE if the text of --help or --version was printed to standard output. *STATUS is the exit status: 0, or
 *   EX_IOERR if standard output cannot be written;
 * - PROGRAM_FAILED with E set. If the message of option() does not begin with '-', "--NAME: " is put in front. */
enum program_outcome program_parse(const struct program_options *o, void *arg, int argc, char **argv, int *status,
	struct err *e) MUST_USE;

/* Reads VALUE, the argument of --max-event: the length of the longest event that sp-capture lets into the stream. Sets
 * *OUT to the length of the longest line that the program must accept. This is EVENT_MAX_EXTRA bytes more, because
 * programs in between may have added fields. Returns 0, or -1 with E set (EX_USAGE) if VALUE is not a size from 64
 * bytes to 1G. */
int program_max_event(const char *value, size_t *out, struct err *e) MUST_USE;
#endif
