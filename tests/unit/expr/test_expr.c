/* test_expr.c -- expressions: values and errors, by table. tests/tools/diff_expr.py compares with jq itself. */
#include "expr/expr_value.h"

static void check_rows(const struct row *rows, size_t n, bool native)
{
	for (size_t i = 0; i < n; i++) {
		CHECK_ROW("%s", rows[i].text);
		struct err e = ERR_INIT;
		struct exprs *x = exprs_new(&e);
		int number = exprs_add(x, rows[i].text, &e);
		if (!CHECK(number == 0 && exprs_native(x, 0) == native))
			fprintf(stderr, "\t%s\n", e.msg);
		exprs_free(x);
		CHECK_STR(value(rows[i].text), rows[i].want);
	}
}

static void test_native(void)
{
	static const struct row rows[] = {
		/* paths: raw text */
		{ ".a.b", "7" },
		{ ".\"a\".b", "7" },
		{ ".[\"a\"][\"x y\"]", "\"odd\"" },
		{ ".a.\"x y\"", "\"odd\"" },
		{ ".list[0]", "10" },
		{ ".list[-1]", "30" },
		{ ".list[3]", "null" },
		{ ".list[-4]", "null" },
		{ ".a.c.d[2].e", "3" },
		{ ".a.n.q.r", "null" },
		{ ".gone", "null" },
		{ ".gone.more[1]", "null" },
		{ ".big", "12345678901234567890" },
		{ ".a.c.d", "[1,2,{\"e\":3}]" },
		{ "(.a).b", "7" },
		{ ".a | .b", "7" },
		{ ".a|.c|.d|.[1]", "2" },
		{ ".dup.k", "2" },
		{ "(.a|.c).d[0]", "1" },
		{ ".esc", "\"a\\u00e9\\n\\/\"" },
		/* literals */
		{ "1", "1" },
		{ ".5", "0.5" },
		{ "1.", "1" },
		{ "007", "7" },
		{ "1.50e2", "150" },
		{ "\"a\\tb\"", "\"a\\tb\"" },
		{ "null", "null" },
		{ "true", "true" },
		{ "false", "false" },
		{ "\"\"", "\"\"" },
		/* arithmetic, exact */
		{ "0.1 + 0.2", "0.3" },
		{ ".dec + 0.2", "0.3" },
		{ ".big + 1", "12345678901234567891" },
		{ "2 + 3 * 4 - 1", "13" },
		{ "(2 + 3) * 4", "20" },
		{ "7 % 3", "1" },
		{ "-7 % 3", "-1" },
		{ "5 % -2", "1" },
		{ "10 / 4", "2.5" },
		{ "8 / 2 / 2", "2" },
		{ "1 - 2 - 3", "-4" },
		{ "-.a.b", "-7" },
		{ "-2 * -3", "6" },
		{ "2 - -1", "3" },
		{ "2 * -1 + 3", "1" },
		{ "-(1 + 2)", "-3" },
		{ "--1", "1" },
		{ ".neg + 0.5", "-2" },
		{ "null + 1", "1" },
		{ ".gone + .a.b", "7" },
		{ ".a.b + null", "7" },
		{ "null + null", "null" },
		{ ".s + \"!\"", "\"Text!\"" },
		{ ".esc + .s", "\"a\xc3\xa9\\n/Text\"" },
		{ "\"\" + \"\"", "\"\"" },
		{ "null + .list", "[10,20,30]" },
		/* comparisons */
		{ ".status >= 500", "true" },
		{ ".status < 500", "false" },
		{ ".s == \"Text\"", "true" },
		{ ".s != \"text\"", "true" },
		{ ".s < \"U\"", "true" },
		{ ".esc == \"aé\\n/\"", "true" },
		{ ".esc != \"aé\\n/\"", "false" },
		{ "1 == 1.0", "true" },
		{ ".z == null", "true" },
		{ ".gone == null", "true" },
		{ ".t == true", "true" },
		{ ".f == .t", "false" },
		{ "null < false", "true" },
		{ "false < true", "true" },
		{ "true < 0", "true" },
		{ "9 < \"\"", "true" },
		{ "\"z\" < .list", "true" },
		{ ".list < .a", "true" },
		{ ".list == .list", "true" },
		{ "\"a\" < \"ab\"", "true" },
		{ ".big > 12345678901234567889", "true" },
		{ ".neg > -2.6", "true" },
		{ ".neg == -2.5", "true" },
		{ ".status == 503.0", "true" },
		{ ".status != .status", "false" },
		{ "\"x\" >= \"x\"", "true" },
		/* logic */
		{ "true and .f", "false" },
		{ "1 and \"\"", "true" },
		{ "null or false", "false" },
		{ "null or 0", "true" },
		{ ".f and .s.x", "false" },
		{ ".t or .s.x", "true" },
		{ ".t | not", "false" },
		{ ".gone | not", "true" },
		{ "not", "false" },
		{ "true or false and false", "true" },
		{ "1 == 1 and 2 == 2 or false", "true" },
		{ ".f and .t | not", "true" },
		{ ".gone // 5", "5" },
		{ ".f // .z // \"last\"", "\"last\"" },
		{ ".zero // 5", "0" },
		{ ".z // .f", "false" },
		{ ".gone // 1 + 1", "2" },
		{ "(.gone // 1) + 1", "2" },
		{ ".gone // .t and .f", "false" },
		/* pipes and functions */
		{ ".a.b + 1 | . * 2", "16" },
		{ ".s | length", "4" },
		{ ".esc | length", "4" },
		{ ".list | length", "3" },
		{ ".z | length", "0" },
		{ ".neg | length", "2.5" },
		{ ".s | ascii_downcase", "\"text\"" },
		{ ".s | ascii_upcase", "\"TEXT\"" },
		{ ".s | startswith(\"Te\")", "true" },
		{ ".s | endswith(\"xt\")", "true" },
		{ ".s | startswith(\"Text!\")", "false" },
		{ ".neg | floor", "-3" },
		{ "7.9 | floor", "7" },
		{ "-2 | floor", "-2" },
		{ ".u == \"Ab\"", "true" },
		{ ".u != \"Ab\"", "false" },
		{ ".status / 100 | floor", "5" },
		{ ".a | 5", "5" },
		{ "(.list | .[0] + .[1]) + .a.b", "37" },
		{ "(.a | .c).d | length", "3" },
		{ ".s + \"A\" | ascii_downcase | length", "5" },
		/* if */
		{ "if .t then 1 else 2 end", "1" },
		{ "if .gone then 1 else 2 end", "2" },
		{ "if .f then 1 elif .t then 3 else 2 end", "3" },
		{ "if .f then 1 elif .z then 3 else .a.b end + 1", "8" },
		{ "1 + if .t then .big else 0 end", "12345678901234567891" },
		{ "(if .f then .a else .list end)[1]", "20" },
		{ "if .t then .a else .list end | .b", "7" },
		{ "(.gone // .a.b) == 7", "true" },
		{ "(if .t then .a.b else 1 end) == 7", "true" },
	};
	check_rows(rows, sizeof rows / sizeof *rows, true);
}

static void test_libjq(void)
{
	static const struct row rows[] = {
		{ ".list | add", "60" },
		{ "[.a.b, 1]", "[7,1]" },
		{ "{x: .a.b}", "{\"x\":7}" },
		{ ".list[1:]", "[20,30]" },
		{ ".s | test(\"^T\")", "true" },
		{ ".a.q?", "null" },
		{ "empty", "null" },
		{ ".a.b as $x | $x + 1", "8" },
		{ "\"<\\(.s)>\"", "\"<Text>\"" },
		{ ".list | map(. + 1) | .[0]", "11" },
		{ "env | type", "\"object\"" },
		{ "input", "expression 'input': an event has no further inputs" },
		{ "halt", "expression 'halt': may not halt" },
		{ "1 | halt_error", "expression '1 | halt_error': may not halt" },
		{ ".list[]", "expression '.list[]': gives several values; one is wanted" },
		{ "error(\"so\")", "expression 'error(\"so\")': so" },
		{ "error({a:1})", "expression 'error({a:1})': {\"a\":1}" },
		{ "1, error(\"x\")", "expression '1, error(\"x\")': x" },
		{ "nan", "null" },
		{ "infinite", "1.7976931348623157e+308" },
		{ ".a.b | debug", "7" },
		{ ".a.b | stderr", "7" },
		{ ".a.b # a comment", "7" },
		{ "def f: .a.b; f", "7" },
		{ "input_filename", "null" },
		{ "$__loc__ | .line", "1" },
		{ "[limit(3; repeat(1))] | length", "3" },
		/* what would kill or hang libjq 1.6 */
		{ "path(.list[])", "expression 'path(.list[])': gives several values; one is wanted" },
		{ "path(.list[])", "expression 'path(.list[])': gives several values; one is wanted" },
		{ "path(repeat(.a))", "expression 'path(repeat(.a))': gives several values; one is wanted" },
		{ "path(.list[] | halt)", "expression 'path(.list[] | halt)': may not halt" },
		{ "path(.list[] | input)", "expression 'path(.list[] | input)': an event has no further inputs" },
		{ "first(path(..))", "[]" },
		{ "[1e300 % (0 - 1), 7 % -1.5]", "[0,0]" },
		{ "[(7, 8) % (3, -4)]", "[1,2,3,0]" },
		{ "[1e300 | try todate catch .]", "[\"time is out of range\"]" },
		{ "nan | date", "expression 'nan | date': time is out of range" },
		{ "0 | todate", "\"1970-01-01T00:00:00Z\"" },
		{ "[.s | index(\"\"), rindex(\"t\"), indices(\"T\")]", "[null,3,[0]]" },
		{ "[1, 2, 1] | [rindex(1), index([2, 1]), indices(3)]", "[2,1,[]]" },
	};
	check_rows(rows, sizeof rows / sizeof *rows, false);
}

/* Native programs that hand an event over to libjq. */
static void test_handed_over(void)
{
	static const struct row rows[] = {
		{ ".list + .list", "[10,20,30,10,20,30]" },
		{ ".list - .list", "[]" },
		{ ".s * 2", "\"TextText\"" },
		{ ".a + .dup",
			"{\"b\":7,\"x "
			"y\":\"odd\",\"n\":null,\"c\":{\"d\":[1,2,{\"e\":3}]},\"k\":2}" },
		{ "(.s + \",b\") / (\",\" + .z)", "[\"Text\",\"b\"]" },
		{ ".dup | length", "1" },
		{ ".s.x // 3", "expression '.s.x // 3': Cannot index string with string \"x\"" },
		{ ".s.x", "expression '.s.x': Cannot index string with string \"x\"" },
		{ ".list.x", "expression '.list.x': Cannot index array with string \"x\"" },
		{ ".a[0]", "expression '.a[0]': Cannot index object with number" },
		{ ".s + 1", "expression '.s + 1': string (\"Text\") and number (1) cannot be added" },
		{ ".a.b / .zero",
			"expression '.a.b / .zero': number (7) and number (0) cannot be "
			"divided because the divisor is zero" },
		{ ".t | length", "expression '.t | length': boolean (true) has no length" },
		{ ".s | floor", "expression '.s | floor': string (\"Text\") number required" },
		{ "-.s", "expression '-.s': string (\"Text\") cannot be negated" },
		{ ".b.c | startswith(\"x\")",
			"expression '.b.c | startswith(\"x\")': startswith() "
			"requires string inputs" },
		{ ".s.x | 5", "expression '.s.x | 5': Cannot index string with string \"x\"" },
	};
	check_rows(rows, sizeof rows / sizeof *rows, true);
}

static void test_refused(void)
{
	static const struct row rows[] = {
		{ ".a +", "expression '.a +': byte 5: ends where a value should follow" },
		{ " ", "expression is empty" },
		{ "(.a", "expression '(.a': byte 4: ends where ')' should follow" },
		{ ".a ++ .b", "expression '.a ++ .b': byte 5: '+' where a value should follow" },
		{ ".a and", "expression '.a and': byte 7: ends where a value should follow" },
		{ "and .a", "expression 'and .a': byte 1: 'and' where a value should follow" },
		{ ".a)", "expression '.a)': byte 3: ')' where an operator should follow" },
		{ "1 < 2 < 3", "expression '1 < 2 < 3': byte 7: '<' where 'and' or 'or' should follow" },
		{ "\"abc", "expression '\"abc': byte 1: a string without its closing quote" },
		{ ".a[0", "expression '.a[0': byte 5: ends where ']' should follow" },
		{ "if .a then 1", "expression 'if .a then 1': byte 13: ends where 'else' should follow" },
		{ ". a", "expression '. a': syntax error, unexpected $end" },
		{ "status > 1", "expression 'status > 1': status/0 is not defined; a field is written .status" },
		{ "nosuch(1)", "expression 'nosuch(1)': nosuch/1 is not defined" },
		{ "1 / 0", "expression '1 / 0': Division by zero?" },
		{ "1/(1-1)", "expression '1/(1-1)': Division by zero?" },
		{ "\"\\q\"",
			"expression '\"\\q\"': Invalid escape at line 1, column 4 (while "
			"parsing '\"\\q\"')" },
		{ "import \"x\" as x; 1",
			"expression 'import \"x\" as x; 1': syntax error, "
			"unexpected import, expecting $end" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_ROW("%s", rows[i].text);
		struct err e = ERR_INIT;
		struct exprs *x = exprs_new(&e);
		CHECK_EQ(exprs_add(x, rows[i].text, &e), -1);
		CHECK_EQ(e.status, EX_USAGE);
		CHECK_STR(e.msg, rows[i].want);
		exprs_free(x);
	}
}

int main(void)
{
	test_native();
	test_libjq();
	test_handed_over();
	test_refused();
	return check_end();
}
