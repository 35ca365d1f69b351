/* parser.h -- what the two halves of the parser share. parse.c: operators; term.c: what they join.
 * Every parse function pushes one value and returns 0, or sets the fault and returns -1. */
#ifndef EXPR_PARSER_H
#define EXPR_PARSER_H
#include "expr/builder.h"

struct parser {
	struct lexer lex;
	struct builder b;
	struct expr_fault *fault;
	unsigned depth;
	/* What `.` is here: the input of OP_ENTER, or the event's value at this path. */
	bool computed;
	const struct json_step *prefix;
	size_t prefix_count;
	/* The path that is being read. */
	struct json_step steps[EXPR_STEPS_MAX];
	size_t step_count;
};

/* The current token is none that the native part knows: libjq has to say. Always -1. */
int parser_not_native(struct parser *p);
/* WANTED should stand where the current token does. Always -1. */
int parser_expected(struct parser *p, const char *wanted);
/* One level down; -1: too deep. */
int parser_nest(struct parser *p);

int parser_pipe(struct parser *p);
int parser_term(struct parser *p);

/* Where the next instruction goes. */
static inline uint32_t parser_here(const struct parser *p)
{
	return p->b.p->count;
}
#endif
