/* options.c -- the loop over a program's options.
 *
 * base/opt parses each option, and a function of the program stores its value. This file has what is the same for all
 * programs: the loop over the options, --help and --version, and messages that name the wrong option. */
#include "program/options.h"
#include "base/amount.h"
#include "base/diag.h"
#include "stream/reader.h"

/* Returns the long name of option ID. ID must be in the program's table. */
static const char *options_name(const struct opt_program *program, int id)
{
	const struct opt *o = program->options;
	while (o->name && o->id != id)
		o++;
	return o->name;
}

/* Appends the text of --help to TEXT, with what o->details() appends as its last part, unless o->details is NULL.
 * Returns 0, or -1 if memory is exhausted. */
static int options_help(const struct program_options *o, void *arg, struct buf *text)
{
	struct opt_program program = *o->program; /* a copy, because o->program is constant */
	struct buf details;
	buf_init(&details, 1 << 20);
	int r = o->details ? o->details(arg, &details) : 0;
	if (r == 0 && o->details)
		r = (program.details = buf_string(&details)) ? 0 : -1;
	if (r == 0)
		r = opt_help(&program, text);
	buf_release(&details);
	return r;
}

/* Prints the text of --help (ID is 'h') or --version ('V'). The rest of the command line is ignored, even mistakes.
 * Returns PROGRAM_DONE with *STATUS set, or PROGRAM_FAILED with E set. */
static enum program_outcome options_print(const struct program_options *o, void *arg, int id, int *status,
	struct err *e)
{
	struct buf text;
	buf_init(&text, 1 << 20);
	int r = id == 'h' ? options_help(o, arg, &text) : opt_version(o->program, &text);
	if (r == 0)
		*status = diag_print(text.p, text.n);
	buf_release(&text);
	if (r < 0)
		err_oom(e, "the text of --help");
	return r < 0 ? PROGRAM_FAILED : PROGRAM_DONE;
}

/* Stores all options, then the operands. Stops at the first mistake, so that only one message is printed. Returns the
 * same as program_parse(). */
static enum program_outcome options_loop(const struct program_options *o, void *arg, struct opt_parser *parser,
	int *status, struct err *e)
{
	const char *value;
	int id, count;
	while ((id = opt_next(parser, &value, e)) > 0) {
		if (id == 'h' || id == 'V')
			return options_print(o, arg, id, status, e);
		if (o->option(arg, id, value, e) < 0) {
			/* A message such as "-p '0-x': write partitions as ..." names the option already. */
			if (e->msg[0] != '-')
				err_context(e, "--%s", options_name(o->program, id));
			return PROGRAM_FAILED;
		}
	}
	if (id < 0)
		return PROGRAM_FAILED;
	char **operands = opt_operands(parser, &count);
	if (o->operands)
		return o->operands(arg, operands, count, e) < 0 ? PROGRAM_FAILED : PROGRAM_RUN;
	if (count == 0)
		return PROGRAM_RUN;
	err_set(e, EX_USAGE, "unexpected '%s': %s reads standard input", operands[0], o->program->name);
	return PROGRAM_FAILED;
}

enum program_outcome program_parse(const struct program_options *o, void *arg, int argc, char **argv, int *status,
	struct err *e)
{
	struct opt_parser parser;
	if (opt_init(&parser, o->program, argc, argv, e) < 0)
		return PROGRAM_FAILED;
	enum program_outcome outcome = options_loop(o, arg, &parser, status, e);
	opt_release(&parser);
	return outcome;
}

int program_max_event(const char *value, size_t *out, struct err *e)
{
	uint64_t bytes;
	if (amount_parse_bytes(value, &bytes, e) < 0)
		return -1;
	if (bytes < 64 || bytes > (UINT64_C(1) << 30))
		return err_set(e, EX_USAGE, "--max-event %s is out of range: 64 bytes to 1G", value);
	*out = (size_t)bytes + EVENT_MAX_EXTRA;
	return 0;
}
