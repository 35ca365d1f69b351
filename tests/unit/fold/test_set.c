/* test_set.c -- collect_set, topk: different values, in order of arrival or of their number. */
#include "fold/fold_check.h"
#include "fold/random_table.h"

static const struct fold_case cases[] = {
	{ "collect_set(.x)", "", "[]" },
	{ "collect_set(.x)", "3 1.0 3 null 1 \"a_string_of_some_length\" {\"b\":1,\"a\":2}",
		"[3,1.0,\"a_string_of_some_length\",{\"a\":2,\"b\":1}]" },
	/* a number is shown as it was first written */
	{ "collect_set(.x)", "1.50 15e-1 -0 1.5 0 1e400 10e399 12345678901234567890123456789012345678901",
		"[1.50,0,1e400,12345678901234567890123456789012345678901]" },
	{ "topk(.x, 2)", "1.50 15e-1 7 1.5 7.0", "[{\"value\":1.50,\"count\":3},{\"value\":7,\"count\":2}]" },
	{ "topk(.x, 2)", "", "[]" },
	{ "topk(.x, 2)", "3 1 3 \"a\" 1 2 null null null", "[{\"value\":1,\"count\":2},{\"value\":3,\"count\":2}]" },
	{ "topk(.x, 5)", "2 1 2", "[{\"value\":2,\"count\":2},{\"value\":1,\"count\":1}]" },
	{ "topk(.x, 1)", "5 4 3 2 1 2 3 4 5 6 4", "[{\"value\":4,\"count\":3}]" },
};
enum { CASES = sizeof cases / sizeof cases[0] };

static void test_unordered(void)
{
	static const struct event events[] = { { 5000, "{\"x\":1}" }, { 2000, "{\"x\":2}" }, { 7000, "{\"x\":3}" },
		{ 2000, "{\"x\":4}" }, { 7000, "{\"x\":5}" }, { 9000, "{\"y\":1}" } };
	check_fold("collect_set(.x)", events, sizeof events / sizeof events[0], "[1,2,3,4,5]");
}

/* Returns how many values of T are V. */
static int count_of(const struct random_table *t, int64_t v)
{
	int n = 0;
	for (int i = 0; i < t->n; i++)
		n += t->hundredths[i] == v;
	return n;
}

/* The most frequent value, and the least of them, found by counting each. */
static void check_random(const struct random_table *t)
{
	int best = -1;
	char text[64], want[128];
	for (int i = 0; i < t->n; i++) {
		int a = count_of(t, t->hundredths[i]), b = best < 0 ? 0 : count_of(t, t->hundredths[best]);
		if (a > b || (a == b && t->hundredths[i] < t->hundredths[best]))
			best = i;
	}
	snprintf(want, sizeof want, "[{\"value\":%s,\"count\":%d}]", hundredths_text(t->hundredths[best], text),
		count_of(t, t->hundredths[best]));
	check_fold("topk(.x, 1)", t->events, t->n, want);
	check_fold("topk(.x, 3)", t->events, t->n, NULL);
	check_fold("collect_set(.x)", t->events, t->n, NULL);
}

int main(void)
{
	check_cases(cases, CASES);
	test_unordered();
	check_random_tables(check_random);
	check_release("topk(.y, 3)");
	check_release("collect_set(.y)");
	return check_end();
}
