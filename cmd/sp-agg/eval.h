/* eval.h -- the value of an expression, without a call where it is a path. */
#ifndef AGG_EVAL_H
#define AGG_EVAL_H
#include "expr/expr.h"

/* Evaluates expression EXPR for the current event of X. TEXT is what exprs_text() returned for it. Most expressions are
 * paths, and exprs_event() has found their texts already. As exprs_eval() otherwise. */
static inline int eval(struct exprs *x, int expr, const struct span *text, struct value *out, struct err *e)
{
	if (!text || !text->p || json_type(*text) == JSON_MISSING)
		return exprs_eval(x, expr, out, e);
	out->type = json_type(*text);
	out->is_num = false;
	out->text = *text;
	return 0;
}
#endif
