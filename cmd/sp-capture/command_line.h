/* command_line.h -- reads the command line of sp-capture and of its drivers. */
#ifndef CAPTURE_COMMAND_LINE_H
#define CAPTURE_COMMAND_LINE_H
#include "program/options.h"
#include "sp-capture/options.h"

/* Parses the command line of a program that knows the source types TYPES (NULL-terminated). The process is replaced by a
 * driver if the operands need one. Returns PROGRAM_RUN; PROGRAM_DONE: what was asked for is printed, *STATUS is the exit
 * status; PROGRAM_FAILED with E (EX_USAGE and others). command_line_release() must be called in any case. */
enum program_outcome command_line_parse(struct options *o, const struct source_type *const *types, int argc,
	char **argv, int *status, struct err *e) MUST_USE;
void command_line_release(struct options *o);
#endif
