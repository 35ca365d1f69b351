/* eval.h -- evaluates an expression, without a function call if it is a path. */
#ifndef AGG_EVAL_H
#define AGG_EVAL_H
#include "expr/expr.h"

/* Evaluates expression EXPR for the current event of X into *OUT. TEXT is what exprs_text() returned for EXPR. Most
 * expressions are paths, whose texts exprs_event() has found already; for others exprs_eval() is called. Returns 0; -1
 * with E set (EX_DATAERR). */
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
