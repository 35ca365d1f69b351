/* test_number.c -- reading, arithmetic, order and writing of numbers: by tables, and random texts against strtod(3). */
#include "check.h"
#include "random.h"
#include "text/number.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>

static struct num num(const char *text)
{
	struct num n = { .exact = true };
	if (num_parse(span_of(text), &n) < 0)
		printf("no number: %s\n", text);
	return n;
}

/* Returns V as text, in one of four static buffers that take turns. */
static const char *text_of(struct num v)
{
	static struct buf b[4];
	static int turn;
	struct buf *to = &b[turn++ % 4];
	to->max = 1000;
	buf_reset(to);
	return num_write(v, to) < 0 ? "(full)" : buf_string(to);
}

static void test_valid(void)
{
	static const char *const good[] = { "0", "-0", "1", "-1", "10", "0.5", "-0.0", "1e5", "1E5", "1e+5", "1e-5",
		"1.5e007", "123456789012345678901234567890123456789012345", "0e0", "0.0000000000000000000001",
		"1e999999999999999999999", "1e-999999999999999999999" };
	static const char *const bad[] = { "", "-", "+1", "01", "-01", ".5", "1.", "1.e5", "1e", "1e+", "1e-", "e5",
		"0x10", "1 ", " 1", "1..2", "1.2.3", "1e5.5", "NaN", "nan", "Infinity", "-Infinity", "--1", "1-",
		"1e5e5", "00", "0.", "1_000", "1,5", "٣" };
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		CHECK_ROW("%s", good[i]);
		struct num n;
		CHECK(num_valid(span_of(good[i])));
		CHECK(num_parse(span_of(good[i]), &n) == 0);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK_ROW("%s", bad[i]);
		struct num n;
		if (!CHECK(!num_valid(span_of(bad[i]))) || !CHECK(num_parse(span_of(bad[i]), &n) < 0))
			fprintf(stderr, "\t'%s'\n", bad[i]);
	}
	struct num n;
	CHECK(!num_valid(SPAN_NONE));
	CHECK(num_parse(SPAN_NONE, &n) < 0);
}

static void test_canon(void)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "0", "0" },
		{ "-0", "0" },
		{ "0.000", "0" },
		{ "-0e99", "0" },
		{ "1.0", "1" },
		{ "1.50", "1.5" },
		{ "-1.50", "-1.5" },
		{ "100", "100" },
		{ "1e2", "100" },
		{ "1E+2", "100" },
		{ "100e-2", "1" },
		{ "12345678901234567890", "12345678901234567890" },
		{ "9007199254740993", "9007199254740993" },
		{ "-9223372036854775808", "-9223372036854775808" },
		{ "18446744073709551616", "18446744073709551616" },
		{ "170141183460469231731687303715884105727", "170141183460469231731687303715884105727" },
		{ "-170141183460469231731687303715884105727", "-170141183460469231731687303715884105727" },
		{ "170141183460469231731687303715884105728", "170141183460469231731687303715884105728" },
		{ "0.1", "0.1" },
		{ "1e-38", "0.00000000000000000000000000000000000001" },
		{ "1e-39", "1e-39" },
		{ "10e-39", "0.00000000000000000000000000000000000001" },
		{ "1e38", "100000000000000000000000000000000000000" },
		{ "1e39", "1e+39" },
		{ "1000000000000000000000000000000000000000", "1e+39" },
		{ "1.00000000000000000000000000000000000000000000000000000000000", "1" },
		{ "100000000000000000000000000000000000000000000000000000000000e-59", "1" },
		{ "0.1000000000000000055511151231257827021181583404541015625",
			"0.1000000000000000055511151231257827021181583404541015625" },
		{ "1234567890123228394672839450634567.0345678234567890",
			"1234567890123228394672839450634567.034567823456789" },
		{ "0.000000000000000123456789012345678901234567", "1.23456789012345678901234567e-16" },
		{ "0.00012345678901234567890123456789012345678901", "0.00012345678901234567890123456789012345678901" },
		{ "12345678901234567890123456789012345678901e14",
			"1234567890123456789012345678901234567890100000000000000" },
		{ "12345678901234567890123456789012345678901e16", "1.2345678901234567890123456789012345678901e+56" },
		{ "10e399", "1e+400" },
		{ "0.0001e404", "1e+400" },
		{ "-1.25e400", "-1.25e+400" },
		{ "1e123456789012345678", "1e+123456789012345678" },
		{ "1e99999999999999999999", "1e+999999999999999997" },
		{ "1e-400", "1e-400" },
		{ "-1e-99999999999999999999", "-1e-999999999999999999" },
		{ "0e400", "0" },
		{ "5e-324", "5e-324" },
		{ "1.5e300", "1.5e+300" },
		{ "0.00001", "0.00001" },
		{ "999999999999999999", "999999999999999999" },
		{ "9999999999999999999", "9999999999999999999" },
		{ "0.123456789012345678", "0.123456789012345678" },
		{ "1234567890.12345678901234567890", "1234567890.1234567890123456789" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_ROW("%s", cases[i].in);
		struct buf b;
		buf_init(&b, 1000);
		CHECK(num_canon(span_of(cases[i].in), &b) == 0);
		CHECK_STR(buf_string(&b), cases[i].out);
		CHECK(num_valid(buf_span(&b)));
		buf_release(&b);
	}
}

static void test_long_digits(void)
{
	enum { N = 200000 };
	char *text = malloc(N + 10);
	struct num n;
	memset(text, '9', N);
	CHECK(num_parse((struct span){ text, N }, &n) == 0);
	CHECK(!n.exact && n.real == DBL_MAX);
	memcpy(text, "0.", 2);
	CHECK(num_parse((struct span){ text, N }, &n) == 0);
	CHECK_STR(text_of(n), "1");
	memset(text + 2, '0', N - 2);
	CHECK(num_parse((struct span){ text, N }, &n) == 0);
	CHECK(n.exact && n.coef == 0);
	memcpy(text + N, "5e200000", 8); /* 0.000...5e200000: the exponent undoes the zeros */
	CHECK(num_parse((struct span){ text, N + 8 }, &n) == 0);
	CHECK_STR(text_of(n), "50");
	free(text);
}

static void test_doubles(void)
{
	static const struct {
		double v;
		const char *text;
	} cases[] = { { 0, "0" }, { -0.0, "0" }, { 0.1, "0.1" }, { 1.0 / 3, "0.3333333333333333" }, { 1e17, "1e+17" },
		{ 1.2345e17, "123450000000000000" }, { 1e15, "1000000000000000" }, { 0.00001, "1e-05" },
		{ 0.1 + 0.2, "0.30000000000000004" }, { 123456.789, "123456.789" }, { 5e-324, "5e-324" },
		{ DBL_MAX, "1.7976931348623157e+308" }, { -2.5, "-2.5" }, { 1e-7, "1e-07" }, { 0.0001, "0.0001" },
		{ INFINITY, "1.7976931348623157e+308" }, { NAN, "null" } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_ROW("%s", cases[i].text);
		struct buf b;
		buf_init(&b, 100);
		CHECK(num_write_double(cases[i].v, &b) == 0);
		CHECK_STR(buf_string(&b), cases[i].text);
		buf_release(&b);
	}
	CHECK(num_double(num("0.1")) == 0.1);
	CHECK(num_double(num("123456789012345678.9")) == 123456789012345678.9);
	CHECK(num_double(num("0.00000000000000000000000000012345678901")) == 1.2345678901e-28);
	CHECK(num_double(num_from_i64(INT64_MIN)) == -0x1p63);
}

static void test_i64(void)
{
	int64_t v = 1;
	CHECK(num_i64(num("9223372036854775807"), &v) && v == INT64_MAX);
	CHECK(num_i64(num("-9223372036854775808"), &v) && v == INT64_MIN);
	CHECK(!num_i64(num("9223372036854775808"), &v));
	CHECK(num_i64(num("1e3"), &v) && v == 1000);
	CHECK(!num_i64(num("1.5"), &v));
	CHECK(!num_i64(num("1e300"), &v));
	CHECK(num_i64((struct num){ .real = -0x1p63 }, &v) && v == INT64_MIN);
	CHECK(!num_i64((struct num){ .real = 0x1p63 }, &v));
	CHECK(!num_i64((struct num){ .real = NAN }, &v));
}

/* Random texts of up to nine characters, most of them numbers, against num_valid() and strtod(). They reach the readers
 * of short numbers, which must agree with the general one. */
static void test_short(void)
{
	unsigned numbers = 0;
	for (int round = 0; round < 200000; round++) {
		char text[10];
		size_t n = 1 + random_below(9);
		for (size_t i = 0; i < n; i++)
			text[i] = "0123456789000.-.e/:;"[random_below(random_below(4) ? 14 : 20)];
		text[n] = '\0';
		struct num v = { 0 };
		bool read = num_parse((struct span){ text, n }, &v) == 0;
		CHECK_EQ(read, num_valid((struct span){ text, n }));
		if (!read)
			continue;
		numbers++;
		double want = fmax(-DBL_MAX, fmin(strtod(text, NULL), DBL_MAX));
		if (!CHECK(num_double(v) == want && !(v.exact && v.scale > 0 && v.coef % 10 == 0)))
			fprintf(stderr, "\t%s\n", text);
	}
	CHECK(numbers > 50000);
}

static void test_arithmetic(void)
{
	static const struct {
		const char *a;
		char op;
		const char *b, *out;
	} cases[] = {
		{ "0.1", '+', "0.2", "0.3" },
		{ "0.1", '-', "0.3", "-0.2" },
		{ "1.5", '+', "1.5", "3" },
		{ "9007199254740993", '+', "0", "9007199254740993" },
		{ "170141183460469231731687303715884105727", '+', "1", "1.7014118346046923e+38" },
		{ "-170141183460469231731687303715884105727", '-', "1", "-1.7014118346046923e+38" },
		{ "-170141183460469231731687303715884105727", '-', "0.5", "-1.7014118346046923e+38" },
		{ "-85070591730234615865843651857942052864", '*', "2", "-1.7014118346046923e+38" },
		{ "1e30", '+', "1e-20", "1e+30" },
		{ "1e30", '+', "1e-8", "1000000000000000000000000000000.00000001" },
		{ "0.5", '*', "0.2", "0.1" },
		{ "12345678901234567890", '*', "10", "123456789012345678900" },
		{ "1e20", '*', "1e20", "1e+40" },
		{ "1e-20", '*', "1e-20", "1e-40" },
		{ "6", '/', "2", "3" },
		{ "0.6", '/', "0.2", "3" },
		{ "1", '/', "3", "0.3333333333333333" },
		{ "999999999", '/', "1e9", "0.999999999" },
		{ "1714560000123456789", '/', "1000000000", "1714560000.123456789" },
		{ "-1714560000123456789", '/', "-1000000", "1714560000123.456789" },
		{ "12.5", '/', "-1000", "-0.0125" },
		{ "1234567890123456789.01", '/', "0.0001", "12345678901234567890100" },
		{ "170141183460469231731687303715884105727", '/', "10", "17014118346046923173168730371588410572.7" },
		{ "170141183460469231731687303715884105727", '/', "0.1", "1.7014118346046923e+39" },
		{ "0.00000000000000000001", '/', "1e18", "0.00000000000000000000000000000000000001" },
		{ "1", '/', "1e38", "0.00000000000000000000000000000000000001" },
		{ "3", '/', "1e38", "0.00000000000000000000000000000000000003" },
		{ "1714560000123456789", '/', "3000000000", "571520000.0411522" },
		{ "1", '/', "0", "error" },
		{ "1", '/', "0.0", "error" },
		{ "7", '%', "3", "1" },
		{ "-7", '%', "3", "-1" },
		{ "7", '%', "-3", "1" },
		{ "7.9", '%', "3.9", "1" },
		{ "7", '%', "0.5", "error" },
		{ "1e300", '%', "7", "1" },
		{ "1e300", '+', "1e300", "2e+300" },
		{ "1e308", '*', "10", "1.7976931348623157e+308" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_ROW("%s %c %s", cases[i].a, cases[i].op, cases[i].b);
		struct num a = num(cases[i].a), b = num(cases[i].b), v = { .exact = true };
		int r = 0;
		switch (cases[i].op) {
		case '+': v = num_add(a, b); break;
		case '-': v = num_sub(a, b); break;
		case '*': v = num_mul(a, b); break;
		case '/': r = num_div(a, b, &v); break;
		default: r = num_mod(a, b, &v);
		}
		CHECK_STR(r < 0 ? "error" : text_of(v), cases[i].out);
	}
}

/* Compares two numbers of any length by their texts. Returns -1, 0 or 1. */
static int compare_texts(const char *a, const char *b)
{
	struct num x = num(a), y = num(b);
	int c = num_compare_text(&x, span_of(a), &y, span_of(b));
	return (c > 0) - (c < 0);
}

static void test_round(void)
{
	static const struct {
		const char *text;
		int64_t digits;
		const char *want;
	} rows[] = { { "33.333333333333336", 2, "33.33" }, { "2.675", 2, "2.68" }, { "-2.675", 2, "-2.68" },
		{ "0.5", 0, "1" }, { "-0.5", 0, "-1" }, { "0.49", 0, "0" }, { "1.005", 2, "1.01" },
		{ "1.10", 5, "1.1" }, { "99.996", 2, "100" }, { "1.04", 1, "1" }, { "1234", -2, "1200" },
		{ "1250", -2, "1300" }, { "49", -2, "0" }, { "50", -2, "100" }, { "5", -400, "0" }, { "7", 400, "7" },
		{ "0", 3, "0" },
		{ "99999999999999999999999999999999999999", -38, "100000000000000000000000000000000000000" },
		{ "1e300", 2, "1e+300" }, { "1e-300", 2, "0" }, { "-1e-300", 0, "0" },
		{ "0.00000000000000000000000000000000000001", 37, "0" } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct num n;
		struct buf b;
		CHECK_ROW("%s to %lld", rows[i].text, (long long)rows[i].digits);
		buf_init(&b, 100);
		CHECK(num_parse(span_of(rows[i].text), &n) == 0);
		CHECK(num_write(num_round(n, rows[i].digits), &b) == 0);
		CHECK_STR(buf_string(&b), rows[i].want);
		buf_reset(&b);
		/* A double that is not exact counts as its shortest decimal. */
		n = (struct num){ .real = 2.0 / 3 };
		CHECK(num_write(num_round(n, 2), &b) == 0);
		CHECK_STR(buf_string(&b), "0.67");
		buf_release(&b);
	}
}

static void test_compare_text(void)
{
	static const char *const ascending[] = { "-2e400", "-1e400", "-1e308",
		"-12345678901234567890123456789012345678901", "-1e-400", "0", "1e-9999999999999999999", "1e-401",
		"1e-400", "5e-324", "0.1", "0.1000000000000000055511151231257827021181583404541015625", "1",
		"1.0000000000000000000000000000000000000000001", "12345678901234567890123456789012345678900.5",
		"12345678901234567890123456789012345678901", "12345678901234567890123456789012345678902", "1e308",
		"1e400", "1.5e400", "2e400", "1e1000000000", "1e10000000000", "1e9999999999999999999" };
	static const char *const equal[][2] = { { "1e400", "10e399" }, { "1e400", "0.00100E+403" }, { "-0", "0e500" },
		{ "12345678901234567890123456789012345678901", "12345678901234567890123456789012345678901.00" },
		{ "12345678901234567890123456789012345678901", "1.2345678901234567890123456789012345678901e40" } };
	size_t n = sizeof ascending / sizeof *ascending;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			CHECK_ROW("%s against %s", ascending[i], ascending[j]);
			CHECK_EQ(compare_texts(ascending[i], ascending[j]), (i > j) - (i < j));
		}
	for (size_t i = 0; i < sizeof equal / sizeof *equal; i++) {
		CHECK_ROW("%s equals %s", equal[i][0], equal[i][1]);
		CHECK_EQ(compare_texts(equal[i][0], equal[i][1]), 0);
	}
	/* A computed double counts as its shortest decimal. */
	struct num computed = { .real = 1e300 }, read = num("1e300");
	CHECK(num_compare_text(&read, SPAN("1e300"), &computed, SPAN_NONE) == 0);
	CHECK(num_compare_text(&read, SPAN("10.0e299"), &computed, SPAN_NONE) == 0);
}

static void test_compare(void)
{
	static const char *const ascending[] = { "-1e400", "-1e300", "-170141183460469231731687303715884105727",
		"-1e20", "-2", "-1.5", "-1e-300", "0", "5e-324", "1e-39", "1e-38", "0.1",
		"0.10000000000000000000000001", "0.2", "0.99999999999999999999999999999999999999", "1",
		"1.00000000000000000000000000000000000001", "9007199254740992", "9007199254740992.5",
		"9007199254740993", "170141183460469231731687303715884105727", "1e39", "1e300" };
	size_t n = sizeof ascending / sizeof *ascending;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			CHECK_ROW("%s against %s", ascending[i], ascending[j]);
			int c = num_compare(num(ascending[i]), num(ascending[j]));
			CHECK((c > 0) - (c < 0) == (i > j) - (i < j));
		}
	CHECK(num_compare(num("1.0"), num("1e0")) == 0);
	/* A double counts as its shortest decimal. */
	CHECK(num_compare(num("0.1"), (struct num){ .real = 0.1 }) == 0);
	CHECK(num_compare(num("0.1000000000000000001"), (struct num){ .real = 0.1 }) > 0);
	CHECK(num_compare((struct num){ .real = 0.1 }, num("0.0999999999999999999")) > 0);
	CHECK(num_compare((struct num){ .real = -0.1 }, num("-0.1000000000000000001")) > 0);
	CHECK(num_compare((struct num){ .real = NAN }, num("-1e400")) < 0);
	CHECK(num_compare((struct num){ .real = NAN }, (struct num){ .real = NAN }) == 0);
}

int main(void)
{
	test_valid();
	test_canon();
	test_round();
	test_compare_text();
	test_long_digits();
	test_doubles();
	test_i64();
	test_short();
	test_arithmetic();
	test_compare();
	return check_end();
}
