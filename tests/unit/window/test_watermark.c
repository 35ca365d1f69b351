/* test_watermark.c -- the watermark after an event, and its next edge. */
#include "check.h"
#include "window/watermark.h"

static void test_values(void)
{
	struct windowing w = { .delay = 5000, .lateness = 1000 };
	CHECK_EQ(watermark_of(&w, 10000), 4999);
	CHECK_EQ(watermark_of(&w, INT64_MIN + 3), INT64_MIN);
	struct bounds win = { 0, 10 };
	CHECK(!windowing_fired(win, 8) && windowing_fired(win, 9));
	CHECK(!windowing_forgotten(&w, win, 1008) && windowing_forgotten(&w, win, 1009));
}

/* Between a watermark and its next edge, no slice ends and no lateness is over; at the edge, one does. */
static void test_next_edge(void)
{
	struct err e = ERR_INIT;
	for (int64_t lateness = 0; lateness < 200; lateness += 37) {
		struct windowing w = { .kind = WINDOW_HOPPING,
			.size = { 100, LENGTH_MS, 0 },
			.advance = { 30, LENGTH_MS, 0 },
			.lateness = lateness };
		CHECK(windowing_init(&w, &e) == 0);
		for (int64_t mark = -500; mark < 500; mark++) {
			int64_t edge = watermark_next_edge(&w, mark), want = mark + 1;
			while (windowing_slice(&w, want).end != want + 1 &&
				windowing_slice(&w, want - lateness).end != want - lateness + 1)
				want++;
			CHECK_EQ(edge, want);
		}
		windowing_release(&w);
	}
}

int main(void)
{
	test_values();
	test_next_edge();
	return check_end();
}
