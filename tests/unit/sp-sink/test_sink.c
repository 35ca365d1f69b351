/* test_sink.c -- the pure parts of sp-sink: CSV cells, path templates, sets of names, rows that replace one another,
 * the layout of the table, what SQLite may change. */
#include "text/csv.h"
#include "sp-sink/target/table/layout.h"
#include "sp-sink/encode/file_format.h"
#include "sp-sink/name_table.h"
#include "sp-sink/place/partition.h"
#include "sp-sink/target/table/live_rows.h"
#include "sp-sink/target/sqlite/value.h"
#include "sp-sink/target/table/text_width.h"
#include "check.h"

static void read_row(struct event *ev, const char *text)
{
	struct err e = ERR_INIT;
	CHECK(event_read(ev, span_of(text), &e) == 0);
}

static void test_row(void)
{
	struct event ev = { 0 };
	struct err e = ERR_INIT;
	size_t guess = 7;
	read_row(&ev, " { \"a\" : 1, \"b\\u0062\":[2 ] } \r");
	CHECK_EQ(ev.count, 2);
	CHECK(span_eq(ev.text, SPAN("{ \"a\" : 1, \"b\\u0062\":[2 ] }")));
	CHECK(span_eq(event_find(&ev, SPAN("bb"), &guess), SPAN("[2 ]")));
	CHECK_EQ(guess, 1);
	CHECK(event_find(&ev, SPAN("c"), &guess).p == NULL);
	CHECK_EQ(event_check_nul(&ev, "X", &e), 0);
	read_row(&ev, "{\"a\":\"\\\\u0000\",\"o\":{\"x\":\"\\u0000\"}}");
	CHECK_EQ(event_check_nul(&ev, "X", &e), 0);
	read_row(&ev, "{\"a\":\"\\u0000\"}");
	CHECK_EQ(event_check_nul(&ev, "X", &e), 1);
	read_row(&ev, "{\"a\\\\\\u0000\":1}");
	CHECK_EQ(event_check_nul(&ev, "X", &e), 1);
	CHECK_STR(e.msg, "field \"a\\\\\\u0000\" has a NUL character, which X cannot hold");
	event_release(&ev);
}

static void test_csv(void)
{
	static const struct {
		const char *text, *csv, *tsv;
	} cases[] = {
		{ "a", "a", "a" },
		{ "a b", "a b", "a b" },
		{ "a,b", "\"a,b\"", "a,b" },
		{ "\"", "\"\"\"\"", "\"" },
		{ "a\nb", "\"a\nb\"", "a\\nb" },
		{ "\r", "\"\r\"", "\\r" },
		{ "a\tb", "a\tb", "a\\tb" },
		{ "\\", "\\", "\\\\" },
	};
	struct buf out, back;
	buf_init(&out, 1000);
	buf_init(&back, 1000);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s", cases[i].text);
		for (int tab = 0; tab < 2; tab++) {
			buf_reset(&out);
			CHECK(csv_write_cell(span_of(cases[i].text), tab ? '\t' : ',', false, &out) == 0);
			CHECK_STR(buf_string(&out), tab ? cases[i].tsv : cases[i].csv);
			const char *p = out.p;
			CHECK_EQ(csv_read_cell(&p, out.p + out.n, tab ? '\t' : ',', &back), 0);
			CHECK_STR(buf_string(&back), cases[i].text);
		}
	}
	static const char *const bad[] = { "\"a", "\"a\"b", "\"" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		CHECK_ROW("%s", bad[i]);
		const char *p = bad[i];
		CHECK_EQ(csv_read_cell(&p, p + strlen(p), ',', &back), -1);
	}
	const char *p = "a,,\"\"", *end = p + strlen(p);
	CHECK_EQ(csv_read_cell(&p, end, ',', &back), 1);
	CHECK_EQ(csv_read_cell(&p, end, ',', &back), 1);
	CHECK_EQ(back.n, 0);
	CHECK_EQ(csv_read_cell(&p, end, ',', &back), 0);
	buf_release(&out);
	buf_release(&back);
}

static void test_file_formats(void)
{
	struct file_format f;
	struct err e = ERR_INIT;
	static const char *const good[] = { "x.ndjson", "d.d/x.csv", "x.tsv.gz", "x.ndjson.zst", "csv.csv.csv.gz" };
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		CHECK_ROW("%s", good[i]);
		CHECK(file_format_of_path(good[i], &f));
		CHECK(strstr(good[i], f.encoder->suffix) && strstr(good[i], f.compressor->suffix));
	}
	static const char *const bad[] = { "x", ".csv", ".csv.gz", "x.csv.bz2", "x.CSV", "x.csv.", "csv", "x.gz" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		CHECK_ROW("%s", bad[i]);
		CHECK(!file_format_of_path(bad[i], &f));
	}
	CHECK(file_format_parse("tsv.zst", &f, &e) == 0 && f.encoder == &encoder_tsv &&
		f.compressor == &compressor_zstd);
	CHECK(file_format_parse("csv", &f, &e) == 0 && f.encoder == &encoder_csv && f.compressor == &compressor_none);
	CHECK(file_format_parse("ndjson.gzip", &f, &e) < 0 && e.status == EX_USAGE);
}

static void check_path(const char *template, const char *event, const char *want)
{
	struct partition *t = NULL;
	struct event ev = { 0 };
	struct buf out;
	struct err e = ERR_INIT;
	buf_init(&out, 3000);
	read_row(&ev, event);
	if (CHECK(partition_new(template, NULL, &t, &e) == 0)) {
		int r = partition_expand(t, &ev, INT64_C(1714559998487), &out, &e);
		CHECK_STR(r == 0 ? out.p : e.msg, want);
	}
	partition_free(t);
	event_release(&ev);
	buf_release(&out);
}

static void test_paths(void)
{
	check_path("dt=%Y-%m-%d/hour=%H", "{}", "dt=2024-05-01/hour=10");
	check_path("{a}", "{\"a\":\"x/../y\"}", "x%2F..%2Fy");
	check_path("{a}", "{\"a\":\"..\"}", "%2E.");
	check_path("a{a}", "{\"a\":\"..\"}", "a..");
	check_path("{a}", "{\"a\":\"\"}", HIVE_NULL);
	check_path("{a}{b}", "{\"a\":\"\",\"b\":1}", HIVE_NULL "1");
	check_path("x={a}/{b c}", "{\"b c\":-1.50e+3}", "x=" HIVE_NULL "/-1.50e%2B3");
	check_path("{a}", "{\"a\":true}", "true");
	check_path("{{%%}}", "{}", "{%}");
	check_path("{a}", "{\"a\":[]}", "field \"a\" is an object or array, which cannot be a folder's name");
	struct partition *t = NULL;
	struct err e = ERR_INIT;
	CHECK(partition_new("{a}", NULL, &t, &e) == 0 && !partition_needs_time(t));
	partition_free(t);
	CHECK(partition_new("100%%", NULL, &t, &e) == 0 && !partition_needs_time(t));
	partition_free(t);
	CHECK(partition_new("{a}%Y", NULL, &t, &e) == 0 && partition_needs_time(t));
	partition_free(t);
}

static void test_names(void)
{
	struct name_table s;
	struct err e = ERR_INIT;
	CHECK(name_table_init(&s, 3, true, &e) == 0);
	CHECK_EQ(name_table_add(&s, SPAN("a"), 0), 0);
	CHECK_EQ(name_table_add(&s, SPAN("b\\u0042"), 0), 1);
	CHECK_EQ(name_table_add(&s, SPAN("\\u0061"), 0), 0);
	CHECK_EQ(name_table_add(&s, SPAN("A"), 5), 0);
	CHECK_EQ(name_table_find(&s, SPAN("BB"), 1), 1);
	CHECK_EQ(name_table_find(&s, SPAN("c"), 1), NAME_NONE);
	CHECK_STR(s.all[1].text, "bB");
	CHECK_EQ(name_table_add_plain(&s, SPAN("c")), 2);
	CHECK_EQ(name_table_find(&s, SPAN("c"), 2), 2);
	CHECK_EQ(name_table_add(&s, SPAN("d"), 0), NAME_FULL);
	name_table_release(&s);
	CHECK(name_table_init(&s, 100000, false, &e) == 0);
	char text[16];
	for (int i = 0; i < 50000; i++) {
		int n = snprintf(text, sizeof text, "n%d", i);
		CHECK_EQ(name_table_add(&s, (struct span){ text, (size_t)n }, 0), i);
	}
	CHECK_EQ(name_table_find(&s, SPAN("n49999"), 3), 49999);
	CHECK_EQ(name_table_find(&s, SPAN("N1"), 1), NAME_NONE);
	name_table_release(&s);
}

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
		read_row(&ev, *events);
		CHECK(live_rows_take(&rows, &ev, &e) == 0);
	}
	for (size_t i = 0; i < rows.count; i++) {
		if (!rows.all[i].text)
			continue;
		read_row(&ev, "{}");
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
		read_row(&ev, events[i]);
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
			read_row(&ev, text);
			CHECK(live_rows_take(&rows, &ev, &e) == 0);
		}
		CHECK_EQ(rows.live, round ? 100 : 100);
		CHECK(live_rows_forget(&rows, 50, &e) == 0);
		CHECK_EQ(rows.live, 50);
	}
	live_rows_release(&rows);
	event_release(&ev);
}

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
		read_row(&ev, events[i]);
		CHECK(layout_see(&l, &ev, &e) == 0);
	}
	layout_fit(&l, limit);
	CHECK(layout_header(&l, &out) == 0);
	for (int i = 0; events[i]; i++) {
		read_row(&ev, events[i]);
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

static enum value_kind kind_of(const char *json)
{
	struct sqlite_value v;
	struct buf text;
	buf_init(&text, 1000);
	CHECK(buf_room(&text, 200) != NULL);
	CHECK(sqlite_value_read(&v, span_of(json), &text) == 0);
	buf_release(&text);
	return v.kind;
}

/* Does an INTEGER, a REAL column keep JSON? */
static void check_fits(const char *json, bool integer, bool real)
{
	struct sqlite_value v;
	struct buf text;
	buf_init(&text, 1000);
	CHECK(buf_room(&text, 200) != NULL);
	CHECK(sqlite_value_read(&v, span_of(json), &text) == 0);
	CHECK_EQ(sqlite_value_fits(&v, AFFINITY_INTEGER), integer);
	CHECK_EQ(sqlite_value_fits(&v, AFFINITY_NUMERIC), integer);
	CHECK_EQ(sqlite_value_fits(&v, AFFINITY_REAL), real);
	CHECK(sqlite_value_fits(&v, AFFINITY_TEXT) && sqlite_value_fits(&v, AFFINITY_NONE));
	buf_release(&text);
}

static void test_sqlvalues(void)
{
	CHECK_EQ(kind_of("9223372036854775807"), VALUE_INTEGER);
	CHECK_EQ(kind_of("-9223372036854775808"), VALUE_INTEGER);
	CHECK_EQ(kind_of("9223372036854775808"), VALUE_DIGITS);
	CHECK_EQ(kind_of("-9223372036854775809"), VALUE_DIGITS);
	CHECK_EQ(kind_of("18446744073709551617"), VALUE_DIGITS);
	CHECK_EQ(kind_of("1.0"), VALUE_REAL);
	CHECK_EQ(kind_of("1e999"), VALUE_DIGITS);
	CHECK_EQ(kind_of("null"), VALUE_NULL);
	CHECK_EQ(kind_of("[1]"), VALUE_TEXT);
	check_fits("5", true, true);
	check_fits("9007199254740992", true, true);
	check_fits("9007199254740993", true, false);
	check_fits("-9007199254740993", true, false);
	check_fits("1.5", true, true);
	check_fits("99999999999999999999", false, false);
	check_fits("true", true, true);
	check_fits("\"x\"", true, true);
	check_fits("\"\"", true, true);
	check_fits("\"-\"", true, true);
	check_fits("\".\"", true, true);
	check_fits("\"1e\"", true, true);
	check_fits("\"2024-05-01\"", true, true);
	check_fits("\"0x10\"", true, true);
	check_fits("\"007\"", false, false);
	check_fits("\" 5 \"", false, false);
	check_fits("\"\\t+5.\"", false, false);
	check_fits("\".5e-3\"", false, false);
}

int main(void)
{
	test_row();
	test_csv();
	test_file_formats();
	test_paths();
	test_names();
	test_rows();
	test_sort();
	test_forget();
	test_width();
	test_layout();
	test_sqlvalues();
	return check_end();
}
