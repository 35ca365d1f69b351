/* test_control.c -- control lines. */
#include "check.h"
#include "stream/control.h"

static void test_kind(void)
{
	static const struct {
		const char *line;
		enum control_kind kind;
	} cases[] = {
		{ "{\"$sp\":\"windowing\",\"v\":1}", CONTROL_WINDOWING },
		{ "{\"$sp\":\"watermark\",\"ts\":\"\"}", CONTROL_WATERMARK },
		{ "{\"$sp\":\"start\"}", CONTROL_START },
		{ "{\"$sp\":\"barrier\"}", CONTROL_BARRIER },
		{ "{\"$sp\":\"stop\"}", CONTROL_STOP },
		{ "{\"$sp\":\"end\"}", CONTROL_END },
		{ "{\"$sp\":\"ending\"}", CONTROL_OTHER },
		{ "{\"$sp\":\"end", CONTROL_OTHER },
		{ "{\"$sp\":\"", CONTROL_OTHER },
		{ "{\"$sp\":", CONTROL_OTHER },
		{ "{ \"$sp\":\"end\"}", CONTROL_OTHER },
		{ "", CONTROL_OTHER },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s", cases[i].line);
		CHECK_EQ(control_kind(span_of(cases[i].line)), cases[i].kind);
	}
}

static void test_values(void)
{
	struct span line = SPAN(
		"{\"$sp\":\"x\",\"a\":\"9223372036854775807\",\"b\":\"-9223372036854775808\",\"c\":\"9223372036854775808\","
		"\"d\":\"\",\"e\":\"-\",\"f\":5,\"g\":\"5x\",\"h\":\"q\\u0041\\n\"}");
	int64_t v = 0;
	CHECK(control_i64(line, "a", &v) == 0 && v == INT64_MAX);
	CHECK(control_i64(line, "b", &v) == 0 && v == INT64_MIN);
	static const char *const bad[] = { "c", "d", "e", "f", "g", "h", "none" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		CHECK_ROW("%s", bad[i]);
		CHECK(control_i64(line, bad[i], &v) < 0);
	}
	struct buf out;
	buf_init(&out, 64);
	CHECK(control_string(line, "h", &out) == 0 && buf_addc(&out, '\0') == 0);
	CHECK_STR(out.p, "qA\n");
	CHECK(control_string(line, "f", &out) < 0);
	CHECK(control_string(SPAN("{\"$sp\":\"x\",\"a\":\"1"), "a", &out) < 0);
	buf_release(&out);
}

static void test_watermark(void)
{
	static const int64_t times[] = { 0, -1, 1714559999999, 253402300799999, 253402300800000, -62167219200001 };
	struct buf out;
	struct err e = ERR_INIT;
	buf_init(&out, 256);
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
		CHECK_ROW("%" PRId64, times[i]);
		int64_t back = 7;
		buf_reset(&out);
		CHECK(control_write_watermark(times[i], &out) == 0 && out.p[out.n - 1] == '\n');
		CHECK(control_read_watermark((struct span){ out.p, out.n - 1 }, &back, &e) == 0);
		CHECK_EQ(back, times[i]);
	}
	int64_t ms;
	CHECK(control_read_watermark(SPAN("{\"$sp\":\"watermark\"}"), &ms, &e) < 0 && e.status == EX_DATAERR);
	CHECK(control_read_watermark(SPAN("{\"$sp\":\"watermark\",\"ts\":\"soon\"}"), &ms, &e) < 0);
	buf_reset(&out);
	CHECK(control_write_watermark(1714559999999, &out) == 0 && buf_addc(&out, '\0') == 0);
	CHECK_STR(out.p, "{\"$sp\":\"watermark\",\"ts\":\"2024-05-01T10:39:59.999Z\"}\n");
	buf_release(&out);
}

int main(void)
{
	test_kind();
	test_values();
	test_watermark();
	return check_end();
}
