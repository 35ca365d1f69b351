/* test_windowing_line.c -- the control line of windows: written, read back, refused when damaged. */
#include "check.h"
#include "stream/windowing_line.h"

static void test_line(void)
{
	struct buf a, b;
	struct err e = ERR_INIT;
	buf_init(&a, 4096);
	buf_init(&b, 4096);
	static const struct windowing all[] = {
		{ .kind = WINDOW_TUMBLING, .size = { 60000, LENGTH_MS, 0 }, .offset = -5 },
		{ .kind = WINDOW_TUMBLING, .size = { 0, LENGTH_MONTH, 1 }, .tz = "Europe/Athens" },
		{ .kind = WINDOW_TUMBLING, .size = { 0, LENGTH_MONTH, 36 }, .tz = "+02:00" },
		{ .kind = WINDOW_HOPPING, .size = { 0, LENGTH_MONTH, 12 }, .advance = { 0, LENGTH_MONTH, 3 } },
		{ .kind = WINDOW_CUMULATE, .size = { 0, LENGTH_WEEK, 2 }, .advance = { 0, LENGTH_DAY, 7 } },
		{ .kind = WINDOW_HOPPING, .size = { 0, LENGTH_WEEK, 1 }, .advance = { 0, LENGTH_DAY, 1 } },
		{ .kind = WINDOW_CUMULATE,
			.size = { 0, LENGTH_DAY, 1 },
			.advance = { 7200000, LENGTH_MS, 0 },
			.tz = "Asia/Kolkata" },
		{ .kind = WINDOW_SESSION, .gap = 5 },
	};
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		CHECK_ROW("windowing %zu", i);
		struct windowing w = all[i], back;
		CHECK(windowing_init(&w, &e) == 0);
		w.delay = 5000;
		w.lateness = (int64_t)i;
		snprintf(w.time, sizeof w.time, ".[\"a\\\"b\"]");
		snprintf(w.time_format, sizeof w.time_format, "%%d/%%b\t%%Y");
		buf_reset(&a);
		buf_reset(&b);
		CHECK(windowing_line_write(&w, &a) == 0);
		CHECK(windowing_line_read(&back, (struct span){ a.p, a.n - 1 }, &e) == 0);
		CHECK(windowing_line_write(&back, &b) == 0 && span_eq(buf_span(&a), buf_span(&b)));
		CHECK_STR(back.time_format, w.time_format);
		for (size_t cut = 0; cut + 2 < a.n; cut++) { /* torn anywhere: refused */
			struct windowing torn;
			if (windowing_line_read(&torn, (struct span){ a.p, cut }, &e) == 0)
				FAIL("a torn line was read");
		}
		windowing_release(&w);
		windowing_release(&back);
	}
	struct windowing w = { .kind = WINDOW_HOPPING,
		.size = { 600000, LENGTH_MS, 0 },
		.advance = { 60000, LENGTH_MS, 0 },
		.delay = 5000,
		.time = ".ts",
		.time_format = "auto" };
	buf_reset(&a);
	CHECK(windowing_init(&w, &e) == 0 && windowing_line_write(&w, &a) == 0 && buf_addc(&a, '\0') == 0);
	CHECK_STR(a.p,
		"{\"$sp\":\"windowing\",\"v\":1,\"kind\":\"hopping\",\"size\":\"600000\",\"advance\":\"60000\",\"gap\":\"0\","
		"\"offset\":\"0\",\"tz\":\"UTC\",\"delay\":\"5000\",\"lateness\":\"0\",\"time\":\".ts\",\"time_format\":\"auto\"}\n");
	CHECK(windowing_line_read(&w, SPAN("{\"$sp\":\"windowing\",\"v\":2}"), &e) < 0 && e.status == EX_DATAERR);
	buf_release(&a);
	buf_release(&b);
}

/* A wrong field is a fault of the input, even if its check also serves the command line. */
static void test_wrong_fields(void)
{
	static const char good[] =
		"{\"$sp\":\"windowing\",\"v\":1,\"kind\":\"tumbling\",\"size\":\"60000\",\"advance\":\"0\","
		"\"gap\":\"0\",\"offset\":\"0\",\"tz\":\"UTC\",\"delay\":\"0\",\"lateness\":\"0\","
		"\"time\":\".ts\",\"time_format\":\"auto\"}";
	static const char *const rows[][3] = {
		{ "\"v\":1", "\"v\":9", "another version" },
		{ "\"tumbling\"", "\"wavy\"", "kind" },
		{ "\"tumbling\"", "\"session\"", "a session's gap must be longer than 0" },
		{ "\"tumbling\"", "\"hopping\"", "the advance of hopping" },
		{ "\"size\":\"60000\"", "\"size\":\"abc\"", "\"size\" is missing or wrong" },
		{ "\"size\":\"60000\"", "\"size\":60000", "\"size\" is missing or wrong" },
		{ "\"size\":\"60000\"", "\"size\":\"-1\"", "\"size\" is missing or wrong" },
		{ "\"size\":\"60000\"", "\"size\":\"0\"", "size" },
		{ "\"advance\":\"0\"", "\"advance\":\"fortnight\"", "\"advance\" is missing or wrong" },
		{ "\"gap\":\"0\"", "\"gap\":\"x\"", "\"gap\" is missing or wrong" },
		{ "\"offset\":\"0\"", "\"offset\":\"99999999\"", "the offset must be smaller" },
		{ "\"tz\":\"UTC\"", "\"tz\":\"No/Where\"", "unknown time zone 'No/Where'" },
		{ "\"delay\":\"0\"", "\"delay\":\"-1\"", "\"delay\" is missing or wrong" },
		{ "\"lateness\":\"0\"", "\"late\":\"0\"", "\"lateness\" is missing or wrong" },
	};
	struct windowing w;
	struct err none = ERR_INIT;
	CHECK(windowing_line_read(&w, SPAN(good), &none) == 0);
	windowing_release(&w);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_ROW("%s", rows[i][1]);
		char line[512];
		const char *at = strstr(good, rows[i][0]);
		snprintf(line, sizeof line, "%.*s%s%s", (int)(at - good), good, rows[i][1], at + strlen(rows[i][0]));
		struct err e = ERR_INIT;
		CHECK_EQ(windowing_line_read(&w, span_of(line), &e), -1);
		CHECK_EQ(e.status, EX_DATAERR);
		if (!strstr(e.msg, rows[i][2]))
			FAIL(e.msg);
	}
}

int main(void)
{
	test_line();
	test_wrong_fields();
	return check_end();
}
