/* parser.h -- what the two halves of the parser share. parse.c has the operators, term.c their operands.
 *
 * A parse function reads its construct at the current token and appends code that pushes one value. It returns 0; or -1
 * with the fault set. */
#ifndef EXPR_PARSER_H
#define EXPR_PARSER_H
#include "expr/builder.h"

struct parser {
	struct lexer lex;
	struct builder b;
	struct expr_fault *fault;
	unsigned depth; /* of nested constructs */
	/* What `.` is at this point: computed, the input of OP_ENTER; otherwise the value at path PREFIX of the
	 * event. */
	bool computed;
	const struct json_step *prefix;
	size_t prefix_count;
	/* The path that is being read. */
	struct json_step steps[EXPR_STEPS_MAX];
	size_t step_count;
};

/* Sets the fault: the native parser does not know the current token, and libjq decides. Always returns -1. */
int parser_not_native(struct parser *p);
/* Sets the fault: WANTED should be in place of the current token. Always returns -1. */
int parser_expected(struct parser *p, const char *wanted);
/* Goes down one level of nesting; the caller counts p->depth back. Returns -1 if it is too deep. */
int parser_nest(struct parser *p);

/* Parse a whole expression, and one operand. */
int parser_pipe(struct parser *p);
int parser_term(struct parser *p);

/* Returns the index of the next instruction. */
static inline uint32_t parser_here(const struct parser *p)
{
	return p->b.p->count;
}
#endif
