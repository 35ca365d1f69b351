/* opt.h -- the table of a program's options.
 *
 * The table is used to parse the options, to print --help and to complete options in the shell. scripts/check-man
 * compares the manual page with the output of --help.
 *
 * The syntax is that of getopt_long(3): clustered letters, --name=VALUE, unique prefixes of long names, "--" to end the
 * options, and operands anywhere between options. */
#ifndef BASE_OPT_H
#define BASE_OPT_H
#include "base/buf.h"
#include <stdbool.h>

struct opt {
	int id;           /* the letter; a number from 256 on if the option has no letter */
	const char *name; /* the long name, without "--"; every option has one */
	/* The name of the argument in --help ("DUR"); NULL if the option takes no argument. "[=DUR]" is an argument
	 * that may be missing; only an option without a letter may have one. */
	const char *arg;
	const char *help; /* the text in --help, one line */
};

/* OPT_COMMON has the options of every program; OPT_END ends a table. */
#define OPT_COMMON                                       \
	{ 'h', "help", NULL, "show this help" },         \
	{                                                \
		'V', "version", NULL, "show the version" \
	}
#define OPT_END                     \
	{                           \
		0, NULL, NULL, NULL \
	}

/* A word that people know from other tools, and what to write instead. If a user types the word, the error message says
 * "write avg(EXPR)", for example. */
struct opt_hint {
	const char *word;  /* such as "mean"; NULL ends a table */
	const char *write; /* such as "avg(EXPR)" */
};

/* A letter that an option had in an earlier version. The letter is still accepted, but --help does not show it, because
 * another program uses the letter for another option. */
struct opt_old_letter {
	char letter; /* 0 ends a table */
	int id;      /* the id of the option */
};

struct opt_program {
	const char *name;     /* such as "sp-window" */
	const char *operands; /* the operands in --help, such as "[SOURCE ...]", or "" */
	const char *about;    /* one line, the same as the description in the manual page */
	const struct opt *options;
	const char *details; /* text after the options (functions, formats, an example), or NULL */
	/* Long names of options in other tools, without "--", each with the option to write instead, such as
	 * "--by KEY". NULL if there are none. */
	const struct opt_hint *hints;
	const struct opt_old_letter *old_letters; /* NULL if there are none */
};

struct opt_parser {
	const struct opt_program *program;
	int argc;
	char **argv;
	void *tables; /* the options in the form that getopt_long(3) needs; owned */
};

/* Starts to parse ARGV. PROGRAM and ARGV are borrowed. Parsing moves the operands to the end of ARGV. Only one parser
 * may be in use at a time, because getopt_long(3) keeps its position in globals. Returns 0; -1 with E set (EX_OSERR).
 * The caller must call opt_release() after success. */
int opt_init(struct opt_parser *o, const struct opt_program *program, int argc, char **argv, struct err *e) MUST_USE;
void opt_release(struct opt_parser *o);

/* Returns the id of the next option and sets *VALUE to its argument, which is borrowed from argv, or to NULL if the
 * option has none. Returns 0 after the last option. Returns -1 with E set (EX_USAGE) if an argument is missing or the
 * option is unknown; the message then names the nearest option, if there is one. */
int opt_next(struct opt_parser *o, const char **value, struct err *e) MUST_USE;

/* Returns the operands, borrowed from argv, and sets *COUNT to their number. Must be called only after opt_next() has
 * returned 0. */
char **opt_operands(const struct opt_parser *o, int *count);

/* Append the text of --help, or that of --version, to OUT. Return 0; -1 if OUT is full. */
int opt_help(const struct opt_program *program, struct buf *out);
int opt_version(const struct opt_program *program, struct buf *out);

/* Returns the name in NAMES (NULL-terminated) that TEXT is most probably a misspelling of; NULL if no name is near.
 * Small and capital letters count as equal. Messages about unknown names suggest the result. */
const char *opt_nearest(const char *text, const char *const *names);

/* Returns the index of TEXT in NAMES (NULL-terminated). If NAMES does not contain TEXT, returns -1 with E set
 * (EX_USAGE). The message is "unknown WHAT 'TEXT'; did you mean ...?", or lists the names if no name is near. */
int opt_choice(const char *what, const char *text, const char *const *names, struct err *e) MUST_USE;
/* Returns the index of TEXT in NAMES, or -1 with E set, like opt_choice(). If HINTS (which may be NULL) has the word
 * TEXT, the message says what to write instead. If TEXT differs from a name only in small and capital letters, the
 * message says to write that name. */
int opt_choice_hinted(const char *what, const char *text, const char *const *names, const struct opt_hint *hints,
	struct err *e) MUST_USE;
#endif
