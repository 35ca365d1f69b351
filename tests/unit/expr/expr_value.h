/* expr_value.h -- what the tests of expressions share: one event, and the value of an expression for it. */
#ifndef EXPR_EXPR_VALUE_H
#define EXPR_EXPR_VALUE_H
#include "check.h"
#include "expr/expr.h"

static const char event[] = "{\"ts\":\"2024-05-01T10:39:58Z\",\"a\":{\"b\":7,\"x "
			    "y\":\"odd\",\"n\":null,\"c\":{\"d\":[1,2,{\"e\":3}]}},"
			    "\"s\":\"Text\",\"esc\":\"a\\u00e9\\n\\/"
			    "\",\"big\":12345678901234567890,\"dec\":0.1,\"t\":true,\"f\":false,"
			    "\"z\":null,\"list\":[10,20,30],\"zero\":0,\"neg\":-2.5,\"status\":503,"
			    "\"u\":\"\\u0041b\",\"dup\":{\"k\":1,\"k\":2}}";

/* Returns the value of the expression TEXT for the event OF as JSON, or the message of the error. */
static inline const char *value_at(const char *text, const char *of)
{
	static struct buf out;
	struct err e = ERR_INIT;
	struct value v;
	buf_release(&out);
	buf_init(&out, 1 << 20);
	struct exprs *x = exprs_new(&e);
	int n = x ? exprs_add(x, text, &e) : -1;
	if (n < 0 || exprs_event(x, span_of(of), &e) < 0 || exprs_eval(x, n, &v, &e) < 0)
		(void)buf_adds(&out, e.msg);
	else
		CHECK(value_write(&v, &out) == 0);
	exprs_free(x);
	return buf_string(&out);
}

static inline const char *value(const char *text)
{
	return value_at(text, event);
}

struct row {
	const char *text, *want;
};
#endif
