/* test_event.c -- splitting an event into fields, and finding them. */
#include "sp-sink/event.h"
#include "read_event.h"
#include "check.h"

static void test_event(void)
{
	struct event ev = { 0 };
	struct err e = ERR_INIT;
	size_t guess = 7;
	read_event(&ev, " { \"a\" : 1, \"b\\u0062\":[2 ] } \r");
	CHECK_EQ(ev.count, 2);
	CHECK(span_eq(ev.text, SPAN("{ \"a\" : 1, \"b\\u0062\":[2 ] }")));
	CHECK(span_eq(event_find(&ev, SPAN("bb"), &guess), SPAN("[2 ]")));
	CHECK_EQ(guess, 1);
	CHECK(event_find(&ev, SPAN("c"), &guess).p == NULL);
	CHECK_EQ(event_check_nul(&ev, "X", &e), 0);
	read_event(&ev, "{\"a\":\"\\\\u0000\",\"o\":{\"x\":\"\\u0000\"}}");
	CHECK_EQ(event_check_nul(&ev, "X", &e), 0);
	read_event(&ev, "{\"a\":\"\\u0000\"}");
	CHECK_EQ(event_check_nul(&ev, "X", &e), 1);
	read_event(&ev, "{\"a\\\\\\u0000\":1}");
	CHECK_EQ(event_check_nul(&ev, "X", &e), 1);
	CHECK_STR(e.msg, "field \"a\\\\\\u0000\" has a NUL character, which X cannot hold");
	event_release(&ev);
}

int main(void)
{
	test_event();
	return check_end();
}
