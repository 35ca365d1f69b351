/* test_event_time.c -- the time at the front of an event. */
#include "check.h"
#include "window/event_time.h"

int main(void)
{
	static const struct {
		const char *line;
		int length; /* up to the closing quote; 0: not at the front */
		int64_t ms;
	} cases[] = {
		{ "{\"ts\":\"1970-01-01T00:00:01.500Z\",\"a\":1}", 32, 1500 },
		{ "{\"ts\":\"1970-01-01T00:00:01.500Z\"}", 32, 1500 },
		{ "{\"ts\":\"1970-01-01T00:00:01Z\",\"a\":1}", 28, 1000 },
		{ "{\"ts\":\"1970-01-01T00:00:01Z\",\"Z\":1}", 28, 1000 },
		{ "{\"ts\":\"1970-01-01T00:00:01Z\"}", 28, 1000 },
		{ "{\"ts\":\"1970-01-01T00:00:01.123456Z\",\"a\":1}", 35, 1123 },
		{ "{\"ts\":\"1970-01-01T00:00:01.123456789Z\" }", 38, 1123 },
		{ "{ \"ts\":\"1970-01-01T00:00:01Z\",\"a\":1}", 0, 0 },
		{ "{\"a\":\"1970-01-01T00:00:01Z\",\"ts\":1}", 0, 0 },
		{ "{\"ts\":\"1970-01-01T00:00:61Z\",\"a\":1}", 0, 0 },
		{ "{\"ts\":\"yesterday\",\"a\":1,\"b\":\"xxxxxxxxxxxx\"}", 0, 0 },
		{ "{\"ts\":1714559998,\"a\":\"xxxxxxxxxxxxxxxxxx\"}", 0, 0 },
		{ "{\"ts\":\"1970-01-01T00:00:01Z", 0, 0 },
		{ "{}", 0, 0 },
		{ "", 0, 0 },
	};
	struct time_minute cache = { 0 };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s", cases[i].line);
		int64_t ms = 0;
		size_t length = event_time_in_front(&cache, span_of(cases[i].line), &ms);
		CHECK_EQ((int)length, cases[i].length);
		if (length > 0)
			CHECK_EQ(ms, cases[i].ms);
		/* A torn line is never read past its end. */
		for (size_t cut = 0; cut < span_of(cases[i].line).n; cut++) {
			struct span torn = { cases[i].line, cut };
			CHECK(event_time_in_front(&cache, torn, &ms) <= cut);
		}
	}
	return check_end();
}
