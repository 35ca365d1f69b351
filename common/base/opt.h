/* opt.h -- a program's options: one table parses them, prints --help, completes them in the shell, and is what the
 * manual page is checked against.
 *
 * The syntax is that of getopt_long(3): clustered letters, --name=VALUE, unique prefixes of long names, "--" to end the
 * options, and operands anywhere between them. */
#ifndef BASE_OPT_H
#define BASE_OPT_H
#include "base/buf.h"
#include <stdbool.h>

struct opt {
	int id;           /* the letter; a number from 256 on for an option without a letter */
	const char *name; /* the long name, without "--"; every option has one */
	const char *arg;  /* what --help calls the argument ("DUR"); NULL: the option takes none */
	const char *help; /* one line */
};

/* The options of every program, and the end of a table. */
#define OPT_COMMON                                       \
	{ 'h', "help", NULL, "show this help" },         \
	{                                                \
		'V', "version", NULL, "show the version" \
	}
#define OPT_END                     \
	{                           \
		0, NULL, NULL, NULL \
	}

struct opt_program {
	const char *name;     /* "sp-window" */
	const char *operands; /* "[SOURCE ...]", or "" */
	const char *about;    /* one line, the same as the manual page's .Nd */
	const struct opt *options;
	const char *details; /* text after the options (functions, formats, an example), or NULL */
};

struct opt_parser {
	const struct opt_program *program;
	int argc;
	char **argv;
	void *tables; /* the table in getopt_long(3)'s form; owned */
};

/* Starts parsing. PROGRAM and ARGV are borrowed; operands are moved to the end of ARGV. One parser at a time, since
 * getopt_long(3) keeps its position in globals. Returns 0; -1 with EX_OSERR. Release with opt_release(). */
int opt_init(struct opt_parser *o, const struct opt_program *program, int argc, char **argv, struct err *e) MUST_USE;
void opt_release(struct opt_parser *o);

/* Returns the id of the next option, and its argument in *VALUE (borrowed from argv; NULL if it takes none); 0 after
 * the last one; -1 with EX_USAGE for an unknown option (the nearest one is named) or a missing argument. */
int opt_next(struct opt_parser *o, const char **value, struct err *e) MUST_USE;

/* Returns the operands, borrowed from argv, and their number in *COUNT. To be called after opt_next() returned 0. */
char **opt_operands(const struct opt_parser *o, int *count);

/* Append the text of --help and that of --version. Return 0, or -1 if OUT is full. */
int opt_help(const struct opt_program *program, struct buf *out);
int opt_version(const struct opt_program *program, struct buf *out);

/* Returns the one of NAMES (NULL-terminated) that TEXT is most likely a misspelling of; NULL if none is near. Used by
 * every message about an unknown option, function, format or property. */
const char *opt_nearest(const char *text, const char *const *names);

/* Returns the index of TEXT in NAMES (NULL-terminated); -1 with EX_USAGE: "unknown WHAT 'TEXT'; did you mean ...?", or
 * the list of names if none is near. */
int opt_choice(const char *what, const char *text, const char *const *names, struct err *e) MUST_USE;
#endif
