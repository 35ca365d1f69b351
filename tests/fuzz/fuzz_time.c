/* fuzz_time.c -- any bytes as a time, in each format. Invariant: a time that was read is the same after it was written
 * and read again. The first byte chooses the format; for the last one the input up to a NUL is the format. */
#include "json/json_time.h"
#include "text/time.h"
#include <stddef.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct stamp t)
{
	char text[TIME_TEXT_MAX];
	struct span s = { text, time_write(t, text) };
	struct stamp back;
	int64_t ms;
	if (time_parse_rfc3339(s, NULL, &back) < 0 || back.sec != t.sec || time_read_fast(s, &ms) < 0)
		abort();
	if (ms != stamp_ms(back) || ms < TIME_MS_MIN || ms > TIME_MS_MAX)
		abort();
	s.n = time_write_ms(ms, text);
	if (time_read_ms(s, &ms) < 0 || ms != stamp_ms(back))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const formats[] = { "auto", "s", "ms", "us", "ns", "rfc3339", "%d/%b/%Y:%H:%M:%S %z",
		"%b %e %T.%f", "%I:%M %p %Y-%j %Z", "%C%y-%U %u %T.%L", "%G-W%V-%u %I %p %Z", "%a %j %y %-L" };
	enum { COUNT = sizeof formats / sizeof formats[0] };
	char pattern[300];
	if (size == 0)
		return 0;
	const char *format = formats[data[0] % (COUNT + 1) % COUNT];
	struct span text = { (const char *)data + 1, size - 1 };
	const char *nul = memchr(text.p, '\0', text.n);
	if (data[0] % (COUNT + 1) == COUNT && nul && (size_t)(nul - text.p) < sizeof pattern) {
		memcpy(pattern, text.p, (size_t)(nul - text.p) + 1);
		format = pattern;
		text = (struct span){ nul + 1, text.n - (size_t)(nul + 1 - text.p) };
	}
	struct time_format *f;
	struct err e = ERR_INIT;
	struct stamp t;
	int64_t ms;
	if (time_format_new(format, NULL, &f, &e) < 0)
		return 0;
	if (json_time_parse(f, text, &t, &e) == 0)
		check(t);
	if (time_parse_text(f, text, &t, &e) == 0)
		check(t);
	if (time_read_fast(text, &ms) == 0 && (time_parse_rfc3339(text, NULL, &t) < 0 || stamp_ms(t) != ms))
		abort();
	(void)!time_read_ms(text, &ms);
	time_format_free(f);
	return 0;
}
