/* test_extreme.c -- min, max, arg_min, arg_max: by jq's order of values. */
#include "fold/fold_check.h"
#include "fold/random_table.h"

static const struct fold_case cases[] = {
	{ "min(.x)", "", "null" },
	{ "min(.x)", "3 1.50 2", "1.50" },
	/* of equal numbers, the one that arrived first, as it was written */
	{ "min(.x)", "3 1.5 1.50 15e-1", "1.5" },
	{ "max(.x)", "-3 15e-1 1.5 1.50", "15e-1" },
	{ "max(.x)", "-1 -0 0 0.0", "-0" },
	{ "max(.x)", "7.00 7 3", "7.00" },
	{ "max(.x)", "123456789012345678901234567890.500 1", "123456789012345678901234567890.500" },
	{ "max(.x)",
		"12345678901234567890123456789012345678901 12345678901234567890123456789012345678903 12345678901234567890123456789012345678902",
		"12345678901234567890123456789012345678903" },
	{ "max(.x)", "1e400 2e400 20e399", "2e400" },
	{ "min(.x)", "2e400 1e400 10e399 1e401", "1e400" },
	{ "arg_max(.i, .x)", "1e400 2e400 20e399 -3", "1" },
	{ "max(.x)", "3 1.50 null 2", "3" },
	{ "max(.x)", "9007199254740993 9007199254740992", "9007199254740993" },
	{ "min(.x)", "123456789012345678901234567890.5 1e40", "123456789012345678901234567890.5" },
	/* an event whose string is not UTF-8 is rejected */
	{ "min(.x)", "\"\300\" \"\357\277\274\" \"\377\"", "\"\357\277\274\"" },
	{ "arg_max(.i, .x)", "\"\300\" \"\357\277\274\" \"\377\"", "1" },
	{ "min(.x)",
		"965427328614797100000000000000000000.00001 965427328614797100000000000000000000 965427328614797100000000000000000000.00001",
		"965427328614797100000000000000000000" },
	{ "max(.x)",
		"965427328614797100000000000000000000.00001 965427328614797100000000000000000000 965427328614797100000000000000000000.00001",
		"965427328614797100000000000000000000.00001" },
	{ "max(.x)", "\"a\" \"\\u0062\" 7", "\"b\"" },
	{ "min(.x)", "\"quite_a_long_string_here\" \"and_another_long_one\"", "\"and_another_long_one\"" },
	{ "min(.x)", "\"a\" 7 false", "false" },
	{ "arg_min(.i, .x)", "3 1 1 2", "1" },
	{ "arg_max(.i, .x)", "3 1 3 2 null", "0" },
	{ "arg_max(.x, .i)", "3 1 3 2 null", "2" },
	{ "arg_min(.i, .x)", "", "null" },
};
enum { CASES = sizeof cases / sizeof cases[0] };

static void check_random(const struct random_table *t)
{
	int64_t sorted[EVENTS_MAX];
	char text[64];
	random_table_sort(t, sorted);
	check_fold("min(.x)", t->events, t->n, hundredths_text(sorted[0], text));
	check_fold("max(.x)", t->events, t->n, hundredths_text(sorted[t->n - 1], text));
	check_fold("arg_min(.x, .x | tostring)", t->events, t->n, NULL);
}

int main(void)
{
	check_cases(cases, CASES);
	check_random_tables(check_random);
	check_release("min(.y)");
	check_release("max(.y)");
	check_release("arg_min(.y, .x)");
	check_release("arg_max(.x, .y)");
	return check_end();
}
