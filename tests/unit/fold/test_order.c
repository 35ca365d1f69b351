/* test_order.c -- first, last, any, delta, rate: by event time, and by arrival where event times are equal. */
#include "fold/fold_check.h"
#include "fold/random_table.h"

static const struct fold_case cases[] = {
	{ "first(.x)", "null 1.50 2", "1.50" },
	{ "last(.x)", "null 1.50 {\"a\":1e3} null", "{\"a\":1e3}" },
	{ "any(.x)", "null \"b\" 2", "\"b\"" },
	{ "first(.x + 1)", "1.50 2", "2.5" },
	{ "first(.x)", "", "null" },
	{ "delta(.x)", "1.5 7 4", "2.5" },
	{ "delta(.x)", "4", "0" },
	{ "delta(.x)", "", "null" },
	{ "duration", "1 7 4", "2000" },
	{ "duration", "4", "0" },
	{ "duration", "", "null" },
	{ "duration where .x > 1", "1 7 1 4 1", "2000" },
	{ "rate(.x)", "1 7 4", "1.5" },
	{ "rate(.x)", "4", "null" },
	{ "rate(.x)", "1 null null 2", "0.3333333333333333" },
};
enum { CASES = sizeof cases / sizeof cases[0] };

static const struct event unordered[] = { { 5000, "{\"x\":1}" }, { 2000, "{\"x\":2}" }, { 7000, "{\"x\":3}" },
	{ 2000, "{\"x\":4}" }, { 7000, "{\"x\":5}" }, { 9000, "{\"y\":1}" } };
enum { UNORDERED = sizeof unordered / sizeof unordered[0] };

static void test_unordered(void)
{
	check_fold("first(.x)", unordered, UNORDERED, "2");
	check_fold("last(.x)", unordered, UNORDERED, "5");
	check_fold("any(.x)", unordered, UNORDERED, "1");
	check_fold("delta(.x)", unordered, UNORDERED, "3");
	check_fold("rate(.x)", unordered, UNORDERED, "0.6");
	check_fold("duration", unordered, UNORDERED, "7000");
	check_fold("duration where .x", unordered, UNORDERED, "5000");
}

static void check_random(const struct random_table *t)
{
	static const char *const folds[] = { "first(.x)", "last(.x)", "any(.x)", "rate(.x)", "delta(.x)", "duration",
		"duration where .x != null" };
	for (size_t i = 0; i < sizeof folds / sizeof folds[0]; i++)
		check_fold(folds[i], t->events, t->n, NULL);
}

int main(void)
{
	check_cases(cases, CASES);
	test_unordered();
	check_random_tables(check_random);
	check_release("first(.y)");
	check_release("last(.y)");
	check_release("rate(.x)");
	return check_end();
}
