/* eval.h -- evaluates an expression, without a function call if it is a path. */
#ifndef AGG_EVAL_H
#define AGG_EVAL_H
#include "expr/expr.h"

/* Sets *OUT to the value of expression EXPR for the current event of X. TEXT must be what exprs_text() returned for
 * EXPR. If EXPR is a path, TEXT points to the text that exprs_event() has found in the event. For other expressions,
 * and for a path that the event does not have, exprs_eval() computes the value. Returns 0, or -1 with E set
 * (EX_DATAERR) if the expression fails. */
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
