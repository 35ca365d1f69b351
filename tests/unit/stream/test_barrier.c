/* test_barrier.c -- the control lines of checkpoints: what is written is read again, and damaged lines are refused. */
#include "check.h"
#include "stream/barrier.h"
#include <stdlib.h>

#define RUN "0123456789abcdef0123456789abcdef"
#define OLD "fedcba98765432100123456789abcdef"
#define START(job, dir, from, run_of_from, path)                                                                   \
	"{\"$sp\":\"start\",\"v\":1,\"job\":" job ",\"run\":\"" RUN "\",\"dir\":" dir ",\"from\":{\"epoch\":" from \
	",\"run\":\"" run_of_from "\"},\"path\":" path "}"

static void test_start(void)
{
	static const char *const good[] = {
		START("\"web.9f2c77ab\"", "\"/x/web\"", "\"41\"", OLD, "[\"sp-capture\"]"),
		START("\"a \\\"b.9f2c77ab\"", "\"/x\\\\y\"", "\"0\"", "",
			"[\"sp-capture\",\"sp-window\",\"sp-window.2\"]"),
	};
	struct start_line s;
	start_line_init(&s);
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct err e = ERR_INIT;
		struct buf out;
		CHECK_ROW("%s", good[i]);
		buf_init(&out, 4096);
		CHECK_EQ(start_line_read(&s, span_of(good[i]), &e), 0);
		CHECK(start_line_write(&s, &out) == 0 && out.n > 0 && out.p[--out.n] == '\n');
		CHECK_STR(buf_string(&out), good[i]);
		buf_release(&out);
	}
	CHECK_STR(s.job, "a \"b.9f2c77ab");
	CHECK_STR(s.run, RUN);
	CHECK_STR(buf_string(&s.dir), "/x\\y");
	CHECK_STR(buf_string(&s.path), "sp-capture,sp-window,sp-window.2");
	CHECK(s.from.number == 0 && s.from.run[0] == '\0');
	start_line_release(&s);
}

static void test_bad_start(void)
{
	static const char *const bad[] = {
		"{\"$sp\":\"start\"}",
		"{\"$sp\":\"start\",\"v\":2}",
		START("\"a/b\"", "\"/x\"", "\"0\"", "", "[\"a\"]"),
		START("\"..\"", "\"/x\"", "\"0\"", "", "[\"a\"]"),
		START("\"\"", "\"/x\"", "\"0\"", "", "[\"a\"]"),
		START("7", "\"/x\"", "\"0\"", "", "[\"a\"]"),
		START("\"a\\u0000b\"", "\"/x\"", "\"0\"", "", "[\"a\"]"),
		START("\"a\"", "\"x\"", "\"0\"", "", "[\"a\"]"),
		START("\"a\"", "\"\"", "\"0\"", "", "[\"a\"]"),
		START("\"a\"", "\"/x\"", "0", "", "[\"a\"]"),
		START("\"a\"", "\"/x\"", "\"\"", "", "[\"a\"]"),
		START("\"a\"", "\"/x\"", "\"-1\"", "", "[\"a\"]"),
		START("\"a\"", "\"/x\"", "\"18446744073709551616\"", OLD, "[\"a\"]"),
		START("\"a\"", "\"/x\"", "\"1\"", "", "[\"a\"]"),
		START("\"a\"", "\"/x\"", "\"0\"", OLD, "[\"a\"]"),
		START("\"a\"", "\"/x\"", "\"0\"", "", "[]"),
		START("\"a\"", "\"/x\"", "\"0\"", "", "\"a\""),
		START("\"a\"", "\"/x\"", "\"0\"", "", "[\"a\",\"\"]"),
		START("\"a\"", "\"/x\"", "\"0\"", "", "[\"a,b\"]"),
		START("\"a\"", "\"/x\"", "\"0\"", "", "[\"..\"]"),
		START("\"a\"", "\"/x\"", "\"0\"", "", "[\"a\""),
	};
	struct start_line s;
	start_line_init(&s);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct err e = ERR_INIT;
		CHECK_ROW("%s", bad[i]);
		CHECK(start_line_read(&s, span_of(bad[i]), &e) < 0 && e.status == EX_DATAERR);
	}
	start_line_release(&s);
}

/* Every beginning of a good line is refused, and no byte behind it is read. */
static void test_cut(void)
{
	static const char good[] = START("\"web.9f2c77ab\"", "\"/x/web\"", "\"41\"", OLD, "[\"sp-capture\"]");
	struct start_line s;
	start_line_init(&s);
	for (size_t n = 0; n < sizeof good - 2; n++) {
		struct err e = ERR_INIT;
		char *copy = malloc(n + 1);
		memcpy(copy, good, n);
		CHECK_ROW("%zu bytes", n);
		CHECK(start_line_read(&s, (struct span){ copy, n }, &e) < 0);
		free(copy);
	}
	start_line_release(&s);
}

#define REST "\"run\":\"" RUN "\",\"epoch\":\"42\",\"bytes\":\"1659\",\"sum\":\"1c291ca3000000ff\"}"

static void test_barrier(void)
{
	static const struct {
		enum control_kind kind;
		const char *text;
	} good[] = { { CONTROL_BARRIER, "{\"$sp\":\"barrier\"," REST }, { CONTROL_STOP, "{\"$sp\":\"stop\"," REST },
		{ CONTROL_END, "{\"$sp\":\"end\"," REST } };
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct err e = ERR_INIT;
		struct barrier_line b;
		struct buf out;
		CHECK_ROW("%s", good[i].text);
		buf_init(&out, 4096);
		CHECK_EQ(control_kind(span_of(good[i].text)), good[i].kind);
		CHECK_EQ(barrier_line_read(&b, good[i].kind, span_of(good[i].text), &e), 0);
		CHECK(b.epoch.number == 42 && b.bytes == 1659 && b.sum == 0x1c291ca3000000ff);
		CHECK(barrier_line_write(&b, &out) == 0 && out.n > 0 && out.p[--out.n] == '\n');
		CHECK_STR(buf_string(&out), good[i].text);
		buf_release(&out);
	}
}

static void test_bad_barrier(void)
{
#define BARRIER(run, epoch, bytes, sum) \
	"{\"$sp\":\"barrier\",\"run\":" run ",\"epoch\":" epoch ",\"bytes\":" bytes ",\"sum\":" sum "}"
#define GOOD_RUN "\"" RUN "\""
#define GOOD_SUM "\"1c291ca3000000ff\""
	static const char *const bad[] = {
		"{\"$sp\":\"barrier\"}",
		BARRIER("\"\"", "\"1\"", "\"0\"", GOOD_SUM),
		BARRIER("\"0123456789ABCDEF0123456789abcdef\"", "\"1\"", "\"0\"", GOOD_SUM),
		BARRIER("\"" RUN "0\"", "\"1\"", "\"0\"", GOOD_SUM),
		BARRIER(GOOD_RUN, "\"0\"", "\"0\"", GOOD_SUM),
		BARRIER(GOOD_RUN, "1", "\"0\"", GOOD_SUM),
		BARRIER(GOOD_RUN, "\"1\"", "\"x\"", GOOD_SUM),
		BARRIER(GOOD_RUN, "\"1\"", "\"0\"", "\"1c291ca3000000f\""),
		BARRIER(GOOD_RUN, "\"1\"", "\"0\"", "\"1c291ca3000000fg\""),
		BARRIER(GOOD_RUN, "\"1\"", "\"0\"", "12345678"),
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct err e = ERR_INIT;
		struct barrier_line b;
		CHECK_ROW("%s", bad[i]);
		CHECK(barrier_line_read(&b, CONTROL_BARRIER, span_of(bad[i]), &e) < 0 && e.status == EX_DATAERR);
	}
}

int main(void)
{
	test_start();
	test_bad_start();
	test_cut();
	test_barrier();
	test_bad_barrier();
	return check_end();
}
