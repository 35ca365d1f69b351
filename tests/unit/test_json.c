/* test_json -- the grammar of RFC 8259 and what events ask beyond it; both ways of the hot loops. */
#include "check.h"
#include "text/json.h"
#include "text/json_ways.h"
#include <stdlib.h>

static struct json_checker checker;

static bool accepts(const char *text, size_t n)
{
	const char *end, *why = NULL;
	size_t at = 0;
	if (json_check_value((struct span){ text, n }, JSON_DEPTH_MAX, &end, &at, &why) < 0) {
		CHECK(why != NULL && at <= n);
		return false;
	}
	return json_space(end, text + n) == text + n;
}

static const char *const good_values[] = {
	"0", "-0", "1", "-1.5", "1e5", "1E5", "1e+5", "1e-5", "0e0", "123456789012345678901234567890", "0.1", " 1 ", "\t\n\r 1",
	"true", "false", "null", "\"\"", "\"a\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"",
	"\"\x7f\"", "\"é€😀\"", "\"\xf4\x8f\xbf\xbf\"", "\"\xed\x9f\xbf\"", "\"\xee\x80\x80\"", "\"\\uFFFF\\uabcd\"", "[]", "[ ]",
	"{}", "{ }", "[1]", "[1,2]", "[ 1 , 2 ]", "[[],{}]", "{\"a\":1}", "{ \"a\" : 1 , \"b\" : 2 }", "{\"\":0}",
	"{\"a\":{\"b\":[1,{\"c\":null}]}}", "{\"a\":1,\"a\":2}", "[\"[\",\"]\",\"{\",\"}\"]", "\"a string that is longer than 32 bytes, quite\"",
	"[true,false,null]", "[\"\\u0061\\u00e9\"]", "{\"$sp\":1}",
};

static const char *const bad_values[] = {
	"", " ", "01", "-01", "+1", ".5", "1.", "1.e1", "1e", "1e+", "-", "--1", "NaN", "Infinity", "-Infinity", "0x1", "1_0",
	"True", "TRUE", "tru", "truex", "nul", "nil", "fals", "\"", "\"a", "\"\\\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"",
	"\"\\u\"", "\"\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\ud800\\u0041\"", "\"\\ud800\\ud800\"", "\"\\udc00\"", "\"\\U0041\"",
	"\"\\'\"", "\"\\a\"", "'a'", "\"\x01\"", "\"\n\"", "\"\t\"", "\"\x1f\"", "\"\x80\"", "\"\xc0\x80\"", "\"\xc1\xbf\"",
	"\"\xe0\x80\x80\"", "\"\xe0\x9f\xbf\"", "\"\xed\xa0\x80\"", "\"\xed\xbf\xbf\"", "\"\xf0\x8f\xbf\xbf\"", "\"\xf4\x90\x80\x80\"",
	"\"\xf5\x80\x80\x80\"", "\"\xff\"", "\"\xc3\"", "\"\xe2\x82\"", "\"\xf0\x9f\x98\"", "\"\xc3(\"", "\xef\xbb\xbf" "1",
	"[\xef\xbb\xbf" "1]", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1 2]", "[1]]", "[}", "{", "}", "{]", "{\"a\"", "{\"a\":",
	"{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{,\"a\":1}", "{\"a\" 1}", "{\"a\"::1}", "{a:1}", "{1:1}", "{'a':1}",
	"{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}", "{\"a\":1]", "[1}", "{null:1}", "{\"a\"}", "1 2", "1,", "{}{}", "{} x", "[1]\f",
	"\v1", "\xc2\xa0" "1", "[\f]", "/* */1", "1//", "[1,/**/2]", "\\u0031", "[\"a\",\n\"b]", "{\"a\":\"b}", "\"\xed\xa0\xbd\xed\xb8\x80\"",
	"[\"\\\"]", "*", "[-]", "[1.]", "[0 .5]", "- 1", "1e5.5", "[[[1]]", "\"a\"b", "{\"a\":1}}",
};

static void test_grammar(void)
{
	for (size_t i = 0; i < sizeof good_values / sizeof *good_values; i++)
		if (!CHECK(accepts(good_values[i], strlen(good_values[i]))))
			fprintf(stderr, "\trefused: %s\n", good_values[i]);
	for (size_t i = 0; i < sizeof bad_values / sizeof *bad_values; i++)
		if (!CHECK(!accepts(bad_values[i], strlen(bad_values[i]))))
			fprintf(stderr, "\taccepted: %s\n", bad_values[i]);
	CHECK(!accepts("\"a\0b\"", 5));
	CHECK(!accepts("1\0", 2));
	CHECK(!accepts("\0", 1));
	CHECK(!accepts("[1,\0]", 5));
}

static void test_depth(void)
{
	char text[600];
	for (unsigned depth = 126; depth <= 131; depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		CHECK_EQ(accepts(text, 2 * depth), depth <= JSON_DEPTH_MAX);
		size_t n = 0, at;
		const char *why;
		n += (size_t)snprintf(text, sizeof text, "{\"a\":");
		memset(text + n, '[', depth - 1);
		memset(text + n + depth - 1, ']', depth - 1);
		n += 2 * (depth - 1);
		text[n++] = '}';
		CHECK_EQ(json_check(&checker, (struct span){ text, n }, &at, &why), depth <= JSON_DEPTH_MAX ? 0 : -1);
	}
}

/* What is wrong with LINE as an event, and where: "12: why"; "" when nothing is. */
static const char *fault(const char *line)
{
	static char text[300];
	size_t at = 0;
	const char *why = NULL;
	text[0] = '\0';
	if (json_check(&checker, span_of(line), &at, &why) < 0)
		snprintf(text, sizeof text, "%zu: %s", at, why);
	return text;
}

static void test_events(void)
{
	static const struct {
		const char *line, *fault;
	} cases[] = {
		{ "{}", "" },
		{ " {\"a\":1} \r\n", "" },
		{ "{\"a\":{\"b\":1,\"b\":2,\"$sp\":3}}", "" },
		{ "{\"a\":1,\"b\":2,\"A\":3,\"\":4}", "" },
		{ "{\"a\":1}", "" }, /* its name is learnt ... */
		{ "{\"a\":  1,\"b\" : 2}", "" }, /* ... and met with white space behind it */
		{ "{\"sp\":1,\"$s\":2,\"$\":3,\"s$sp\":4}", "" },
		{ "", "0: empty" },
		{ "  ", "2: empty" },
		{ "[]", "0: no object" },
		{ "1", "0: no object" },
		{ "{\"a\":1,\"a\":2}", "7: name \"a\" twice" },
		{ "{\"a\":1,\"b\":0,\"\\u0061\":2}", "13: name \"\\u0061\" twice" },
		{ "{\"\\u0061\":1,\"a\":2}", "12: name \"a\" twice" },
		{ "{\"a\":1, \"a\" :2}", "8: name \"a\" twice" },
		{ "{\"\":1,\"\":2}", "6: name \"\" twice" },
		{ "{\"$sp\":1}", "1: name beginning with \"$sp\", which only control lines have" },
		{ "{\"a\":1,\"$spx\":1}", "7: name beginning with \"$sp\", which only control lines have" },
		{ "{\"\\u0024sp\":1}", "1: name beginning with \"$sp\", which only control lines have" },
		{ "{\"$\\u0073\\u0070\":1}", "1: name beginning with \"$sp\", which only control lines have" },
		{ "{\"a\":1}x", "7: something behind the object" },
		{ "{\"a\":1", "6: object without an end" },
		{ "{\"a\":1,}", "7: no name in quotes where a member should begin" },
		{ "{\"a\":01}", "5: number with a leading zero" },
		{ "{\"a\":-}", "6: number without digits" },
		{ "{\"a\":1.}", "7: number without digits behind its point" },
		{ "{\"a\":1e}", "7: number without digits in its exponent" },
		{ "{\"a\":\"\xff\"}", "6: not UTF-8" },
		{ "{\"a\":\"\x01\"}", "6: control character in a string" },
		{ "{\"a\":\"\\ud800\"}", "6: half of a surrogate pair" },
		{ "{\"a\":\"\\q\"}", "6: unknown escape" },
		{ "{\"a\":\"\\u00\"}", "6: \\u without four hex digits" },
		{ "{\"a\":\"b}", "8: string without an end" },
		{ "{\"a\" 1}", "5: no colon behind a name" },
		{ "{\"a\":1 2}", "7: no comma or } behind a member" },
		{ "{\"a\":[1 2]}", "8: no comma or ] behind an element" },
		{ "{\"a\":[1", "7: array without an end" },
		{ "{\"a\":", "5: the end where a value should begin" },
		{ "{\"a\":tru}", "5: no value" },
	};
	for (int round = 0; round < 3; round++) /* learnt names must not change the answer */
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
			CHECK_STR(fault(cases[i].line), cases[i].fault);
}

int main(void)
{
	struct err e = ERR_INIT;
	if (json_checker_init(&checker, &e) < 0)
		return 1;
	test_grammar();
	test_depth();
	test_events();
	json_checker_release(&checker);
	return check_end();
}
