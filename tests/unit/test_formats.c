/* test_formats.c -- every format on small inputs, cut into reads in several ways, which must not matter. */
#include "../../cmd/sp-capture/format.h"
#include "check.h"

/* An input that gives a text in pieces. */
struct pieces {
	const char *p;
	size_t n, size;
};

static ssize_t read_piece(struct input *in, void *to, size_t n, struct err *e)
{
	(void)e;
	struct pieces *s = in->state;
	size_t take = s->n < s->size ? s->n : s->size;
	take = take < n ? take : n;
	memcpy(to, s->p, take);
	s->p += take;
	s->n -= take;
	return (ssize_t)take;
}

static void show_record(int r, const struct record *rec, struct buf *out)
{
	char time[TIME_TEXT_MAX];
	if (r == 2) {
		CHECK(buf_addf(out, "!%" PRIu64 ": %s\n", rec->number, rec->why) == 0);
		return;
	}
	if (rec->has_time)
		CHECK(buf_add(out, time, time_write(rec->time, time)) == 0 && buf_addc(out, rec->time_is_ts ? '*' : ' ') == 0);
	CHECK(buf_add_span(out, rec->event) == 0 && buf_addc(out, '\n') == 0);
}

/* What FORMAT makes of TEXT, read in pieces of SIZE bytes: an event a line, a reject as "!LINE: why". */
static void decode(const char *name, const struct format_options *o, struct span text, size_t size, struct buf *out)
{
	struct err e = ERR_INIT;
	const struct format *f = format_find(name, &e);
	struct decoder *d = NULL;
	buf_reset(out);
	if (!f || f->open(&d, o, &e) < 0) {
		CHECK(buf_addf(out, "error %d: %s\n", e.status, e.msg) == 0);
		return;
	}
	struct pieces pieces = { text.p, text.n, size };
	struct input in = { .read = read_piece, .state = &pieces, .fd = -1, .name = "test" };
	struct reader reader;
	CHECK(reader_init(&reader, in, o->max_event, &e) == 0);
	struct json_checker checker;
	CHECK(json_checker_init(&checker, &e) == 0);
	for (;;) {
		struct record rec = { .checked = false };
		int r = f->next(d, &reader, &rec, &e);
		if (r == -1)
			CHECK(buf_addf(out, "error %d: %s\n", e.status, e.msg) == 0);
		if (r != 1 && r != 2)
			break;
		show_record(r, &rec, out);
		size_t at;
		const char *why;
		if (r == 1 && rec.checked)
			CHECK(json_check(&checker, rec.event, &at, &why) == 0);
	}
	json_checker_release(&checker);
	reader_release(&reader);
	f->close(d);
}

static const struct format_options plain = { .max_event = EVENT_MAX, .now_ms = INT64_C(1714560000000) };

static void check_text(const char *name, const struct format_options *o, struct span text, const char *want)
{
	static const size_t sizes[] = { 1 << 20, 1, 2, 7, 61 };
	struct buf out;
	buf_init(&out, 64 << 20);
	bool good = true;
	for (size_t i = 0; good && i < sizeof sizes / sizeof sizes[0]; i++) {
		decode(name, o, text, sizes[i], &out);
		good = CHECK_STR(buf_string(&out), want);
		if (!good)
			fprintf(stderr, "\tformat %s, pieces of %zu\n", name, sizes[i]);
	}
	buf_release(&out);
}

static void check(const char *name, const char *text, const char *want)
{
	check_text(name, &plain, span_of(text), want);
}

static void test_line(void)
{
	check("line", "", "");
	check("line", "a\r\n\n\"\\\x01\tx", "{\"line\":\"a\"}\n{\"line\":\"\"}\n{\"line\":\"\\\"\\\\\\u0001\\tx\"}\n");
	check("line", "caf\xe9\ncaf\xc3\xa9\n", "!1: not UTF-8 at byte 4 (0xe9)\n{\"line\":\"caf\xc3\xa9\"}\n");
	check_text("line", &plain, SPAN("a\0b\n"), "!1: NUL at byte 2\n");
	struct format_options small = plain;
	small.max_event = 20;
	check_text("line", &small, SPAN("123456789012345678901\n1234567890\n123456789\n"),
		"!1: longer than 20 bytes (see --max-event)\n"
		"!2: makes an event of 21 bytes, the limit is 20 (see --max-event)\n{\"line\":\"123456789\"}\n");
}

static void test_csv(void)
{
	check("csv", "", "");
	check("csv", "a,b\n", "");
	check("csv", "a,b\r\n1,x\r\n\r\n-0.50,\"1\"", "{\"a\":1,\"b\":\"x\"}\n{\"a\":-0.50,\"b\":1}\n");
	check("csv", "a,b\n\"\",\n01,1e5\n+1,.5\n1.,NaN\n",
		"{\"a\":\"\",\"b\":null}\n{\"a\":\"01\",\"b\":1e5}\n{\"a\":\"+1\",\"b\":\".5\"}\n{\"a\":\"1.\",\"b\":\"NaN\"}\n");
	check("csv", "a,\"b \"\"q\"\"\"\n\"x,\"\"y\"\"\r\nz\",5\" pipe\n2,3\n",
		"{\"a\":\"x,\\\"y\\\"\\r\\nz\",\"b \\\"q\\\"\":\"5\\\" pipe\"}\n{\"a\":2,\"b \\\"q\\\"\":3}\n");
	check("csv", "a,b\n1\n1,2,3\n\"x\ny\"\n,\n",
		"!2: has 1 field, the header 2\n!3: has 3 fields, the header 2\n!4: has 1 field, the header 2\n{\"a\":null,\"b\":null}\n");
	check("csv", "a,b\n\"x\"y,2\n3,4\n", "!2: text behind the closing quote at byte 4\n{\"a\":3,\"b\":4}\n");
	check("csv", "a,b\n\xff,1\n", "!2: not UTF-8 at byte 1 (0xff)\n");
	check("csv", "a,a\n1,2\n", "error 65: test: two columns are named 'a'\n");
	check("csv", "a,\n1,2\n", "error 65: test: column 2 has no name\n");
	check("csv", "$sp,b\n1,2\n", "error 65: test: column 1 is named '$sp': names in $sp are reserved\n");
	check("csv", "\"a,b\n1,2\n",
		"error 65: test: the header line: no closing quote of the field at byte 1 up to the end of the input\n");
	check("tsv", "a\tb,c\n1\t\"x\ty\"\n", "{\"a\":1,\"b,c\":\"x\\ty\"}\n");
	struct format_options columns = plain;
	columns.columns = "a,\"b,c\"";
	check_text("csv", &columns, SPAN("1,2\n"), "{\"a\":1,\"b,c\":2}\n");
	columns.columns = "a,a";
	check_text("csv", &columns, SPAN(""), "error 64: --columns: two columns are named 'a'\n");
	columns.columns = "a\nb";
	check_text("csv", &columns, SPAN(""), "error 64: --columns: write names with commas between them, such as a,b,c\n");
}

/* A quote that is never closed costs its line, wherever the fault shows. */
static void test_csv_open_quotes(void)
{
	check("csv", "a,b\n1,\"x\n2,y\n3,z\n",
		"!2: no closing quote of the field at byte 3 up to the end of the input\n{\"a\":2,\"b\":\"y\"}\n{\"a\":3,\"b\":\"z\"}\n");
	check("csv", "a,b\n1,\"x\n2,y\n3,\"z\nw\"\n4,5\n",
		"!2: no closing quote of the field at byte 3 (the next quote has text behind it)\n{\"a\":2,\"b\":\"y\"}\n"
		"{\"a\":3,\"b\":\"z\\nw\"}\n{\"a\":4,\"b\":5}\n");
	struct format_options small = plain;
	small.max_event = 40;
	check_text("csv", &small,
		SPAN("a,b\n1,\"x\n2,y\n3,y\n4,y\n5,y\n6,y\n7,y\n8,y\n9,y\n10,y\n11,y\n12,123456789012345678901234567890123456789\n13,y\n"),
		"!2: record of more than 40 bytes (see --max-event): is a closing quote missing?\n{\"a\":2,\"b\":\"y\"}\n{\"a\":3,\"b\":\"y\"}\n"
		"{\"a\":4,\"b\":\"y\"}\n{\"a\":5,\"b\":\"y\"}\n{\"a\":6,\"b\":\"y\"}\n{\"a\":7,\"b\":\"y\"}\n{\"a\":8,\"b\":\"y\"}\n"
		"{\"a\":9,\"b\":\"y\"}\n{\"a\":10,\"b\":\"y\"}\n{\"a\":11,\"b\":\"y\"}\n!13: record of more than 40 bytes (see --max-event)\n"
		"{\"a\":13,\"b\":\"y\"}\n");
}

static void test_json(void)
{
	check("json", "", "");
	check("json", " [ ]  {}", "{}\n");
	check("json", "{\"a\":1}{\"b\":\n2}\n\n{\n\"c\" : [1,\r\n \"x y\"]}",
		"{\"a\":1}\n{\"b\":2}\n{\"c\":[1,\"x y\"]}\n");
	check("json", "[{\"a\":\"]}\\\"\"},\n {\"b\":2}, 3, {\"$sp\":1}]\n[{\"c\":3}]",
		"{\"a\":\"]}\\\"\"}\n{\"b\":2}\n!2: event 3, byte 1 of it: no object\n"
		"!2: event 4, byte 2 of it: name beginning with \"$sp\", which only control lines have\n{\"c\":3}\n");
	check("json", "x y\n{\"a\":1}\n", "!1: a document begins with '{' or '[' (--format ndjson or line takes lines one by one)\n{\"a\":1}\n");
	check("json", "[{\"a\":1}\n{\"b\":2}]", "{\"a\":1}\n!2: document 1 at byte 10: ',' or ']' expected: the rest is not read\n");
	check("json", "[{\"a\":1},]", "{\"a\":1}\n!1: document 1 at byte 10: a value expected: the rest is not read\n");
	check("json", "[{\"a\":1},{\"b\":", "{\"a\":1}\n!1: document 1 is not complete: the input ends inside an event\n");
	check("json", "[{\"a\":1},", "{\"a\":1}\n!1: document 1 is not complete: the input ends inside it\n");
	struct format_options small = plain;
	small.max_event = 12;
	check_text("json", &small, SPAN("[{\"a\":\"123456789\"},{\"b\":2},\"12345678901234567890\",{\"c\":3}]"),
		"!1: event 1 has more than 12 bytes (see --max-event); --each takes events out of a document\n{\"b\":2}\n"
		"!1: event 3 has more than 12 bytes (see --max-event); --each takes events out of a document\n{\"c\":3}\n");
}

static void check_each(const char *each, const char *text, const char *want)
{
	struct format_options o = plain;
	o.each = each;
	check_text("json", &o, span_of(text), want);
}

static void test_json_each(void)
{
	check_each(".f", "{\"m\":{\"f\":[{\"no\":1}]},\"f\":[{\"a\":1},{\"b\":2}],\"z\":\"}\"}\n{\"f\":[]}{\"f\":[{\"c\":3}]}",
		"{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
	check_each(".f[]", "{\"f\":[{\"a\":1}]}", "{\"a\":1}\n");
	check_each(".a.b", "{\"a\":{\"x\":0,\"b\":{\"k\":{\"a\":1},\"l\":{\"b\":2}}}}", "{\"a\":1}\n{\"b\":2}\n");
	check_each(".a[].b", "{\"a\":[{\"b\":[{\"a\":1}]},{\"b\":[{\"b\":2},{\"c\":3}]}]}", "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
	check_each(".", "{\"x\":{\"a\":1},\"y\":{\"b\":2}}[{\"c\":3}]", "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
	check_each(".[\"a b\"].\"\\u0063\"", "{\"a\\u0020b\":{\"c\":[{\"a\":1}]}}", "{\"a\":1}\n");
	check_each(".f", "{\"g\":1}{\"f\":null}{\"f\":[{\"a\":1}]}[1]",
		"!1: document 1 has no .f: no member 'f'\n!1: document 2: a null stands where .f leads into a list or an object\n"
		"{\"a\":1}\n!1: document 4: a list stands where .f leads into an object\n");
	check_each("f", "", "error 64: --each 'f': a path begins with a dot: .f\n");
	check_each(".a..b", "", "error 64: --each '.a..b': a name is missing at '.b'\n");
	check_each(".a[0]", "", "error 64: --each '.a[0]': brackets hold nothing or a name in quotes: [] or [\"name\"]\n");
	check_each(".a]", "", "error 64: --each '.a]': '.' or '[' expected at ']'\n");
}

static void test_logfmt(void)
{
	check("logfmt", "ts=2024-05-01T10:00:00.5Z level=info msg=\"a \\\"b\\\"\\n\\u00e9\\x41\" n=12 f=1.50 flag e= t=true z=null q=\"12\"\n",
		"2024-05-01T10:00:00.5Z*{\"ts\":\"2024-05-01T10:00:00.5Z\",\"level\":\"info\",\"msg\":\"a \\\"b\\\"\\n\xc3\xa9"
		"A\",\"n\":12,\"f\":1.50,\"flag\":true,\"e\":\"\",\"t\":true,\"z\":null,\"q\":\"12\"}\n");
	check("logfmt", "at=info time=1714557600.25 x=1\nat=2024-05-01T10:00:00Z t=5\n",
		"2024-05-01T10:00:00.25Z {\"at\":\"info\",\"time\":1714557600.25,\"x\":1}\n"
		"2024-05-01T10:00:00Z {\"at\":\"2024-05-01T10:00:00Z\",\"t\":5}\n");
	check("logfmt", "a=1 b=2 a=3\nfoo bar\n=x\na=\"x\na=\"x\"y\na\"b=1\n\n$sp=1\n",
		"!1: the name 'a' stands twice\n!2: no name=value in it\n!3: no name before '=' at byte 1\n"
		"!4: no closing quote of the value of 'a'\n!5: text behind a closing quote at byte 6\n!6: quote in a name at byte 2\n"
		"!8: the name '$sp...' is reserved\n");
	check("logfmt", "p=C:\\dir\\new q=\"C:\\dir \\ud83d\\ude00 \\ud800\"\n",
		"{\"p\":\"C:\\\\dir\\\\new\",\"q\":\"C:\\\\dir \xf0\x9f\x98\x80 \xef\xbf\xbd\"}\n");
}

#define LINE(request, rest) "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"" request "\"" rest "\n"
#define EVENT(request, rest) "2015-05-17T08:05:03Z {\"client\":\"10.0.0.1\",\"user\":null," request rest "}\n"

static void test_clf(void)
{
	check("clf", LINE("GET /a?b=c HTTP/1.1", " 200 12") LINE("GET / HTTP/2.0", " 000 - 0.005"),
		EVENT("\"method\":\"GET\",\"path\":\"/a\",\"query\":\"b=c\",\"protocol\":\"HTTP/1.1\",", "\"status\":200,\"bytes\":12")
			EVENT("\"method\":\"GET\",\"path\":\"/\",\"query\":null,\"protocol\":\"HTTP/2.0\",",
				"\"status\":0,\"bytes\":null,\"duration\":0.005"));
	check("clf", LINE("-", " 408 0") LINE("\\x16\\x03\\xff \\\"\\\\", " 400 0") LINE("GET /a b HTTP/1.0", " 200 1"),
		EVENT("\"method\":null,\"path\":null,\"query\":null,\"protocol\":null,", "\"status\":408,\"bytes\":0")
			EVENT("\"method\":null,\"path\":\"\\u0016\\u0003\xef\xbf\xbd \\\"\\\\\",\"query\":null,\"protocol\":null,",
				"\"status\":400,\"bytes\":0")
				EVENT("\"method\":\"GET\",\"path\":\"/a b\",\"query\":null,\"protocol\":\"HTTP/1.0\",",
					"\"status\":200,\"bytes\":1"));
	check("clf", "www.example.com:443 ::1 - John [x] Doe [01/Jan/2024:00:00:00 -0000] \"GET /? HTTP/1.1\" 200 1\n",
		"2024-01-01T00:00:00Z {\"client\":\"::1\",\"vhost\":\"www.example.com\",\"port\":443,\"user\":\"John [x] Doe\",\"method\":\"GET\","
		"\"path\":\"/\",\"query\":\"\",\"protocol\":\"HTTP/1.1\",\"status\":200,\"bytes\":1}\n");
	check("clf", "2001:db8::8080 - - [31/Dec/2016:23:59:60 +0000] \"GET / HTTP/1.1\" 200 1\n",
		"2017-01-01T00:00:00Z {\"client\":\"2001:db8::8080\",\"user\":null,\"method\":\"GET\",\"path\":\"/\",\"query\":null,"
		"\"protocol\":\"HTTP/1.1\",\"status\":200,\"bytes\":1}\n");
}

static void test_combined(void)
{
	check("combined", LINE("GET / HTTP/1.1", " 200 12 \"-\" \"Mozilla/5.0 \\\"x\\\"\""),
		EVENT("\"method\":\"GET\",\"path\":\"/\",\"query\":null,\"protocol\":\"HTTP/1.1\",",
			"\"status\":200,\"bytes\":12,\"referer\":null,\"agent\":\"Mozilla/5.0 \\\"x\\\"\""));
	check("combined", LINE("GET / HTTP/1.1", " 200 12 \"http://x/\" \"\" \"1.2.3.4, 5.6.7.8\" 1523"),
		EVENT("\"method\":\"GET\",\"path\":\"/\",\"query\":null,\"protocol\":\"HTTP/1.1\",",
			"\"status\":200,\"bytes\":12,\"referer\":\"http://x/\",\"agent\":\"\",\"forwarded\":\"1.2.3.4, 5.6.7.8\",\"duration\":1523"));
}

/* A torn line says what is missing. */
static void test_torn(void)
{
	static const struct {
		const char *line, *why;
	} cases[] = {
		{ " x", "no client in front" },
		{ "10.0.0.1", "no client in front" },
		{ "10.0.0.1 -", "the line ends behind the client" },
		{ "10.0.0.1 - - 17", "no time in brackets behind the user" },
		{ "10.0.0.1 - - [17/May/2015:10:05", "no closing bracket of the time" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200]", "no request in quotes at byte 42" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET / HT", "no closing quote of the request" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\"", "no status behind the request" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\" 200", "no byte count behind the status" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\" 200 1", "no referer in quotes at byte 56" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\" 200 1 \"-", "no closing quote of the referer" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\" 200 1 \"-\" \"x\\\"", "no closing quote of the agent" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\" 2x0 1 \"-\" \"x\"", "the status '2x0' is no number" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\" 200 1x \"-\" \"x\"", "the byte count '1x' is no number" },
		{ "10.0.0.1 - - [31/Feb/2015:10:05:03 +0200] \"GET /\" 200 1 \"-\" \"x\"",
			"the time [31/Feb/2015:10:05:03 +0200] is not of the form [17/May/2015:10:05:03 +0000]" },
		{ "10.0.0.1 - - [17/May/2015:24:05:03 +0200] \"GET /\" 200 1 \"-\" \"x\"",
			"the time [17/May/2015:24:05:03 +0200] is not of the form [17/May/2015:10:05:03 +0000]" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\" 200 1 \"-\" \"x\" y",
			"unknown text at byte 65, behind the agent (--format regex takes other layouts)" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char want[300];
		snprintf(want, sizeof want, "!1: %s\n", cases[i].why);
		check("combined", cases[i].line, want);
	}
	check("clf", LINE("GET / HTTP/1.1", " 200 1 \"-\" \"x\""),
		"!1: unknown text at byte 66, behind the byte count: this looks like --format combined\n");
}

static void test_syslog(void)
{
	check("syslog", "<34>1 2003-10-11T22:14:15.003Z h su - ID47 [a@1 x=\"\\\"\\]\\n\" y=\"1\"][b] \xef\xbb\xbf" "text \n<0>1 - - - - - -\n",
		"2003-10-11T22:14:15.003Z {\"host\":\"h\",\"app\":\"su\",\"pid\":null,\"severity\":\"crit\",\"facility\":\"auth\",\"msgid\":\"ID47\","
		"\"message\":\"text \",\"data\":{\"a@1\":{\"x\":\"\\\"]\\\\n\",\"y\":\"1\"},\"b\":{}}}\n"
		"{\"host\":null,\"app\":null,\"pid\":null,\"severity\":\"emerg\",\"facility\":\"kern\",\"msgid\":null,\"message\":null,\"data\":null}\n");
	check("syslog", "<13>May  1 10:39:58 h app[12]: text\nMay 03 10:39:58.25 h kernel: [1.0] x\nMay  1 10:39:58 app: local\n",
		"2024-05-01T10:39:58Z {\"host\":\"h\",\"app\":\"app\",\"pid\":12,\"severity\":\"notice\",\"facility\":\"user\",\"msgid\":null,"
		"\"message\":\"text\",\"data\":null}\n"
		"2023-05-03T10:39:58.25Z {\"host\":\"h\",\"app\":\"kernel\",\"pid\":null,\"severity\":null,\"facility\":null,\"msgid\":null,"
		"\"message\":\"[1.0] x\",\"data\":null}\n"
		"2024-05-01T10:39:58Z {\"host\":null,\"app\":\"app\",\"pid\":null,\"severity\":null,\"facility\":null,\"msgid\":null,"
		"\"message\":\"local\",\"data\":null}\n");
	check("syslog", "2024-05-01T12:00:00.123456+02:00 h -- MARK --\n<14>free text: x\n",
		"2024-05-01T10:00:00.123456Z {\"host\":\"h\",\"app\":null,\"pid\":null,\"severity\":null,\"facility\":null,\"msgid\":null,"
		"\"message\":\"-- MARK --\",\"data\":null}\n"
		"{\"host\":null,\"app\":null,\"pid\":null,\"severity\":\"info\",\"facility\":\"user\",\"msgid\":null,\"message\":\"free text: x\","
		"\"data\":null}\n");
	check("syslog", "<192>1 - - - - - -\nfoo\n<1>1 2024 - - - - -\n<1>1 - h a p\n<1>1 - h a p m [x y]\n<1>1 - h a p m [x\n",
		"!1: the priority in front is not <0> to <191>\n!2: no time in front ('May  1 10:39:58', or RFC 3339)\n"
		"!3: the time '2024' is not RFC 3339\n!4: the line ends before the structured data\n"
		"!5: structured data with a parameter that is not name=\"value\"\n!6: structured data without its end\n");
}

/* Years that RFC 3164 leaves out: the newest that is not in the future, a day of grace. */
static void test_syslog_years(void)
{
	static const struct {
		const char *now, *line, *want;
	} cases[] = {
		{ "2024-05-01T10:40:00Z", "May  1 10:39:58", "2024-05-01T10:39:58Z" },
		{ "2024-05-01T10:40:00Z", "May  2 10:00:00", "2024-05-02T10:00:00Z" },
		{ "2024-05-01T10:40:00Z", "May  3 10:00:00", "2023-05-03T10:00:00Z" },
		{ "2024-01-01T00:00:30Z", "Dec 31 23:59:59", "2023-12-31T23:59:59Z" },
		{ "2023-12-31T23:59:30Z", "Jan  1 00:00:10", "2024-01-01T00:00:10Z" },
		{ "2025-07-01T00:00:00Z", "Feb 29 12:00:00", "2024-02-29T12:00:00Z" },
		{ "2016-12-31T23:59:50Z", "Dec 31 23:59:60", "2017-01-01T00:00:00Z" },
		{ "2024-05-01T10:40:00Z", "May  1 2019 10:39:58", "2019-05-01T10:39:58Z" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct stamp now;
		CHECK(time_parse_rfc3339(span_of(cases[i].now), NULL, &now) == 0);
		struct format_options o = plain;
		o.now_ms = stamp_ms(now);
		char line[80];
		snprintf(line, sizeof line, "%s h a: x\n", cases[i].line);
		struct buf out;
		buf_init(&out, 4096);
		decode("syslog", &o, span_of(line), 4096, &out);
		CHECK(buf_string(&out) && strncmp(out.p, cases[i].want, strlen(cases[i].want)) == 0);
		buf_release(&out);
	}
}

static void check_pattern(const char *pattern, const char *text, const char *want)
{
	struct format_options o = plain;
	o.pattern = pattern;
	check_text("regex", &o, span_of(text), want);
}

static void test_regex(void)
{
	check_pattern("^(?<method>[A-Z]+) (?<path>\\S+) (?<ms>\\d+)ms(?<x> x)?$", "GET /caf\xc3\xa9 12ms\nbad\nPUT / 012ms x\r\n",
		"{\"method\":\"GET\",\"path\":\"/caf\xc3\xa9\",\"ms\":12,\"x\":null}\n!2: does not match --pattern\n"
		"{\"method\":\"PUT\",\"path\":\"/\",\"ms\":\"012\",\"x\":\" x\"}\n");
	check_pattern("(?<b>b)(?<a>a)|(?<c>c)", "ba\nc\n", "{\"b\":\"b\",\"a\":\"a\",\"c\":null}\n{\"b\":null,\"a\":null,\"c\":\"c\"}\n");
	check_pattern("^(?<x>(a+)+)$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\naa\n",
		"!1: --pattern backtracks too much on this line (1,000,000 steps): make its repeats possessive or more exact\n{\"x\":\"aa\"}\n");
	check_pattern("(?<a>x", "", "error 64: --pattern: missing closing parenthesis at character 7\n");
	check_pattern("x", "", "error 64: --pattern: no named group: write (?<name>...) around what shall be a field\n");
	check_pattern(NULL, "", "error 64: --format regex needs --pattern\n");
}

static void test_detect(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "line" },
		{ "{\"a\":1}\n", "ndjson" },
		{ "\n\r\n  {\"a\":1}", "ndjson" },
		{ "{\"a\":1}{\"b\":2}\n", "json" },
		{ "{\n", "json" },
		{ "{\"a\": 1,\n", "json" },
		{ "{\"a\": {\n", "json" },
		{ "{\"a\":\"torn\n", "ndjson" },
		{ "[\n", "json" },
		{ "[{\"a\":1},\n", "json" },
		{ "[]", "json" },
		{ "[2024-05-01 10:00:00] text\n", "line" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET / HTTP/1.1\" 200 1\n", "clf" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"\n", "combined" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET / HTTP/1.1\" 200 1 \"-\" \"x y\n", "combined" },
		{ "<34>1 2003-10-11T22:14:15.003Z h su - ID47 - x\n", "syslog" },
		{ "May  1 10:39:58 h app[12]: x, y\n", "syslog" },
		{ "2024-05-01T12:00:00.123456+02:00 h app[1]: x\n", "syslog" },
		{ "2024-05-01T12:00:00Z INFO main started\n", "line" },
		{ "level=info msg=\"a,b\" x=1\n", "logfmt" },
		{ "a\tb\n", "tsv" },
		{ "a,b\n", "csv" },
		{ "id,\"full, name\",price (EUR)\n", "csv" },
		{ ",a,b\n", "csv" },
		{ "id, name, price\n", "csv" },
		{ "Hello, world\n", "line" },
		{ "2024-05-01 10:00:00,123 INFO main: x\n", "line" },
		{ "plain text\n", "line" },
		{ "\xff\xfe\x00", "line" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (!CHECK_STR(format_detect(span_of(cases[i].text), true)->name, cases[i].want))
			fprintf(stderr, "\t%s\n", cases[i].text);
	struct err e = ERR_INIT;
	CHECK(format_find("jsn", &e) == NULL && e.status == EX_USAGE);
	CHECK_STR(e.msg, "unknown format 'jsn'; did you mean 'json'?");
}

int main(void)
{
	test_line();
	test_csv();
	test_csv_open_quotes();
	test_json();
	test_json_each();
	test_logfmt();
	test_clf();
	test_combined();
	test_torn();
	test_syslog();
	test_syslog_years();
	test_regex();
	test_detect();
	return check_end();
}
