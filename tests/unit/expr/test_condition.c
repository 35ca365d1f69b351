/* test_condition.c -- assignments that were meant as comparisons are refused, and nothing else is. */
#include "check.h"
#include "expr/condition.h"

int main(void)
{
	static const struct {
		const char *text;
		bool refused;
	} cases[] = {
		{ ".status = 500", true },
		{ ".status=500", true },
		{ "(.status = 500)", true },
		{ ".a = 1 and .b == 2", true },
		{ ".a == 1 and .b = 2", true },
		{ ".a | .b = 2", true },
		{ ".status |= 500", true },
		{ ".n += 1", true },
		{ ".n -= 1", true },
		{ ".n *= 2", true },
		{ ".n /= 2", true },
		{ ".n //= 2", true },
		{ ".n %= 2", true },
		{ "((.status = 500))", true },
		{ "[.a | .b = 1]", false },
		{ "(reduce .items[] as $i (0; . += $i.n)) > 10", false },
		{ "(.a = 1).b == 2", false },
		{ "(.a) = (.b)", true },
		{ ".a = \"\\(.b)\" | .a == \"x\"", false },
		{ ".a = 1 # note\n| .a == 1", false },
		{ "with_entries(.value += 1) | .a > 1", false },
		{ "if .a = 1 then true else false end", true },
		{ ".status == 500", false },
		{ ".status != 500", false },
		{ ".status >= 500 and .status <= 599", false },
		{ ".s == \"a = b\"", false },
		{ ".s == \"\\\" = \"", false },
		{ ".s | test(\"x=\\(.y)\")", false },
		{ ".a += 1 | .a > 5", false },
		{ "(.a = 1) | .a == .b", false },
		{ "(.a |= .b) | .a", false },
		{ "{a: (.x | .y = 1)} | .a", false },
		{ ".a # = 1", false },
		{ ".a // 1 == 1", false },
		{ "", false },
		{ "\"", false },
		{ "(((", false },
		{ ")))", false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_ROW("%s", cases[i].text);
		struct err e = ERR_INIT;
		CHECK_EQ(condition_check(span_of(cases[i].text), &e), cases[i].refused ? -1 : 0);
		CHECK_EQ(e.status, cases[i].refused ? EX_USAGE : 0);
	}
	return check_end();
}
