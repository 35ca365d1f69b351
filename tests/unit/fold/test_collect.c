/* test_collect.c -- collect: by event time, then by arrival; histogram: exact at the edges of its bins. */
#include "fold/fold_check.h"
#include "fold/random_table.h"

static const struct fold_case cases[] = {
	{ "collect(.x)", "", "[]" },
	{ "collect(.x)", "3 1.0 null 3 {\"b\":1}", "[3,1.0,3,{\"b\":1}]" },
	{ "collect(.x + 1)", "3 1.0", "[4,2]" },
	{ "histogram(.x, 0, 1, 10)", "-1 0 0.1 0.2 0.3 0.7 0.9999 1 1.5 null",
		"{\"low\":0,\"high\":1,\"under\":1,\"counts\":[1,1,1,1,0,0,0,1,0,1],\"over\":2}" },
	{ "histogram(.x, -1.5, 1.5, 1)", "", "{\"low\":-1.5,\"high\":1.5,\"under\":0,\"counts\":[0],\"over\":0}" },
	{ "histogram(.x / 3, 0, 1, 3)", "0 1 2 3", "{\"low\":0,\"high\":1,\"under\":0,\"counts\":[1,1,1],\"over\":1}" },
	{ "histogram(.x, 0, 3, 3)", "1.9999999999999999999999999",
		"{\"low\":0,\"high\":3,\"under\":0,\"counts\":[0,1,0],\"over\":0}" },
	{ "histogram(.x, 0, 0.1, 5)", "0.06000000000000000000000001 0.06",
		"{\"low\":0,\"high\":0.1,\"under\":0,\"counts\":[0,0,0,2,0],\"over\":0}" },
};
enum { CASES = sizeof cases / sizeof cases[0] };

static void test_unordered(void)
{
	static const struct event events[] = { { 5000, "{\"x\":1}" }, { 2000, "{\"x\":2}" }, { 7000, "{\"x\":3}" },
		{ 2000, "{\"x\":4}" }, { 7000, "{\"x\":5}" }, { 9000, "{\"y\":1}" } };
	check_fold("collect(.x)", events, sizeof events / sizeof events[0], "[2,4,1,3,5]");
}

static void check_random(const struct random_table *t)
{
	check_fold("collect(.x)", t->events, t->n, NULL);
	check_fold("histogram(.x, -1, 1, 7)", t->events, t->n, NULL);
}

int main(void)
{
	check_cases(cases, CASES);
	test_unordered();
	check_random_tables(check_random);
	check_release("histogram(.x, 0, 1, 9)");
	check_release("collect(.y)");
	return check_end();
}
