/* test_valid.c -- single values: the fast tests agree with the checker of whole events. */
#include "check.h"
#include "json/check.h"
#include "json/valid.h"
#include "random.h"

/* Returns what the checker says about TEXT alone. */
static bool checked(struct span text)
{
	const char *end, *why;
	size_t at;
	return json_check_value(text, JSON_DEPTH_MAX, &end, &at, &why) == 0 && end == text.p + text.n;
}

static void test_cases(void)
{
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
		{ "0", true },
		{ "-0", true },
		{ "00", false },
		{ "012", false },
		{ "0.5", true },
		{ "00.5", false },
		{ "1.5.2", false },
		{ "12.5.2", false },
		{ "1.", false },
		{ ".5", false },
		{ "1234.", false },
		{ "1234.5678", true },
		{ "123456.7", true },
		{ "1e5", true },
		{ "1\377"
		  "2",
			false },
		{ "1234\3775", false },
		{ "123 ", false },
		{ "123456789012345678901234567890.5e+10", true },
		{ "null", true },
		{ "nulx", false },
		{ "true", true },
		{ "trux", false },
		{ "false ", false },
		{ "\"\"", true },
		{ "\"a\"", true },
		{ "\"\001\"", false },
		{ "\"\377\"", false },
		{ "\"\303\251\"", true },
		{ "\"a long enough string of ascii \001\"", false },
		{ "\"a long enough string of ascii \\n\"", true },
		{ "\"\\q\"", false },
		{ "[1,{\"a\":2}]", true },
		{ "[1,}]", false },
		{ "", false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct span text = span_of(cases[i].text);
		CHECK_ROW("%s", cases[i].text);
		CHECK_EQ(json_valid(text), cases[i].valid);
		CHECK_EQ(json_valid_fast(text, json_type(text)), cases[i].valid);
	}
}

/* Each text is in a block of its own, so that the sanitizers find a byte that is read outside it. */
static void test_random(void)
{
	static const char letters[] = "0123456789012345678900...-e+ \\a\"\001\177\200\377";
	for (int round = 0; round < 200000; round++) {
		size_t n = 1 + random_below(40);
		char *p = malloc(n);
		bool string = round % 2;
		for (size_t i = 0; i < n; i++)
			p[i] = string && random_below(8) ? 'x' :
							   letters[random_below(string ? sizeof letters - 1 : 27)];
		if (string) {
			n = n < 2 ? 1 : n;
			p[0] = p[n - 1] = '"';
			/* A scanner ends a string at the first quote without a backslash before it. */
			for (size_t i = 1; i + 1 < n; i++)
				p[i] = p[i] == '"' || (p[i] == '\\' && i + 2 == n) ? 'y' : p[i];
		}
		struct span text = { p, n };
		CHECK_ROW("%.*s", (int)n, p);
		CHECK_EQ(n >= 2 || !string ? json_valid_fast(text, json_type(text)) : checked(text), checked(text));
		free(p);
	}
}

int main(void)
{
	test_cases();
	test_random();
	return check_end();
}
