/* parser.h -- what the two halves of the parser share: parse.c parses the operators, term.c their operands.
 *
 * A parse function reads its part of the grammar from the current token on, and appends code that pushes one value. It
 * returns 0; or -1 with the fault set. */
#ifndef EXPR_PARSER_H
#define EXPR_PARSER_H
#include "expr/builder.h"

struct parser {
	struct lexer lex;
	struct builder b;
	struct expr_fault *fault;
	const char *const *columns; /* names of columns, NULL at the end; NULL itself if events are not rows */
	unsigned depth;             /* how many nested parts of the grammar are being read */
	/* What `.` means at this point. If COMPUTED is true, `.` is the input that the last OP_ENTER set. Otherwise `.`
	 * is the value of the event at path PREFIX. */
	bool computed;
	const struct json_step *prefix;
	size_t prefix_count;
	/* The steps so far of the path that is being read. */
	struct json_step steps[EXPR_STEPS_MAX];
	size_t step_count;
};

/* Sets the fault for a token that the native parser does not know, so that libjq decides about the expression. Always
 * returns -1. */
int parser_not_native(struct parser *p);
/* Sets the fault, with the message that WANTED should follow instead of the current token. A token that only libjq may
 * know is left to libjq. Always returns -1. */
int parser_expected(struct parser *p, const char *wanted);
/* Enters one level of nesting. The caller must decrement p->depth at the end of the level. Returns 0; -1 with the fault
 * set if the level is too deep. */
int parser_nest(struct parser *p);

/* Parses a whole expression. Returns 0; -1 with the fault set. */
int parser_pipe(struct parser *p);
/* Parses a single operand. Returns 0; -1 with the fault set. */
int parser_term(struct parser *p);

/* Returns the index of the next instruction. */
static inline uint32_t parser_here(const struct parser *p)
{
	return p->b.p->count;
}
#endif
