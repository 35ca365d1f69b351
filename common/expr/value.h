/* value.h -- making values. A value borrows its text. */
#ifndef EXPR_VALUE_H
#define EXPR_VALUE_H
#include "expr/expr.h"

static inline struct value value_literal(enum json_type type, struct span text)
{
	return (struct value){ .type = type, .text = text };
}

static inline struct value value_bool(bool b)
{
	return b ? value_literal(JSON_TRUE, SPAN("true")) : value_literal(JSON_FALSE, SPAN("false"));
}

static inline struct value value_number(struct num n)
{
	return (struct value){ .type = JSON_NUMBER, .is_num = true, .num = n };
}

/* Returns the value whose JSON text is S; null for SPAN_NONE. Its type is JSON_MISSING if S is not JSON. */
static inline struct value value_of(struct span s)
{
	return s.p ? value_literal(json_type(s), s) : value_literal(JSON_NULL, SPAN("null"));
}
#endif
