/* test_json.c -- the grammar of RFC 8259 and the further rules for events; strings, canonical form, order.
 *
 * "test_json verdicts" reads texts in hexadecimal, one a line, and writes for each whether it is a JSON value and
 * whether it is an event: tests/tools/diff_json.py compares that with Python. */
#include "check.h"
#include "random.h"
#include "json/json_cases.h"
#include "json/json.h"
#include "text/utf8.h"
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

static void test_grammar(void)
{
	for (size_t i = 0; i < GOOD_COUNT; i++)
		if (!CHECK(accepts(good_values[i], strlen(good_values[i]))))
			fprintf(stderr, "\trefused: %s\n", good_values[i]);
	for (size_t i = 0; i < BAD_COUNT; i++)
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

/* Returns what is wrong with LINE as an event, and where: "12: why"; "" if it is an event. */
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
		{ "{\"a\":1}", "" },             /* its name is cached ... */
		{ "{\"a\":  1,\"b\" : 2}", "" }, /* ... and then has more white space after it */
		{ "{\"a\":  1,\"b\":\t2, \"A\" : 3}", "" },
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
		{ "{\"a\":1}x", "7: something after the object" },
		{ "{\"a\":1", "6: object without an end" },
		{ "{\"a\":1,}", "7: no name in quotes where a member should begin" },
		{ "{\"a\":01}", "5: number with a leading zero" },
		{ "{\"a\":-}", "6: number without digits" },
		{ "{\"a\":1.}", "7: number without digits after its point" },
		{ "{\"a\":1e}", "7: number without digits in its exponent" },
		{ "{\"a\":\"\xff\"}", "6: not UTF-8" },
		{ "{\"a\":\"\x01\"}", "6: control character in a string" },
		{ "{\"a\":\"\\ud800\"}", "6: half of a surrogate pair" },
		{ "{\"a\":\"\\q\"}", "6: unknown escape" },
		{ "{\"a\":\"\\u00\"}", "6: \\u without four hex digits" },
		{ "{\"a\":\"b}", "8: string without an end" },
		{ "{\"a\" 1}", "5: no colon after a name" },
		{ "{\"a\":1 2}", "7: no comma or } after a member" },
		{ "{\"a\":[1 2]}", "8: no comma or ] after an element" },
		{ "{\"a\":[1", "7: array without an end" },
		{ "{\"a\":", "5: the end where a value should begin" },
		{ "{\"a\":tru}", "5: no value" },
	};
	for (int round = 0; round < 3; round++) /* cached names must not change the answer */
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
			CHECK_ROW("%s", cases[i].line);
			CHECK_STR(fault(cases[i].line), cases[i].fault);
		}
}

/* ---- names ---- */

/* Appends an event of COUNT members, the last one a second time if TWICE. */
static struct span wide_event(struct buf *b, int count, bool twice)
{
	buf_reset(b);
	buf_addc(b, '{');
	for (int i = 0; i < count; i++)
		buf_addf(b, "%s\"c%d\":%d", i ? "," : "", i, i);
	if (twice)
		buf_addf(b, ",\"\\u0063%d\":0", count - 1);
	buf_addc(b, '}');
	return buf_span(b);
}

static void test_wide(void)
{
	static const int counts[] = { 1, 2, 63, 64, 65, 248, 249, 250, 251, 600, 1000000 };
	struct buf b;
	buf_init(&b, 64 << 20);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		CHECK_ROW("%d columns", counts[i]);
		for (int round = 0; round < 2; round++) {
			size_t at = 0;
			const char *why = "";
			CHECK_EQ(json_check(&checker, wide_event(&b, counts[i], false), &at, &why), 0);
			CHECK_EQ(json_check(&checker, wide_event(&b, counts[i], true), &at, &why), -1);
			CHECK(strstr(why, "twice") != NULL);
		}
	}
	/* The cache was cleared on the way; the answer is still right. */
	CHECK_STR(fault("{\"a\":1,\"b\":2}"), "");
	CHECK_STR(fault("{\"a\":1,\"b\":2,\"a\":3}"), "13: name \"a\" twice");
	buf_release(&b);
}

/* Members that come, go and change places, and names that are too long for the cache. */
static void test_changing_shapes(void)
{
	char line[2000], name[120];
	for (int round = 0; round < 3000; round++) {
		bool seen[12] = { false }, twice = false;
		size_t n = (size_t)snprintf(line, sizeof line, "{");
		for (int i = 0; i < 8; i++) {
			int k = (int)random_below(12);
			if (seen[k] && random_below(4) != 0)
				continue; /* mostly without a name that occurs twice */
			twice = twice || seen[k];
			seen[k] = true;
			snprintf(name, sizeof name, "%s%c%.*s", random_below(2) ? "" : " ", '"', k >= 9 ? 70 : 0,
				"0123456789012345678901234567890123456789012345678901234567890123456789");
			n += (size_t)snprintf(line + n, sizeof line - n, "%s%sn%d\"%s:%d", n > 1 ? "," : "", name, k,
				random_below(2) ? "" : " ", i);
		}
		snprintf(line + n, sizeof line - n, "}");
		CHECK_EQ(strstr(fault(line), "twice") != NULL, twice);
	}
}

/* ---- strings ---- */

static void test_strings(void)
{
	static const struct {
		const char *raw, *bytes;
	} cases[] = {
		{ "", "" },
		{ "abc", "abc" },
		{ "a\\\"\\\\\\/\\b\\f\\n\\r\\tz", "a\"\\/\b\f\n\r\tz" },
		{ "\\u0041\\u00e9\\u20ac\\ud83d\\ude00", "Aé€😀" },
		{ "\\ud800", "\xef\xbf\xbd" },
		{ "\\ud800x", "\xef\xbf\xbdx" },
		{ "\\udc00\\ud800\\ud800\\udc00", "\xef\xbf\xbd\xef\xbf\xbd\xf0\x90\x80\x80" },
	};
	static const char *const bad[] = { "\\", "\\x", "\\u", "\\u12", "\\u12g4", "a\\" };
	struct buf b;
	buf_init(&b, 1000);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_ROW("%s", cases[i].raw);
		buf_reset(&b);
		CHECK(json_unescape(span_of(cases[i].raw), &b) == 0);
		CHECK_STR(buf_string(&b), cases[i].bytes);
		CHECK(json_string_is(span_of(cases[i].raw), span_of(cases[i].bytes)));
		CHECK(!json_string_is(span_of(cases[i].raw), SPAN("ab")));
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK_ROW("%s", bad[i]);
		CHECK(json_unescape(span_of(bad[i]), &b) < 0);
	}
	CHECK(json_string_is(SPAN("a\\u0000b"), SPAN("a\0b")));
	CHECK(!json_string_is(SPAN("a\\\\"), SPAN("a\\\\")));
	buf_reset(&b);
	CHECK(json_quote(SPAN("a\"\\\b\f\n\r\t\x01\x1f\0é\xff\xc3(\x7f/"), &b) == 0);
	CHECK_STR(buf_string(&b), "\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\\u0000é\xef\xbf\xbd\xef\xbf\xbd(\x7f/\"");
	buf_release(&b);
	buf_init(&b, 4);
	CHECK(json_quote(SPAN("abc"), &b) < 0);
	CHECK(json_unescape(SPAN("abcde"), &b) < 0);
	buf_release(&b);
}

/* All sequences of two bytes, and many longer ones, against the definition. */
static void test_utf8(void)
{
	static const struct {
		const char *s;
		size_t n;
	} cases[] = { { "", 0 }, { "abcdefghijk", 11 }, { "abcdefgh\xff", 8 }, { "é€😀", 9 }, { "\xc0\x80", 0 },
		{ "\xc2", 0 }, { "a\xe0\x9f\xbf", 1 }, { "\xed\xa0\x80", 0 }, { "\xf4\x8f\xbf\xbf", 4 },
		{ "\xf4\x90\x80\x80", 0 }, { "\xf0\x8f\xbf\xbf", 0 }, { "\xf8\x88\x80\x80\x80", 0 },
		{ "12345678\x80", 8 } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_ROW("%s", cases[i].s);
		CHECK_EQ(utf8_valid(span_of(cases[i].s)), cases[i].n);
	}
	long valid = 0;
	for (int a = 0; a < 256; a++)
		for (int b = 0; b < 256; b++) {
			char s[2] = { (char)a, (char)b };
			valid += utf8_valid((struct span){ s, 2 }) == 2;
		}
	CHECK_EQ(valid, 128 * 128 + 30 * 64);
	valid = 0;
	for (int a = 0xE0; a < 0x100; a++)
		for (int b = 0; b < 256; b++)
			for (int c = 0; c < 256; c++) {
				char s[3] = { (char)a, (char)b, (char)c };
				valid += utf8_valid((struct span){ s, 3 }) == 3;
			}
	CHECK_EQ(valid, 0x10000 - 0x800 - 0x800); /* U+0800 to U+FFFF without the surrogates */
}

/* ---- canonical form, order, compact ---- */

static void test_canon(void)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "1.50e1", "15" },
		{ "\"\\u0041\\/\\u001f\"", "\"A/\\u001f\"" },
		{ "[ 1.0 , \"a\" , null,true,false ]", "[1,\"a\",null,true,false]" },
		{ "{ \"b\" : 1 , \"a\" : { \"d\":2,\"c\":[] } }", "{\"a\":{\"c\":[],\"d\":2},\"b\":1}" },
		{ "{\"a\":1,\"\\u0061\":2}", "{\"a\":2}" },
		{ "{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}" },
		{ "{\"é\":1,\"z\":2,\"😀\":3,\"\":0}", "{\"\":0,\"z\":2,\"é\":1,\"😀\":3}" },
		{ "{}", "{}" },
	};
	struct buf b;
	buf_init(&b, 1000);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_ROW("%s", cases[i].in);
		buf_reset(&b);
		CHECK(json_canon(span_of(cases[i].in), &b) == 0);
		CHECK_STR(buf_string(&b), cases[i].out);
		CHECK_EQ(json_compare(span_of(cases[i].in), span_of(cases[i].out)), 0);
	}
	static const char *const bad[] = { "", "x", "\"", "[1", "{\"a\"}", "\"\\x\"", "[1 2]", "01", "{\"a\":[}" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK_ROW("%s", bad[i]);
		CHECK(json_canon(span_of(bad[i]), &b) < 0);
	}
	buf_reset(&b);
	CHECK(json_compact(SPAN(" { \"a b\" : [ 1 , \"\\\" \" ] }\n"), &b) == 0);
	CHECK_STR(buf_string(&b), "{\"a b\":[1,\"\\\" \"]}");
	CHECK(json_compact(SPAN("[\"a]"), &b) < 0);
	buf_release(&b);
	for (size_t depth = 128; depth <= 129; depth++) {
		char text[300];
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		buf_init(&b, 1000);
		CHECK_EQ(json_canon((struct span){ text, 2 * depth }, &b), depth == 128 ? 0 : -1);
		buf_release(&b);
	}
}

static void test_order(void)
{
	static const char *const ascending[] = { "null", "false", "true", "-1e300", "-1", "0", "0.5", "1",
		"9007199254740992", "9007199254740993", "1e300", "\"\"", "\"A\"", "\"a\"", "\"a\\u0001\"", "\"aa\"",
		"\"\\u007f\"", "\"é\"", "\"\\uffff\"", "\"\\ud83d\\ude00\"", "[]", "[null]", "[null,1]", "[1]", "[[]]",
		"[{}]", "{}", "{\"a\":1}", "{\"a\":2}", "{\"a\":2,\"b\":0}", "{\"a\":3,\"b\":0}", "{\"a\":0,\"c\":0}",
		"{\"b\":0}" };
	size_t n = sizeof ascending / sizeof *ascending;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			CHECK_ROW("%s against %s", ascending[i], ascending[j]);
			int c = json_compare(span_of(ascending[i]), span_of(ascending[j]));
			CHECK((c > 0) - (c < 0) == (i > j) - (i < j));
		}
	CHECK_EQ(json_compare(SPAN("{\"a\":1,\"b\":2}"), SPAN("{ \"b\":2.0, \"\\u0061\":1 }")), 0);
	CHECK_EQ(json_compare(SPAN("[1,2]"), SPAN("[1.0, 20e-1]")), 0);
	CHECK(json_compare(SPAN_NONE, SPAN("null")) < 0);
}

/* ---- for tests/tools/diff_json.py ---- */

static int verdicts(void)
{
	char *line = NULL;
	size_t cap = 0;
	for (ssize_t n; (n = getline(&line, &cap, stdin)) > 0;) {
		size_t size = 0, at;
		const char *why;
		for (ssize_t i = 0; i + 1 < n; i += 2) {
			char hex[3] = { line[i], line[i + 1], '\0' };
			line[size++] = (char)strtol(hex, NULL, 16);
		}
		bool event = json_check(&checker, (struct span){ line, size }, &at, &why) == 0;
		printf("%d%d\n", accepts(line, size), event);
	}
	free(line);
	return 0;
}

int main(int argc, char **argv)
{
	struct err e = ERR_INIT;
	if (json_checker_init(&checker, &e) < 0)
		return 1;
	if (argc > 1 && strcmp(argv[1], "verdicts") == 0)
		return verdicts();
	test_grammar();
	test_depth();
	test_events();
	test_wide();
	test_changing_shapes();
	test_strings();
	test_utf8();
	test_canon();
	test_order();
	json_checker_release(&checker);
	return check_end();
}
