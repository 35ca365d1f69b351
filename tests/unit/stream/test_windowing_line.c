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
		{ .kind = WINDOW_TUMBLING, .size = { 60000, LENGTH_MS }, .offset = -5 },
		{ .kind = WINDOW_TUMBLING, .size = { 0, LENGTH_MONTH }, .tz = "Europe/Athens" },
		{ .kind = WINDOW_HOPPING, .size = { 0, LENGTH_WEEK }, .advance = { 0, LENGTH_DAY } },
		{ .kind = WINDOW_CUMULATE,
			.size = { 0, LENGTH_DAY },
			.advance = { 7200000, LENGTH_MS },
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
		.size = { 600000, LENGTH_MS },
		.advance = { 60000, LENGTH_MS },
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

int main(void)
{
	test_line();
	return check_end();
}
