/* command_line.h -- reads the command line of sp-capture and of its drivers. */
#ifndef CAPTURE_COMMAND_LINE_H
#define CAPTURE_COMMAND_LINE_H
#include "program/options.h"
#include "sp-capture/options.h"

/* Parses the command line of a program that knows the source types TYPES (NULL-terminated). If the operands need a
 * driver (another program, such as sp-capture-kafka), the driver replaces the process. The caller must call
 * command_line_release(), even after a failure. Returns
 * - PROGRAM_RUN: *O is complete;
 * - PROGRAM_DONE: the command line asked for something other than a run, such as --help, and that was done. *STATUS is
 *   the exit status;
 * - PROGRAM_FAILED with E set (EX_USAGE or another status). */
enum program_outcome command_line_parse(struct options *o, const struct source_type *const *types, int argc,
	char **argv, int *status, struct err *e) MUST_USE;
void command_line_release(struct options *o);
#endif
