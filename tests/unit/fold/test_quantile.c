/* test_quantile.c -- quantile, median: exact and interpolated; approx_quantile: at the ends. */
#include "fold/fold_check.h"
#include "fold/random_table.h"

static const struct fold_case cases[] = {
	{ "median(.x)",
		"12345678901234567890123456789012345678903 12345678901234567890123456789012345678901 12345678901234567890123456789012345678902.0",
		"12345678901234567890123456789012345678902" },
	{ "quantile(.x, 0.1)", "-1e308 1e308 1e308", "-6e+307" },
	{ "quantile(.x, 1)", "1 1e300 12345678901234567890123456789012345678903", "1e+300" },
	{ "quantile(.x, 0.5)",
		"12345678901234567890123456789012345678901 12345678901234567890123456789012345678901.00 1 2e300",
		"12345678901234567890123456789012345678901" },
	{ "quantile(.x, 0)",
		"965427328614797100000000000000000000.00001 965427328614797100000000000000000000 965427328614797100000000000000000000.00001",
		"965427328614797100000000000000000000" },
	{ "median(.x)", "900000000000000000 0.125", "450000000000000000.0625" },
	{ "median(.x)", "", "null" },
	{ "median(.x)", "5", "5" },
	{ "median(.x)", "1 2", "1.5" },
	{ "median(.x)", "0.1 null 0.2 0.3", "0.2" },
	{ "median(.x)", "9007199254740993 9007199254740992", "9007199254740992.5" },
	{ "median(.x)", "1e300 1 -1e300", "1" },
	{ "median(.x)", "1.7e308 -1.7e308", "0" },
	{ "median(.x)", "12345678901234567890123 12345678901234567890125 1e-30", "12345678901234567890123" },
	{ "quantile(.x, 0)", "3 1 2", "1" },
	{ "quantile(.x, 1)", "3 1 2", "3" },
	{ "quantile(.x, 0.9)", "0 10", "9" },
	/* A decimal is written alike whether it came before or after the first number that is none. */
	{ "median(.x)", "0.00000000000000000100144 1e300 -1e300", "0.00000000000000000100144" },
	{ "median(.x)", "1e300 0.00000000000000000100144 -1e300", "0.00000000000000000100144" },
	{ "median(.x)", "12345678901234567.8 1e300 -1e300", "12345678901234567.8" },
	{ "quantile(.x, 0.25)", "1 2 3 4", "1.75" },
	{ "quantile(.x, 0.333)", "0.5 0.25", "0.33325" },
	{ "approx_quantile(.x, 0.5)", "", "null" },
	{ "approx_quantile(.x, 0.5)", "7.5", "7.5" },
	{ "approx_quantile(.x, 0)", "-7.5 3 2", "-7.5" },
	{ "approx_quantile(.x, 1)", "-7.5 3 2", "3" },
	{ "approx_quantile(.x, 0.5)", "-7.5 0 2", "0" },
};
enum { CASES = sizeof cases / sizeof cases[0] };

/* P is a whole number of percent, so the quantile of hundredths has four decimal places. */
static void check_random(const struct random_table *t)
{
	int64_t sorted[EVENTS_MAX];
	char text[64], fold[64];
	random_table_sort(t, sorted);
	for (int percent = 0; percent <= 100; percent += 1 + (int)random_below(30)) {
		int rank = percent * (t->n - 1), low = rank / 100, high = low + 1 < t->n ? low + 1 : low;
		int64_t v = sorted[low] * 100 + rank % 100 * (sorted[high] - sorted[low]);
		snprintf(fold, sizeof fold, "quantile(.x, %d.%02d)", percent / 100, percent % 100);
		check_fold(fold, t->events, t->n, decimal_text(v, 4, text));
	}
	check_fold("approx_quantile(.x, 0.9)", t->events, t->n, NULL);
	check_fold("quantile(.x / 3, 0.31)", t->events, t->n, NULL);
}

int main(void)
{
	check_cases(cases, CASES);
	check_random_tables(check_random);
	check_release("quantile(.x, 0.5)");
	check_release("approx_quantile(.x, 0.5)");
	return check_end();
}
