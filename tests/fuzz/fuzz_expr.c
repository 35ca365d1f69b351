/* fuzz_expr.c -- native expressions: a program, and after the first newline an event. Invariant: the value for a valid
 * event is valid JSON, the same each time, and equal to itself. */
#include "../tools/no_libjq.h"
#include "expr/expr.h"

static const char *const events[] = {
	"{\"a\":1,\"b\":{\"c\":[1,2.5,\"x\\u00e9\",null]},\"s\":\"text\",\"t\":true}",
	"{\"a\":\"5\",\"b\":7,\"s\":null,\"big\":123456789012345678901234567890}",
	"{ \"s\" : \"\\ud83d\\ude00\\n\" , \"a\":-1e308, \"b\" : { } }",
};

static void must(bool c)
{
	if (!c)
		__builtin_trap();
}

static void evaluate(struct exprs *x, int n, struct span event, bool valid)
{
	struct err e = ERR_INIT;
	struct value v;
	struct buf first, second;
	buf_init(&first, 1 << 27);
	buf_init(&second, 1 << 27);
	if (exprs_event(x, event, &e) == 0 && exprs_eval(x, n, &v, &e) == 0) {
		const char *end, *why;
		size_t at;
		must(v.type > JSON_MISSING && v.type <= JSON_OBJECT);
		must(value_write(&v, &first) == 0);
		if (valid) {
			must(json_check_value(buf_span(&first), JSON_DEPTH_MAX, &end, &at, &why) == 0);
			must(value_compare(&v, &v) == 0);
		}
		/* The second time the shape of the event is cached; where an invalid value ends may then differ. */
		bool again = exprs_event(x, event, &e) == 0 && exprs_eval(x, n, &v, &e) == 0;
		must(again || !valid);
		if (again)
			must(value_write(&v, &second) == 0 && (!valid || span_eq(buf_span(&first), buf_span(&second))));
	} else {
		must(e.msg[0] != '\0');
	}
	buf_release(&first);
	buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct json_checker checker;
	struct err e = ERR_INIT;
	struct span event = { (const char *)memchr(data, '\n', size), 0 };
	size_t length = event.p ? (size_t)(event.p - (const char *)data) : size, at;
	const char *why;
	if (!checker.names && json_checker_init(&checker, &e) < 0)
		return 0;
	char *text = strndup((const char *)data, length);
	struct exprs *x = exprs_new(&e);
	int n = exprs_add(x, text, &e);
	if (n >= 0) {
		for (size_t i = 0; i < sizeof events / sizeof *events; i++)
			evaluate(x, n, span_of(events[i]), true);
		if (event.p) {
			event = (struct span){ event.p + 1, size - length - 1 };
			evaluate(x, n, event, json_check(&checker, event, &at, &why) == 0);
		}
	}
	exprs_free(x);
	free(text);
	return 0;
}
