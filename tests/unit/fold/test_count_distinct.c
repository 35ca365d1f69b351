/* test_count_distinct.c -- count_distinct, and approx_distinct while it is exact: equal values count once. */
#include "fold/fold_check.h"
#include "fold/random_table.h"

static const struct fold_case cases[] = {
	{ "count_distinct(.x)", "", "0" },
	{ "count_distinct(.x)", "1 1.0 1e0 \"1\" null true", "3" },
	{ "count_distinct(.x)", "{\"a\":1,\"b\":2} {\"b\":2.0,\"a\":1} [] [] \"\\u0061\" \"a\"", "3" },
	{ "count_distinct(.x)", "99999999999999999999999 99999999999999999999998", "2" },
	{ "count_distinct(.x / 3)", "1 1 2", "2" },
	{ "count_distinct(.x)", "965427328614797100000000000000000000 965427328614797100000000000000000000.00001",
		"2" },
	{ "approx_distinct(.x)", "", "0" },
	{ "approx_distinct(.x)", "1 1.0 1e0 \"1\" null true", "3" },
};
enum { CASES = sizeof cases / sizeof cases[0] };

static void check_random(const struct random_table *t)
{
	int64_t sorted[EVENTS_MAX], distinct = 0;
	char text[64];
	random_table_sort(t, sorted);
	for (int i = 0; i < t->n; i++)
		distinct += i == 0 || sorted[i] != sorted[i - 1];
	check_fold("count_distinct(.x)", t->events, t->n, decimal_text(distinct, 0, text));
	check_fold("approx_distinct(.x)", t->events, t->n, decimal_text(distinct, 0, text));
}

int main(void)
{
	check_cases(cases, CASES);
	check_random_tables(check_random);
	check_release("count_distinct(.y)");
	check_release("approx_distinct(.x)");
	return check_end();
}
