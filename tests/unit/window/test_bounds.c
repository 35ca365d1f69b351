/* test_bounds.c -- the text of bounds at the front of events. */
#include "check.h"
#include "random.h"
#include "text/time.h"
#include "window/bounds.h"

#define DAY INT64_C(86400000)

static void test_bounds(void)
{
	struct bounds b;
	size_t prefix;
	for (int i = 0; i < 3000; i++) {
		char text[BOUNDS_TEXT_MAX + 8];
		struct bounds in = { random_between(TIME_MS_MIN - DAY, TIME_MS_MAX), 0 };
		in.end = in.start + random_between(1, 100 * DAY);
		enum bounds_kind kind = (enum bounds_kind)((int)BOUNDS_WINDOW + i % 3);
		size_t n = bounds_write(kind, in, text);
		CHECK(n <= BOUNDS_TEXT_MAX);
		memcpy(text + n, "\"a\":1}", 7);
		enum bounds_kind read = bounds_read((struct span){ text, n + 7 }, &b, &prefix);
		if (read != kind || !bounds_eq(b, in) || prefix != n)
			FAIL("bounds");
		for (size_t cut = 0; cut < n; cut++)
			if (bounds_read((struct span){ text, cut }, &b, &prefix) != BOUNDS_NONE && prefix >= cut)
				FAIL("reads past the end");
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
		bool is = bounds_read(span_of(cases[i].line), &b, &prefix) != BOUNDS_NONE;
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
		enum bounds_kind kind = (enum bounds_kind)((int)BOUNDS_WINDOW + i / 50000 % 3);
		n = bounds_move(kind, old, b, text, i % 50000 ? n : 0);
		if (n != bounds_write(kind, b, want) || memcmp(text, want, n) != 0)
			FAIL("moved bounds");
		old = b;
	}
	CHECK(n > 0);
}

int main(void)
{
	test_bounds();
	test_move();
	return check_end();
}
