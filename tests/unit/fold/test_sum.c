/* test_sum.c -- count, sum, avg, var, stddev: exact for numbers of any size, in any order, from any parts. */
#include "fold/fold_check.h"
#include "fold/random_table.h"

static const struct fold_case cases[] = {
	{ "count", "", "0" },
	{ "count", "1 null 3", "3" },
	{ "count(.x)", "1 null 3", "2" },
	{ "count(.missing)", "1 null 3", "0" },
	{ "count()", "1 2", "2" },
	{ "count where .x > 1", "1 2 3", "2" },
	{ "count(.x) where .i < 2", "1 2 3", "2" },
	{ "sum(.x)", "", "null" },
	{ "sum(.x)", "null null", "null" },
	{ "sum(.x)", "0.1 0.2", "0.3" },
	{ "sum(.x)", "1 2 null 3", "6" },
	{ "sum(.x)", "1.50 2.50", "4" },
	{ "sum(.x)", "9223372036854775807 9223372036854775807 -1", "18446744073709551613" },
	{ "sum(.x)", "9223372036854775807 9223372036854775807 -9223372036854775807 -9223372036854775806", "1" },
	{ "sum(.x)", "1e30 1e-30 -1e30", "0.000000000000000000000000000001" },
	{ "sum(.x)", "1e300 1 -1e300", "1" },
	{ "sum(.x)", "1e300 0.1 -1e300 1e-320 -1e-320 0.2", "0.3" },
	{ "sum(.x)", "1e400 1e400", "1.7976931348623157e+308" },
	{ "sum(.x / 3)", "1 1 1", "1" },
	{ "sum(.x)", "4.9e-324 4.9e-324", "1e-323" },
	{ "sum(.x)", "99999999999999999999999999999999999999 99999999999999999999999999999999999999", "2e+38" },
	{ "sum(.x)", "\"a\" 1 true [] {} 2", "3" },
	{ "avg(.x)", "", "null" },
	{ "avg(.x)", "1 2", "1.5" },
	{ "avg(.x)", "0.1 0.2", "0.15" },
	{ "avg(.x)", "1 1 2", "1.3333333333333333" },
	{ "avg(.x)", "-1 -1 -2", "-1.3333333333333333" },
	{ "avg(.x)", "0 0 0", "0" },
	{ "avg(.x)", "18446744073709551615 18446744073709551613", "18446744073709551614" },
	{ "avg(.x)", "1e300 1e300", "1e+300" },
	{ "avg(.x)", "0.00000000000000000000000000000000000001 0", "5e-39" },
	{ "var(.x)", "1", "null" },
	{ "var(.x)", "1 2 3", "1" },
	{ "var(.x)", "0.1 0.2 0.3", "0.01" },
	{ "var(.x)", "0.1 0.1 0.1", "0" },
	{ "var(.x / 3)", "1 1 1 1 1", "0" },
	{ "var(.x)", "1000000000.1 1000000000.2 1000000000.3", "0.01" },
	{ "var(.x)", "1e200 -1e200", "1.7976931348623157e+308" },
	{ "var(.x)", "1e150 -1e150", "1.9999999999999998e+300" },
	{ "stddev(.x)", "2 4 4 4 5 5 7 9", "2.138089935299395" },
	{ "stddev(.x)", "", "null" },
};
enum { CASES = sizeof cases / sizeof cases[0] };

/* The sum of hundredths is exact in int64_t. */
static void check_random(const struct random_table *t)
{
	int64_t sum = 0;
	char text[64];
	for (int i = 0; i < t->n; i++)
		sum += t->hundredths[i];
	check_fold("sum(.x)", t->events, t->n, decimal_text(sum, 2, text));
	static const char *const folds[] = { "avg(.x)", "var(.x)", "stddev(.x / 3)", "sum(.x / 7)" };
	for (size_t i = 0; i < sizeof folds / sizeof folds[0]; i++)
		check_fold(folds[i], t->events, t->n, NULL);
}

int main(void)
{
	check_cases(cases, CASES);
	check_random_tables(check_random);
	check_release("sum(.x)");
	check_release("avg(.x)");
	check_release("stddev(.x)");
	return check_end();
}
