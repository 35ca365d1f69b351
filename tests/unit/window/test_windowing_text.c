/* test_windowing_text.c -- the windowing line, bounds in front of events, the watermark. */
#include "check.h"
#include "random.h"
#include "stream/control.h"
#include "window/windowing.h"

#define DAY INT64_C(86400000)

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
		CHECK(windowing_write(&w, &a) == 0);
		CHECK(windowing_read(&back, (struct span){ a.p, a.n - 1 }, &e) == 0);
		CHECK(windowing_write(&back, &b) == 0 && span_eq(buf_span(&a), buf_span(&b)));
		CHECK_STR(back.time_format, w.time_format);
		for (size_t cut = 0; cut + 2 < a.n; cut++) { /* torn anywhere: refused */
			struct windowing torn;
			if (windowing_read(&torn, (struct span){ a.p, cut }, &e) == 0)
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
	CHECK(windowing_init(&w, &e) == 0 && windowing_write(&w, &a) == 0 && buf_addc(&a, '\0') == 0);
	CHECK_STR(a.p,
		"{\"$sp\":\"windowing\",\"v\":1,\"kind\":\"hopping\",\"size\":\"600000\",\"advance\":\"60000\",\"gap\":\"0\","
		"\"offset\":\"0\",\"tz\":\"UTC\",\"delay\":\"5000\",\"lateness\":\"0\",\"time\":\".ts\",\"time_format\":\"auto\"}\n");
	CHECK(windowing_read(&w, SPAN("{\"$sp\":\"windowing\",\"v\":2}"), &e) < 0 && e.status == EX_DATAERR);
	buf_release(&a);
	buf_release(&b);
}

static void test_bounds(void)
{
	struct bounds b;
	size_t prefix;
	for (int i = 0; i < 3000; i++) {
		char text[BOUNDS_TEXT_MAX + 8];
		struct bounds in = { random_between(TIME_MS_MIN - DAY, TIME_MS_MAX), 0 };
		in.end = in.start + random_between(1, 100 * DAY);
		enum bounds_kind kind = BOUNDS_WINDOW + i % 3;
		size_t n = windowing_write_bounds(kind, in, text);
		CHECK(n <= BOUNDS_TEXT_MAX);
		memcpy(text + n, "\"a\":1}", 7);
		enum bounds_kind read = windowing_read_bounds((struct span){ text, n + 7 }, &b, &prefix);
		if (read != kind || !bounds_eq(b, in) || prefix != n)
			FAIL("bounds");
		for (size_t cut = 0; cut < n; cut++)
			if (windowing_read_bounds((struct span){ text, cut }, &b, &prefix) != BOUNDS_NONE &&
				prefix >= cut)
				FAIL("reads behind the end");
	}
	static const struct {
		const char *line;
		int prefix; /* -1: no bounds */
	} cases[] = {
		{ "{\"window_start\":\"2024-05-01T10:39:00Z\",\"window_end\":\"2024-05-01T10:40:00Z\"}", 75 - 1 },
		{ "{ \"window_start\" : \"2024-05-01T10:39:00Z\" , \"window_end\": \"2024-05-01T10:40:00Z\" , \"a\":1}",
			83 },
		{ "{\"session_start\":\"2024-05-01T10:39:00.001Z\",\"session_end\":\"2024-05-01T10:40:00Z\",\"a\":1}",
			81 },
		{ "{\"session_start\":\"2024-05-01T10:39:00.001Z\",\"session_end\":\"2024-05-01T10:40:00Z\",  \"a\":1}",
			83 },
		{ "{\"session_start\":\"2024-05-01T10:39:00.001Z\",\"session_end\":\"2024-05-01T10:40:00Z\" ,\"a\":1}",
			82 },
		{ "{\"session_start\":\"2024-05-01T10:39:00.001Z\",\"session_end\":\"2024-05-01T10:40:00.0Z\",\"a\":1}",
			83 },
		{ "{\"session_start\":\"2024-05-01T10:39:61.001Z\",\"session_end\":\"2024-05-01T10:40:00Z\",\"a\":1}",
			-1 },
		{ "{\"slice_start\":\"2024-05-01T10:39:00.001Z\",\"slice_emd\":\"2024-05-01T10:40:00.500Z\",\"a\":1}",
			-1 },
		{ "{\"slice_stort\":\"2024-05-01T10:39:00.001Z\",\"slice_end\":\"2024-05-01T10:40:00.500Z\",\"a\":1}",
			-1 },
		{ "{\"window_end\":\"2024-05-01T10:40:00Z\",\"window_start\":\"2024-05-01T10:39:00Z\",\"a\":1}", -1 },
		{ "{\"window_start\":\"2024-05-01T10:39:00Z\",\"slice_end\":\"2024-05-01T10:40:00Z\",\"a\":1}", -1 },
		{ "{\"window_start\":\"soon\",\"window_end\":\"2024-05-01T10:40:00Z\",\"a\":1}", -1 },
		{ "{\"window_start\":5,\"window_end\":6}", -1 },
		{ "{}", -1 },
		{ "", -1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s", cases[i].line);
		bool is = windowing_read_bounds(span_of(cases[i].line), &b, &prefix) != BOUNDS_NONE;
		CHECK_EQ(is ? (int)prefix : -1, cases[i].prefix);
	}
}

/* Moving from bounds to bounds gives what writing them gives. */
static void test_move(void)
{
	struct bounds old = { 0, 0 };
	char text[BOUNDS_TEXT_MAX], want[BOUNDS_TEXT_MAX];
	size_t n = 0;
	for (int i = 0; i < 200000; i++) {
		struct bounds b = { old.start + random_between(-20000, 20000), 0 };
		if (i % 5 == 0)
			b.start -= b.start % 1000;
		if (i % 7 == 0)
			b.start += random_between(-7200000, 7200000);
		if (i % 1000 == 0)
			b.start = random_between(TIME_MS_MIN, TIME_MS_MAX);
		b.end = b.start + 1800000 + (i / 5000) * 111;
		enum bounds_kind kind = BOUNDS_WINDOW + i / 50000 % 3;
		n = windowing_move_bounds(kind, old, b, text, i % 50000 ? n : 0);
		if (n != windowing_write_bounds(kind, b, want) || memcmp(text, want, n) != 0)
			FAIL("moved bounds");
		old = b;
	}
	CHECK(n > 0);
}

static void test_watermark(void)
{
	struct windowing w = { .delay = 5000, .lateness = 1000 };
	CHECK_EQ(windowing_watermark(&w, 10000), 4999);
	CHECK_EQ(windowing_watermark(&w, INT64_MIN + 3), INT64_MIN);
	struct bounds win = { 0, 10 };
	CHECK(!windowing_fired(win, 8) && windowing_fired(win, 9));
	CHECK(!windowing_forgotten(&w, win, 1008) && windowing_forgotten(&w, win, 1009));
}

int main(void)
{
	test_line();
	test_bounds();
	test_move();
	test_watermark();
	return check_end();
}
