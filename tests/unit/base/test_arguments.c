/* test_arguments.c -- what users type: durations, sizes, numbers, endpoints, and names with a mistake in them. */
#include "check.h"
#include "base/amount.h"
#include "base/dur.h"
#include "base/hex.h"
#include "base/opt.h"
#include "base/uri.h"
#include <inttypes.h>

static void test_durations(void)
{
	static const struct {
		const char *text;
		int64_t ms; /* -1: refused */
		const char *written;
	} cases[] = {
		{ "0", 0, "0s" },
		{ "500ms", 500, "500ms" },
		{ "1h30m", 5400000, "1h30m" },
		{ "90s", 90000, "1m30s" },
		{ "1.5s", 1500, "1s500ms" },
		{ "0.0005s", 1, "1ms" },
		{ "1d1ms", 86400001, "1d1ms" },
		{ "366000d", INT64_C(31622400000000), "366000d" },
		{ "366000d1ms", -1, NULL },
		{ "5", -1, NULL },
		{ "", -1, NULL },
		{ "-1s", -1, NULL },
		{ "1.s", 1000, "1s" },
		{ "1s ", -1, NULL },
		{ "1.s", 1000, "1s" },
		{ "1week", -1, NULL },
		{ "1000000000000000s", -1, NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = ERR_INIT;
		char text[32];
		int64_t ms = 0;
		CHECK_ROW("%s", cases[i].text);
		int r = dur_parse(cases[i].text, &ms, &e);
		CHECK_EQ(r, cases[i].ms < 0 ? -1 : 0);
		if (r < 0)
			CHECK_EQ(e.status, EX_USAGE);
		if (r == 0) {
			CHECK_EQ(ms, cases[i].ms);
			CHECK_STR(dur_format(ms, text), cases[i].written);
		}
	}
}

static void test_amounts(void)
{
	static const struct {
		const char *text;
		int64_t bytes; /* -1: refused */
	} sizes[] = { { "0", 0 }, { "64k", 65536 }, { "64K", 65536 }, { "1M", 1048576 }, { "2G", INT64_C(2) << 30 },
		{ "4194304T", INT64_C(1) << 62 }, { "4194305T", -1 }, { "", -1 }, { "k", -1 }, { "1kB", -1 },
		{ "-1", -1 }, { " 1", -1 }, { "1.5k", -1 }, { "1000000000000000", -1 } };
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct err e = ERR_INIT;
		uint64_t bytes = 0;
		CHECK_ROW("%s", sizes[i].text);
		int r = amount_parse_bytes(sizes[i].text, &bytes, &e);
		CHECK_EQ(r, sizes[i].bytes < 0 ? -1 : 0);
		if (r == 0)
			CHECK_EQ((int64_t)bytes, sizes[i].bytes);
	}
	static const struct {
		const char *text;
		int result;
		int64_t value;
	} numbers[] = { { "1", 0, 1 }, { "-3", 0, -3 }, { "10", 0, 10 }, { "11", -1, 0 }, { "-4", -1, 0 },
		{ "+1", -1, 0 }, { " 1", -1, 0 }, { "1x", -1, 0 }, { "", -1, 0 }, { "99999999999999999999", -1, 0 } };
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct err e = ERR_INIT;
		int64_t v = 0;
		CHECK_ROW("%s", numbers[i].text);
		CHECK_EQ(amount_parse_int(numbers[i].text, -3, 10, &v, &e), numbers[i].result);
		CHECK_EQ(v, numbers[i].value);
	}
	char text[AMOUNT_TEXT_MAX];
	CHECK_STR(amount_format(0, text), "0");
	CHECK_STR(amount_format(999, text), "999");
	CHECK_STR(amount_format(1000, text), "1,000");
	CHECK_STR(amount_format(UINT64_MAX, text), "18,446,744,073,709,551,615");
}

static void test_uris(void)
{
	static const char *const schemes[] = { "dir", "sqlite", NULL };
	static const char *const names[] = { "table", "key", NULL };
	struct err e = ERR_INIT;
	struct uri u;
	CHECK(uri_parse(&u, "sqlite:a b.db?table=t%31&key=", schemes, &e) == 0);
	CHECK_STR(u.scheme, "sqlite");
	CHECK_STR(u.path, "a b.db");
	CHECK_STR(uri_param(&u, "table"), "t1");
	CHECK_STR(uri_param(&u, "key"), "");
	CHECK(uri_param(&u, "other") == NULL && uri_check_params(&u, names, &e) == 0);
	uri_release(&u);
	CHECK(uri_parse(&u, "other:a?b=c", schemes, &e) == 0 && !u.scheme);
	CHECK_STR(u.path, "other:a?b=c"); /* no known scheme: a file's name */
	uri_release(&u);
	CHECK(uri_parse(&u, "dir:x?tabel=1", schemes, &e) == 0 && uri_check_params(&u, names, &e) < 0);
	CHECK_STR(e.msg, "unknown parameter 'tabel'; did you mean 'table'?");
	uri_release(&u);
	static const char *const bad[] = { "dir:x?", "dir:x?a", "dir:x?=1", "dir:x?a=%", "dir:x?a=%0", "dir:x?a=%00",
		"dir:x?a=%gg" };
	for (size_t i = 1; i < sizeof bad / sizeof *bad; i++) {
		CHECK_ROW("%s", bad[i]);
		CHECK(uri_parse(&u, bad[i], schemes, &e) < 0 && e.status == EX_USAGE);
	}
	CHECK(uri_parse(&u, bad[0], schemes, &e) == 0); /* an empty query has no parameters */
	uri_release(&u);
}

static void test_nearest(void)
{
	static const char *const names[] = { "tumbling", "hopping", "session", "count", "sum", NULL };
	static const struct {
		const char *text, *near;
	} cases[] = { { "tumbing", "tumbling" }, { "hoping", "hopping" }, { "sesion", "session" }, { "coutn", "count" },
		{ "sun", "sum" }, { "counts", "count" }, { "Hoping", "hopping" }, { "TUMBLNIG", "tumbling" },
		{ "xyz", NULL }, { "", NULL } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *near = opt_nearest(cases[i].text, names);
		CHECK_ROW("%s", cases[i].text);
		CHECK_STR(near ? near : "-", cases[i].near ? cases[i].near : "-");
	}
	struct err e = ERR_INIT;
	CHECK_EQ(opt_choice("function", "sum", names, &e), 4);
	CHECK_EQ(opt_choice("function", "xyz", names, &e), -1);
	CHECK_STR(e.msg, "unknown function 'xyz'; choose from tumbling, hopping, session, count, sum");
	CHECK_EQ(opt_choice("function", "COUNT", names, &e), -1);
	CHECK_STR(e.msg, "unknown function 'COUNT'; write count");
	/* A hint comes before a name that is near. */
	static const struct opt_hint hints[] = { { "counts", "sum(X)" }, { NULL, NULL } };
	CHECK_EQ(opt_choice_hinted("function", "count", names, hints, &e), 3);
	CHECK_EQ(opt_choice_hinted("function", "Counts", names, hints, &e), -1);
	CHECK_STR(e.msg, "unknown function 'Counts'; write sum(X)");
}

static void test_hex(void)
{
	char text[2];
	for (int c = 0; c < 256; c++) {
		CHECK_EQ(hex_put(text, (unsigned char)c) - text, 2);
		CHECK_EQ(hex_number(text, 2), c);
	}
	CHECK_EQ(hex_digit('F'), 15);
	CHECK_EQ(hex_digit('f'), 15);
	CHECK_EQ(hex_digit('g'), -1);
	CHECK_EQ(hex_digit('/'), -1);
	CHECK_EQ(hex_digit(':'), -1);
	CHECK_EQ(hex_digit('@'), -1);
	CHECK_EQ(hex_digit('`'), -1);
	CHECK_EQ(hex_number("00g0", 4), -1);
}

int main(void)
{
	test_durations();
	test_amounts();
	test_uris();
	test_nearest();
	test_hex();
	return check_end();
}
