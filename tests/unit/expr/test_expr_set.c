/* test_expr_set.c -- sets of expressions: names, unusual events, limits, and memory that is reused from event to
 * event. */
#include "expr/expr_value.h"
#include "expr/extent.h"

static void test_names(void)
{
	static const struct row rows[] = {
		{ ".a.country", "country" },
		{ ".[\"a b\"]", "a b" },
		{ ".a | .b", "b" },
		{ ".a[0].x", "x" },
		{ "(.a).q", "q" },
		{ ".a[0]", NULL },
		{ ".", NULL },
		{ ".a + 1", NULL },
		{ ".a?", NULL },
	};
	struct err e = ERR_INIT;
	struct exprs *x = exprs_new(&e);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_ROW("%s", rows[i].text);
		int n = exprs_add(x, rows[i].text, &e);
		CHECK_EQ(n, i);
		if (rows[i].want)
			CHECK_STR(exprs_name(x, n), rows[i].want);
		else
			CHECK(exprs_name(x, n) == NULL);
	}
	exprs_free(x);
}

static void test_bad_events(void)
{
	CHECK_STR(value_at(".a", ""), "no JSON object");
	CHECK_STR(value_at(".a", "[1]"), "no JSON object");
	CHECK_STR(value_at("[.a]", "5"), "no JSON object");
	CHECK(strstr(value_at("[.a]", "{\"a\":"), "expression '[.a]': ") != NULL);
	CHECK_STR(value_at(".a", "{\"a\":1"), "the event is not JSON: byte 7: object without an end");
	CHECK_STR(value_at(".b", "{\"a\":NaN}"), "the event is not JSON: byte 6: no value");
	CHECK_STR(value_at(".b", "{\"a\":1}{\"b\":2}"), "the event is not JSON: byte 8: something after the object");
	CHECK_STR(value_at(".b", "{'a':1}"),
		"the event is not JSON: byte 2: no name in quotes where a member should begin");
	CHECK_STR(value_at(".a.b", " {\"a\":{\"b\":[ 1 ]}} "), "[ 1 ]");
}

/* White space may differ between events of one shape. */
static void test_shapes(void)
{
	static const char *const events[] = { "{\"a\":1,\"b\":null}", "{\"a\":  1,\"b\" : null}",
		"{ \"a\" :1 , \"b\":\tnull }", "{\"b\":null,\"a\": 1}" };
	struct err e = ERR_INIT;
	struct value v;
	struct exprs *x = exprs_new(&e);
	int a = exprs_add(x, ".a", &e);
	for (size_t i = 0; i < 16; i++) {
		CHECK_EQ(exprs_event(x, span_of(events[i % 4 ^ i / 4]), &e), 0);
		CHECK(exprs_eval(x, a, &v, &e) == 0 && span_eq(v.text, SPAN("1")));
	}
	exprs_free(x);
}

/* A path that fails for an event does not affect the others, whose numbers keep all their digits. */
static void test_walk(void)
{
	struct err e = ERR_INIT;
	struct value v;
	struct exprs *x = exprs_new(&e);
	int bad = exprs_add(x, ".s.x", &e), big = exprs_add(x, ".big", &e), last = exprs_add(x, ".list[-2]", &e);
	CHECK_EQ(exprs_event(x, span_of(event), &e), 0);
	CHECK_EQ(exprs_eval(x, bad, &v, &e), -1);
	CHECK_EQ(e.status, EX_DATAERR);
	CHECK_EQ(exprs_eval(x, big, &v, &e), 0);
	CHECK(span_eq(v.text, SPAN("12345678901234567890")));
	CHECK_EQ(exprs_eval(x, last, &v, &e), 0);
	CHECK(span_eq(v.text, SPAN("20")));
	exprs_free(x);
}

/* Returns HEAD followed by REPEAT times PART. */
static char *repeated(const char *head, const char *part, size_t repeat)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	CHECK(buf_adds(&b, head) == 0);
	for (size_t i = 0; i < repeat; i++)
		CHECK(buf_adds(&b, part) == 0);
	CHECK(buf_string(&b) != NULL);
	return b.p;
}

static void test_limits(void)
{
	static const struct {
		const char *head, *part;
		size_t repeat;
		int ok;
		const char *want;
	} rows[] = {
		{ "0", "+1", 20000, 0, "20000" }, /* a chain does not nest */
		{ ".f", " or .f", 3000, 0, "false" },
		{ ".", "a.", 1, -1, NULL },
		{ "1", "+1", 40000, -1, NULL }, /* too long */
		{ "", "(", 60000, -1, NULL },
		{ "", "-", 60000, -1, NULL },
		{ "", "[", 60000, -1, NULL },
		{ "", "if ", 20000, -1, NULL },
		{ ".z", "|.b", 300, 0, "null" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_ROW("%s, %s %zu times", rows[i].head, rows[i].part, rows[i].repeat);
		char *text = repeated(rows[i].head, rows[i].part, rows[i].repeat);
		struct err e = ERR_INIT;
		struct exprs *x = exprs_new(&e);
		CHECK_EQ(exprs_add(x, text, &e) < 0 ? -1 : 0, rows[i].ok);
		exprs_free(x);
		if (rows[i].want)
			CHECK_STR(value(text), rows[i].want);
		free(text);
	}
}

/* More paths, and longer ones, than are looked up together. */
static void test_many_paths(void)
{
	struct err e = ERR_INIT;
	struct exprs *x = exprs_new(&e);
	struct value v;
	struct buf text;
	buf_init(&text, 1 << 20);
	CHECK(buf_addc(&text, '{') == 0);
	for (int i = 0; i < 400; i++) {
		char path[32];
		snprintf(path, sizeof path, ".m%d", i);
		CHECK_EQ(exprs_add(x, path, &e), i);
		CHECK(exprs_native(x, i));
		CHECK(buf_addf(&text, "%s\"m%d\":%d", i ? "," : "", i, i * 3) == 0);
	}
	char *deep = repeated("", ".d", 100);
	int n = exprs_add(x, deep, &e);
	free(deep);
	CHECK(exprs_native(x, n));
	CHECK(buf_adds(&text, ",\"d\":null}") == 0);
	CHECK_EQ(exprs_event(x, buf_span(&text), &e), 0);
	for (int i = 0; i < 400; i++) {
		int64_t got = -1;
		CHECK_EQ(exprs_eval(x, i, &v, &e), 0);
		CHECK(num_i64(value_num(&v), &got) && got == i * 3);
	}
	CHECK_EQ(exprs_eval(x, n, &v, &e), 0);
	CHECK_EQ(v.type, JSON_NULL);
	buf_release(&text);
	exprs_free(x);
}

/* A + A + "!" for events whose A has SIZE bytes. */
static void check_twice(struct exprs *x, int n, size_t size, int times)
{
	struct err e = ERR_INIT;
	struct value v;
	struct buf text;
	char *a = repeated("", "x", size);
	buf_init(&text, 1 << 20);
	CHECK(buf_addf(&text, "{\"a\":\"%s\"}", a) == 0);
	for (int i = 0; i < times; i++) {
		CHECK_EQ(exprs_event(x, buf_span(&text), &e), 0);
		CHECK_EQ(exprs_eval(x, n, &v, &e), 0);
		CHECK_EQ(v.text.n, 2 * size + 3);
	}
	buf_release(&text);
	free(a);
}

/* Strings of many sizes, in sum more than the arena may hold: each event must free its own. */
static void test_arena(void)
{
	struct err e = ERR_INIT;
	struct exprs *x = exprs_new(&e);
	int n = exprs_add(x, ".a + .a + \"!\"", &e);
	for (size_t size = 0; size < 20000; size = size * 2 + 1)
		check_twice(x, n, size, 1);
	check_twice(x, n, 20000, 2000);
	exprs_free(x);
}

/* Expressions about a row: names of columns, and SQL's rules for null and zero, natively and by libjq. */
static void test_columns(void)
{
	static const char *const columns[] = { "n", "none", "top", "end", "a-b", "length", NULL };
	static const char row_text[] =
		"{\"n\":6,\"none\":null,\"top\":[{\"value\":3}],\"end\":1,\"a-b\":2,\"length\":9}";
	static const struct {
		const char *text, *want;
		bool native;
	} rows[] = {
		{ "n * 2 + 1", "13", true },
		{ "100 * n / 9", "66.66666666666667", true },
		{ "round(100 * n / 9; 2)", "66.67", true },
		{ "round(none; 2)", "null", true },
		{ "n / 0.0 // 5", "5", false },
		{ "n / (n - 6)", "null", true },
		{ "n % (n - 6)", "null", true },
		{ "none + 1", "null", true },
		{ "1 - none", "null", true },
		{ "-none", "null", true },
		{ "none | floor", "null", true },
		{ "none // 0", "0", true },
		{ "top[0].value + n", "9", true },
		{ "top | .[0].value + n", "9", true },
		{ "top | length", "9", true }, /* the column hides the function */
		{ "top | (n)", "6", true },
		{ "if n > 5 then \"many\" else \"few\" end", "\"many\"", true },
		{ "[n, none + 1, n / (n - 6), -none, n % 4]", "[6,null,null,null,2]", false },
		{ "\"\\(n) of \\(top[0].value)\"", "\"6 of 3\"", false },
		{ "[n, 4] | max", "6", false },
		{ "{n: 1}", "{\"n\":1}", false },
		{ "round([n / 7][0]; 3)", "0.857", false },
		{ ".n", "expression '.n': byte 1: '.n' is a field of an event, not a column", true },
		{ "n + .n", "expression 'n + .n': byte 5: '.n' is a field of an event, not a column", true },
		{ "floor", "expression 'floor': byte 1: 'floor' is a field of an event, not a column", true },
		{ "nn + 1", "expression 'nn + 1': there is no earlier column 'nn'; did you mean 'n'?", true },
		{ "xyz + 1", "expression 'xyz + 1': there is no earlier column 'xyz'", true },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err e = ERR_INIT;
		struct value v;
		struct buf out;
		CHECK_ROW("%s", rows[i].text);
		struct exprs *x = exprs_new(&e);
		for (size_t c = 0; columns[c]; c++)
			CHECK(exprs_add_column(x, columns[c], &e) == 0);
		int n = exprs_add(x, rows[i].text, &e);
		buf_init(&out, 1000);
		if (n < 0) {
			CHECK_STR(e.msg, rows[i].want);
		} else {
			CHECK_EQ(exprs_native(x, n), rows[i].native);
			CHECK(exprs_event(x, span_of(row_text), &e) == 0);
			CHECK(exprs_eval(x, n, &v, &e) == 0);
			CHECK(value_write(&v, &out) == 0);
			CHECK_STR(buf_string(&out), rows[i].want);
		}
		buf_release(&out);
		exprs_free(x);
	}
}

/* EDIT changes the text of each row in place. */
static void check_edits(const struct row *rows, size_t n, void (*edit)(char *text))
{
	for (size_t i = 0; i < n; i++) {
		char text[64];
		CHECK_ROW("%s", rows[i].text);
		snprintf(text, sizeof text, "%s", rows[i].text);
		edit(text);
		CHECK_STR(text, rows[i].want);
	}
}

static void test_round_commas(void)
{
	static const struct row rows[] = {
		{ "round(.x, 2)", "round(.x; 2)" },
		{ "1 + round ( (.x, 1) , 2)", "1 + round ( (.x, 1) ; 2)" },
		{ "round(round(a, 1), 2)", "round(round(a; 1); 2)" },
		{ "round(.x; 2)", "round(.x; 2)" },
		{ "[.x, 2]", "[.x, 2]" },
		{ "\"round(1, 2)\"", "\"round(1, 2)\"" },
		{ "around(1, 2) + .round(1, 2)", "around(1, 2) + .round(1, 2)" },
		{ "[round, 2]", "[round, 2]" },
		{ "round(1", "round(1" },
	};
	check_edits(rows, sizeof rows / sizeof *rows, expr_round_commas);
}

static void test_blank_strings(void)
{
	static const struct row rows[] = {
		{ ".a + \"b\" + c", ".a +     + c" },
		{ "\"x\\(n) y\\\"z\" + .a", "   (n)       + .a" },
		{ "\"\\(f(\"q\\(m)\"))r\", s", "  (f(   (m) ))  , s" },
		{ "\"open", "     " },
		{ "(a)", "(a)" },
	};
	check_edits(rows, sizeof rows / sizeof *rows, expr_blank_strings);
}

int main(void)
{
	test_blank_strings();
	test_columns();
	test_round_commas();
	test_names();
	test_bad_events();
	test_shapes();
	test_walk();
	test_limits();
	test_many_paths();
	test_arena();
	return check_end();
}
