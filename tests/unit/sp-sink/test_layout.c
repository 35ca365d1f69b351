/* test_layout.c -- the table for people: widths of text, aligned numbers, cut columns. */
#include "sp-sink/target/table/layout.h"
#include "sp-sink/target/table/text_width.h"
#include "read_event.h"
#include "check.h"

static void check_width(const char *text, const char *shown, size_t width)
{
	struct buf out;
	buf_init(&out, 1000);
	CHECK(text_width_show(span_of(text), &out) == 0);
	CHECK_STR(buf_string(&out), shown);
	CHECK_EQ(text_width_of(buf_span(&out)), width);
	buf_release(&out);
}

static void test_width(void)
{
	size_t taken = 0;
	text_width_init();
	check_width("abc", "abc", 3);
	check_width("日本", "日本", 4);
	check_width("e\xcc\x81", "e\xcc\x81", 1);
	check_width("a\tb\x1b[1m\x7f", "a\\tb\\u001b[1m\\u007f", 19);
	check_width("\xc2\x9b"
		    "1m\xe2\x80\xae",
		"\\u009b1m\\u202e", 14);
	check_width("\xff\xc3", "\xef\xbf\xbd\xef\xbf\xbd", 2);
	CHECK_EQ(text_width_cut(SPAN("日本"), 3, &taken), 3);
	CHECK_EQ(taken, 2);
}

static void check_layout(size_t limit, const char *const *events, const char *want)
{
	struct layout l;
	struct event ev = { 0 };
	struct err e = ERR_INIT;
	struct buf out;
	buf_init(&out, 10000);
	CHECK(layout_init(&l, NULL, false, &e) == 0);
	for (int i = 0; events[i]; i++) {
		read_event(&ev, events[i]);
		CHECK(layout_see(&l, &ev, &e) == 0);
	}
	layout_fit(&l, limit);
	CHECK(layout_header(&l, &out) == 0);
	for (int i = 0; events[i]; i++) {
		read_event(&ev, events[i]);
		CHECK(layout_line(&l, &ev, &out) == 0);
	}
	CHECK_STR(buf_string(&out), want);
	event_release(&ev);
	layout_release(&l);
	buf_release(&out);
}

static void test_layout(void)
{
	static const char *const points[] = { "{\"x\":1}", "{\"x\":-22.5}", "{\"x\":1e3}", "{\"x\":null}", "{}", NULL };
	check_layout(0, points, "    x\n─────\n  1\n-22.5\n  1e3\n  -\n\n");
	static const char *const mixed[] = { "{\"x\":1,\"y\":\"a\"}", "{\"x\":\"abc\",\"y\":true}", NULL };
	check_layout(0, mixed, "x    y\n───  ────\n1    a\nabc  true\n");
	static const char *const wide[] = { "{\"a\":\"0123456789abcdef\",\"b\":\"0123456789\",\"n\":123456}", NULL };
	check_layout(30, wide,
		"a           b                n\n──────────  ──────────  ──────\n012345678…  0123456789  123456\n");
	check_layout(12, wide, "a        …\n────────\n0123456… …\n");
	check_layout(3, wide, "a   …\n───\n01… …\n");
}

int main(void)
{
	test_width();
	test_layout();
	return check_end();
}
