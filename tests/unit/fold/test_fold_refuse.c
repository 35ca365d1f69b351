/* test_fold_refuse.c -- the messages about columns that cannot be parsed, and about values that cannot be added. */
#include "fold/fold_state.h"
#include "fold/registry.h"

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
		{ "count", NULL },
		{ "count where .x == 1", NULL },
		{ "sum(.x == 1)", NULL },
		{ ".x", "'.x': write NAME=FUNCTION(EXPR), such as n=count or total=sum(.amount)" },
		{ "n=.x", "'n=.x': write NAME=FUNCTION(EXPR), such as n=count or total=sum(.amount)" },
		{ "=count", "'=count': write NAME=FUNCTION(EXPR), such as n=count or total=sum(.amount)" },
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
		{ "n=count(*)", "'n=count(*)': write count" },
		{ "n=count(distinct .x)", "'n=count(distinct .x)': write count_distinct(.x)" },
		{ "n=sum(DISTINCT .x)", "'n=sum(DISTINCT .x)': only count has this: count_distinct(.x)" },
		{ "sum(.x) as total", "'sum(.x) as total': the name comes first: total=sum(.x)" },
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

/* What other tools' names are answered with: never with a function that means something else. */
static void test_hints(void)
{
	static const struct {
		const char *name, *why;
	} cases[] = {
		{ "mean", "write avg(EXPR)" },
		{ "average", "write avg(EXPR)" },
		{ "total", "write sum(EXPR)" },
		{ "COUNT", "write count" },
		{ "Sum", "write sum" },
		{ "percentile", "write quantile(EXPR, P) with P from 0 to 1, such as 0.95" },
		{ "p95", "write quantile(EXPR, 0.95)" },
		{ "P99", "write quantile(EXPR, 0.99)" },
		{ "p999", "write quantile(EXPR, 0.999)" },
		{ "p5", "write quantile(EXPR, 0.05)" },
		{ "p100", "write quantile(EXPR, 1)" },
		{ "std", "write stddev(EXPR)" },
		{ "stdev", "write stddev(EXPR)" },
		{ "variance", "write var(EXPR)" },
		{ "uniq", "write count_distinct(EXPR)" },
		{ "nunique", "write count_distinct(EXPR)" },
		{ "avg_distinct", "write set=collect_set(EXPR), and a derived column: 'a=(set|add)/(set|length)'" },
		{ "argmax", "write arg_max(EXPR, BY)" },
		{ "approx_count_distinct", "write approx_distinct(EXPR)" },
		{ "mode", "write topk(EXPR, 1)" },
		{ "list", "write collect(EXPR)" },
		{ "increase", "write delta(EXPR)" },
		{ "p",
			"choose from count, sum, avg, min, max, first, last, any, var, stddev, arg_min, arg_max, "
			"count_distinct, approx_distinct, quantile, median, approx_quantile, topk, histogram, collect, "
			"collect_set, rate, delta, duration" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s", cases[i].name);
		struct err e = ERR_INIT;
		char want[512];
		snprintf(want, sizeof want, "unknown function '%s'; %s", cases[i].name, cases[i].why);
		CHECK(fold_find(cases[i].name, &e) == NULL);
		CHECK_EQ(e.status, EX_USAGE);
		CHECK_STR(e.msg, want);
	}
}

static void test_names(void)
{
	static const struct {
		const char *text, *name; /* NULL: no name */
	} cases[] = { { "n=count", "n" }, { " n = count", "n" }, { "where=count", "where" },
		{ "total time=count", "total time" }, { "count", NULL }, { "count where .x == 1", NULL },
		{ "count where(.x==1)", NULL }, { "sum(.x == 1)", NULL }, { "count where=sum(.x)", "count where" },
		{ "=count", NULL }, { "a/b", NULL }, { "a==b", NULL }, { ".x=1", ".x" } };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct span name = fold_column_name(cases[i].text);
		CHECK_ROW("%s", cases[i].text);
		CHECK_EQ(name.p != NULL, cases[i].name != NULL);
		if (name.p && cases[i].name)
			CHECK(span_eq(name, span_of(cases[i].name)));
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
	test_hints();
	test_names();
	test_check();
	return check_end();
}
