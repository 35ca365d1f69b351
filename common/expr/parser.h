/* parser.h -- what the two halves of the parser share. parse.c: operators; term.c: what they join.
 * Every parse function pushes one value and returns 0, or sets the fault and returns -1. */
#ifndef EXPR_PARSER_H
#define EXPR_PARSER_H
#include "expr/build.h"

struct parser {
	struct lexer lex;
	struct builder b;
	struct fault *fault;
	unsigned depth;
	/* What `.` is here: the input of OP_ENTER, or the event's value at this path. */
	bool computed;
	const struct json_step *prefix;
	size_t prefix_count;
	/* The path that is being read. */
	struct json_step steps[STEPS_MAX];
	size_t step_count;
};

/* The current token is none that the native part knows: libjq has to say. Always -1. */
int foreign(struct parser *p);
/* WANTED should stand where the current token does. Always -1. */
int expected(struct parser *p, const char *wanted);
/* One level down; -1: too deep. */
int deeper(struct parser *p);

int parse_pipe(struct parser *p);
int parse_term(struct parser *p);

/* Where the next instruction goes. */
static inline uint32_t here(const struct parser *p)
{
	return p->b.p->count;
}
#endif
