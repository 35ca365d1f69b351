/* test_live_rows.c -- rows that replace one another: by --key, by a key that is found, retracted, sorted, forgotten. */
#include "sp-sink/target/table/live_rows.h"
#include "read_event.h"
#include "check.h"

/* The rows that are left, joined by ' '. */
static void check_rows(const char *key, const char *const *events, const char *want)
{
	struct live_rows rows;
	struct event ev = { 0 };
	struct err e = ERR_INIT;
	struct buf out;
	buf_init(&out, 10000);
	CHECK(live_rows_init(&rows, key, &e) == 0);
	for (; *events; events++) {
		read_event(&ev, *events);
		CHECK(live_rows_take(&rows, &ev, &e) == 0);
	}
	for (size_t i = 0; i < rows.count; i++) {
		if (!rows.all[i].text)
			continue;
		read_event(&ev, "{}");
		CHECK(event_read(&ev, (struct span){ rows.all[i].text, rows.all[i].n }, &e) == 0);
		CHECK(buf_addf(&out, "%s%.*s", out.n ? " " : "", SPAN_ARG(ev.fields[ev.count - 1].value)) == 0);
	}
	CHECK_STR(buf_string(&out), want);
	event_release(&ev);
	live_rows_release(&rows);
	buf_release(&out);
}

#define R(w, r, k, n) \
	"{\"window_start\":" #w ",\"window_end\":9,\"revision\":" #r ",\"final\":false," k ",\"n\":" #n "}"
#define GONE(w, r, k, n)                                                                                      \
	"{\"retracted\":true,\"window_start\":" #w ",\"window_end\":9,\"revision\":" #r ",\"final\":false," k \
	",\"n\":" #n "}"

static void test_rows(void)
{
	static const char *const plain[] = { "{\"n\":1}", "{\"n\":1}", NULL };
	check_rows(NULL, plain, "1 1");
	static const char *const named[] = { "{\"k\":1,\"n\":1}", "{\"k\":null,\"n\":2}", "{\"n\":3}",
		"{\"k\":1.0,\"n\":4}", NULL };
	check_rows("k", named, "4 3");
	/* No key at all, one of numbers, two: found as rows come. */
	static const char *const none[] = { R(1, 0, "\"x\":1", 1), R(1, 1, "\"x\":2", 2), R(2, 0, "\"x\":1", 3), NULL };
	check_rows(NULL, none, "2 3");
	static const char *const one[] = { R(1, 0, "\"s\":200", 1), R(1, 0, "\"s\":404", 1), R(1, 1, "\"s\":200", 2),
		R(1, 2, "\"s\":200", 3), R(1, 1, "\"s\":404", 7), R(2, 0, "\"s\":200", 9), NULL };
	check_rows(NULL, one, "3 7 9");
	static const char *const two[] = { R(1, 0, "\"c\":\"GR\",\"p\":\"/a\"", 1),
		R(1, 0, "\"c\":\"US\",\"p\":\"/b\"", 2), R(1, 1, "\"c\":\"GR\",\"p\":\"/a\"", 3),
		R(1, 0, "\"c\":\"GR\",\"p\":\"/c\"", 4), R(1, 1, "\"c\":\"GR\",\"p\":\"/c\"", 5),
		R(1, 2, "\"c\":\"GR\",\"p\":\"/a\"", 6), NULL };
	check_rows(NULL, two, "6 2 5");
	static const char *const gone[] = { R(1, 0, "\"s\":1", 1), R(1, 0, "\"s\":2", 2), GONE(1, 1, "\"s\":1", 1),
		R(1, 2, "\"s\":1", 5), NULL };
	check_rows(NULL, gone, "2 5");
	static const char *const named_gone[] = { "{\"k\":1,\"n\":1}", "{\"k\":2,\"n\":2}",
		"{\"k\":1,\"retracted\":true,\"n\":1}", "{\"k\":7,\"retracted\":true,\"n\":1}", NULL };
	check_rows("k", named_gone, "2");
}

static void test_sort(void)
{
	static const char *const events[] = {
		"{\"window_start\":\"2024-05-01T10:00:00Z\",\"window_end\":\"2024-05-01T11:00:00Z\",\"revision\":0,\"final\":true,\"k\":2}",
		"{\"window_start\":\"2024-05-01T09:00:00Z\",\"window_end\":\"2024-05-01T10:00:00Z\",\"revision\":0,\"final\":true,\"k\":0}",
		"{\"window_start\":\"2024-05-01T10:30:00Z\",\"window_end\":\"2024-05-01T11:00:00Z\",\"revision\":0,\"final\":true,\"k\":4}",
		"{\"window_start\":\"2024-05-01T10:00:00Z\",\"window_end\":\"2024-05-01T11:00:00Z\",\"revision\":0,\"final\":true,\"k\":3}",
		"{\"window_start\":\"2024-05-01T09:00:00Z\",\"window_end\":\"2024-05-01T10:00:00Z\",\"revision\":0,\"final\":true,\"k\":1}",
	};
	struct live_rows rows;
	struct event ev = { 0 };
	struct err e = ERR_INIT;
	CHECK(live_rows_init(&rows, NULL, &e) == 0);
	for (size_t i = 0; i < 5; i++) {
		read_event(&ev, events[i]);
		CHECK(live_rows_take(&rows, &ev, &e) == 0);
	}
	CHECK(live_rows_sort(&rows, &e) == 0);
	CHECK_EQ(rows.live, 5);
	for (size_t i = 0; i < rows.live; i++) {
		const struct live_row *k = &rows.all[rows.order[i]];
		CHECK_EQ(k->text[k->n - 2] - '0', i);
	}
	live_rows_release(&rows);
	event_release(&ev);
}

static void test_forget(void)
{
	struct live_rows rows;
	struct event ev = { 0 };
	struct err e = ERR_INIT;
	char text[64];
	CHECK(live_rows_init(&rows, "k", &e) == 0);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 100; i++) {
			snprintf(text, sizeof text, "{\"k\":%d,\"n\":%d}", i + 50 * round, i);
			read_event(&ev, text);
			CHECK(live_rows_take(&rows, &ev, &e) == 0);
		}
		CHECK_EQ(rows.live, round ? 100 : 100);
		CHECK(live_rows_forget(&rows, 50, &e) == 0);
		CHECK_EQ(rows.live, 50);
	}
	live_rows_release(&rows);
	event_release(&ev);
}

int main(void)
{
	test_rows();
	test_sort();
	test_forget();
	return check_end();
}
