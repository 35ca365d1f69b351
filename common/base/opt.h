/* opt.h -- a program's options: one table parses them, prints --help and is what the manual is
 * checked against. Parsing is getopt_long(3)'s: clustered letters, --name=VALUE, unique prefixes,
 * "--" ends the options, operands may stand anywhere. */
#ifndef BASE_OPT_H
#define BASE_OPT_H
#include "base/buf.h"
#include <stdbool.h>

struct opt {
	int id;           /* the letter of a short option, or a number from 256 for a long one only */
	const char *name; /* the long name: every option has one */
	const char *arg;  /* what --help calls the argument; NULL: takes none */
	const char *help; /* one line */
};

/* Options of every program, and the end of the table. */
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
	const char *about;    /* one line, the same as the manual's .Nd */
	const struct opt *options;
	const char *details; /* text behind the options (functions, formats, an example); or NULL */
};

struct opt_parser {
	const struct opt_program *program;
	int argc;
	char **argv;
	void *tables; /* getopt's form of the table; owned */
};

/* Starts parsing; ARGV is borrowed and its operands are moved to the end. */
int opt_init(struct opt_parser *o, const struct opt_program *program, int argc, char **argv, struct err *e) MUST_USE;
void opt_release(struct opt_parser *o);

/* The next option's id, its argument in *VALUE (borrowed from argv); 0 at the end; -1 on an
 * unknown option (the nearest one is named) or a missing argument (EX_USAGE). */
int opt_next(struct opt_parser *o, const char **value, struct err *e) MUST_USE;

/* After the end: operands, and how many there are. */
char **opt_operands(const struct opt_parser *o, int *count);

/* Appends the text of --help, and that of --version. */
int opt_help(const struct opt_program *program, struct buf *out);
int opt_version(const struct opt_program *program, struct buf *out);

/* The one of NAMES (NULL-terminated) that TEXT most likely meant; NULL if none is near.
 * Serves every "unknown option, function, format" message. */
const char *opt_nearest(const char *text, const char *const *names);

/* Index of TEXT in NAMES (NULL-terminated); -1 with EX_USAGE "unknown WHAT 'TEXT'; did you mean
 * ...?" or the list of names. */
int opt_choice(const char *what, const char *text, const char *const *names, struct err *e) MUST_USE;
#endif
