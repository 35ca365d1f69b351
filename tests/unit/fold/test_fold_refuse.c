/* test_fold_refuse.c -- the messages about columns that cannot be parsed, and about values that cannot be added. */
#include "fold/fold_state.h"

static void test_parse(void)
{
	static const struct {
		const char *text, *why; /* the message; NULL: TEXT is valid */
	} cases[] = {
		{ "n=count", NULL },
		{ " n = count ", NULL },
		{ "n=count where .x == 1", NULL },
		{ "n=sum(.x)where .y", NULL },
		{ "n=sum(if .x then 1 else (2, 3) end) where (.y)", NULL },
		{ "n=sum(.x | test(\"a\\\"),(\"))", NULL },
		{ "n=first(\"a\\(.x + \")\")b,\")", NULL },
		{ "n=first({a: [1, 2], b: \"(\"})", NULL },
		{ "count", "'count': write NAME=FUNCTION(EXPR), such as n=count or total=sum(.amount)" },
		{ "=count", "'=count': write NAME=FUNCTION(EXPR), such as n=count or total=sum(.amount)" },
		{ "sum(.x == 1)", "'sum(.x == 1)': write NAME=FUNCTION(EXPR), such as n=count or total=sum(.amount)" },
		{ "n=sun(.x)", "'n=sun(.x)': unknown function 'sun'; did you mean 'sum'?" },
		{ "n=sum", "'n=sum': write NAME=sum(EXPR)" },
		{ "n=sum()", "'n=sum()': write NAME=sum(EXPR)" },
		{ "n=sum(.x, .y)", "'n=sum(.x, .y)': write NAME=sum(EXPR)" },
		{ "n=arg_min(.x)", "'n=arg_min(.x)': write NAME=arg_min(EXPR, BY)" },
		{ "n=sum(.x", "'n=sum(.x': a closing ) is missing" },
		{ "n=sum(.x) when .y", "'n=sum(.x) when .y': expected 'where EXPR', not 'when .y'" },
		{ "n=quantile(.x, 2)", "'n=quantile(.x, 2)': P is a number from 0 to 1, such as 0.99, not '2'" },
		{ "n=quantile(.x, 1e-30)",
			"'n=quantile(.x, 1e-30)': P is a number from 0 to 1, such as 0.99, not '1e-30'" },
		{ "n=topk(.x, .5)", "'n=topk(.x, .5)': K is a whole number from 1 to 1000000, not '.5'" },
		{ "n=histogram(.x, 1, 0, 5)", "'n=histogram(.x, 1, 0, 5)': LOW must be less than HIGH" },
		{ "n=histogram(.x, 0, 1)", "'n=histogram(.x, 0, 1)': write NAME=histogram(EXPR, LOW, HIGH, BINS)" },
		{ "n=count where .status = 500",
			"n: '.status = 500' is always true: = assigns in jq; did you mean ==?" },
		{ "n=sum(.x) where ", "'n=sum(.x) where ': an expression is missing after 'where'" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s", cases[i].text);
		struct err e = ERR_INIT;
		struct exprs *x = exprs_new(&e);
		struct fold f;
		int r = fold_parse(&f, cases[i].text, x, &e);
		CHECK_STR(e.msg, cases[i].why ? cases[i].why : "");
		CHECK_EQ(r, cases[i].why ? -1 : 0);
		if (r == 0)
			fold_release(&f);
		else
			CHECK_EQ(e.status, EX_USAGE);
		exprs_free(x);
	}
}

static void test_check(void)
{
	static const struct {
		const char *fold, *json, *why;
	} cases[] = {
		{ "sum(.x)", "{\"x\":\"abc\"}", "sum(.x): \"abc\" is a string, not a number" },
		{ "avg(.x)", "{\"x\":true}", "avg(.x): true is a boolean, not a number" },
		{ "stddev(.x)", "{\"x\":[1]}", "stddev(.x): [1] is an array, not a number" },
		{ "rate(.x)", "{\"x\":{}}", "rate(.x): {} is an object, not a number" },
		{ "sum(.x)",
			"{\"x\":\"\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240"
			"\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240"
			"\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240\"}",
			"sum(.x): \"\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240"
			"\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240"
			"\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240\303\240... is a string, not a number" },
		/* not JSON: the input did not come from sp-capture, which would have rejected it */
		{ "sum(.x)", "{\"x\":12ab}", "sum(.x): 12ab is not valid JSON" },
		{ "max(.x)", "{\"x\":[1,}]}", "max(.x): [1,} is not valid JSON" },
		{ "count_distinct(.x)", "{\"x\":\"\\q\"}", "count_distinct(.x): \"\\q\" is not valid JSON" },
		{ "arg_max(.y, .x)", "{\"y\":1,\"x\":1.2.3}", "arg_max(.y, .x): 1.2.3 is not valid JSON" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s of %s", cases[i].fold, cases[i].json);
		struct err e = ERR_INIT;
		struct exprs *x = exprs_new(&e);
		struct fold f;
		struct state s;
		char line[200];
		snprintf(line, sizeof line, "n=%s", cases[i].fold);
		CHECK(fold_parse(&f, line, x, &e) == 0);
		state_init(&s, &f);
		CHECK_EQ(feed(&s, &f, x, &(struct event){ 0, cases[i].json }, 0, &e), 1);
		CHECK_STR(e.msg, cases[i].why);
		CHECK_EQ(e.status, EX_DATAERR);
		state_free(&s, &f);
		fold_release(&f);
		exprs_free(x);
	}
}

int main(void)
{
	test_parse();
	test_check();
	return check_end();
}
