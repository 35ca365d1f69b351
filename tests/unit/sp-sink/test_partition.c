/* test_partition.c -- templates of --partition and the folders that they make. */
#include "sp-sink/place/partition.h"
#include "read_event.h"
#include "check.h"

static void check_partition(const char *template, const char *event, const char *want)
{
	struct partition *t = NULL;
	struct event ev = { 0 };
	struct buf out;
	struct err e = ERR_INIT;
	buf_init(&out, 3000);
	read_event(&ev, event);
	if (CHECK(partition_new(template, NULL, &t, &e) == 0)) {
		int r = partition_expand(t, &ev, INT64_C(1714559998487), &out, &e);
		CHECK_STR(r == 0 ? out.p : e.msg, want);
	}
	partition_free(t);
	event_release(&ev);
	buf_release(&out);
}

static void test_partitions(void)
{
	check_partition("dt=%Y-%m-%d/hour=%H", "{}", "dt=2024-05-01/hour=10");
	check_partition("{a}", "{\"a\":\"x/../y\"}", "x%2F..%2Fy");
	check_partition("{a}", "{\"a\":\"..\"}", "%2E.");
	check_partition("a{a}", "{\"a\":\"..\"}", "a..");
	check_partition("{a}", "{\"a\":\"\"}", HIVE_NULL);
	check_partition("{a}{b}", "{\"a\":\"\",\"b\":1}", HIVE_NULL "1");
	check_partition("x={a}/{b c}", "{\"b c\":-1.50e+3}", "x=" HIVE_NULL "/-1.50e%2B3");
	check_partition("{a}", "{\"a\":true}", "true");
	check_partition("{{%%}}", "{}", "{%}");
	check_partition("{a}", "{\"a\":[]}", "field \"a\" is an object or array, which cannot be a folder's name");
	struct partition *t = NULL;
	struct err e = ERR_INIT;
	CHECK(partition_new("{a}", NULL, &t, &e) == 0 && !partition_needs_time(t));
	partition_free(t);
	CHECK(partition_new("100%%", NULL, &t, &e) == 0 && !partition_needs_time(t));
	partition_free(t);
	CHECK(partition_new("{a}%Y", NULL, &t, &e) == 0 && partition_needs_time(t));
	partition_free(t);
}

int main(void)
{
	test_partitions();
	return check_end();
}
