/* test_formats.c -- every format on small inputs (those of logs: test_format_logs.c), and detection. */
#include "sp-capture/format_decode.h"

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

#define QUOTE "; --quote none takes quotes as text"

static void test_csv(void)
{
#define COLUMNS "; give the names with --columns, and --skip 1\n"
	check("csv", "", "");
	check("csv", "a,b\n", "");
	check("csv", "a,b\r\n1,x\r\n\r\n-0.50,\"1\"", "{\"a\":1,\"b\":\"x\"}\n{\"a\":-0.50,\"b\":1}\n");
	check("csv", "a,b\n\"\",\n01,1e5\n+1,.5\n1.,NaN\n",
		"{\"a\":\"\",\"b\":null}\n{\"a\":\"01\",\"b\":1e5}\n{\"a\":\"+1\",\"b\":\".5\"}\n{\"a\":\"1.\",\"b\":\"NaN\"}\n");
	check("csv", "a,\"b \"\"q\"\"\"\n\"x,\"\"y\"\"\r\nz\",5\" pipe\n2,3\n",
		"{\"a\":\"x,\\\"y\\\"\\r\\nz\",\"b \\\"q\\\"\":\"5\\\" pipe\"}\n{\"a\":2,\"b \\\"q\\\"\":3}\n");
	check("csv", "a,b\n1\n1,2,3\n\"x\ny\"\n,\n",
		"!2: has 1 field, the header 2\n!3: has 3 fields, the header 2\n!4: has 1 field, the header 2\n");
	check("csv", "a,b\n\"x\"y,2\n3,4\n",
		"!2: text after the closing quote at byte 4" QUOTE "\n{\"a\":3,\"b\":4}\n");
	check("csv", "a,b\n\xff,1\n", "!2: not UTF-8 at byte 1 (0xff)\n");
	check("csv", "$sp,b\n1,2\n",
		"error 65: test: column 1 is named '$sp': names that begin with $sp are reserved" COLUMNS);
	check("csv", "\"a,b\n1,2\n",
		"error 65: test: the header line: no closing quote of the field at byte 1 up to the end of the input" QUOTE
		"\n");
	check("tsv", "a\tb,c\n1\t\"x\ty\"\n", "{\"a\":1,\"b,c\":\"x\\ty\"}\n");
	struct format_options columns = plain;
	columns.columns = "a,\"b,c\"";
	check_text("csv", &columns, SPAN("1,2\n"), "{\"a\":1,\"b,c\":2}\n");
	columns.columns = "a,a";
	check_text("csv", &columns, SPAN(""), "error 64: --columns: two columns are named 'a'\n");
	columns.columns = "a\nb";
	check_text("csv", &columns, SPAN(""),
		"error 64: --columns: write names with commas between them, such as a,b,c\n");
}

/* A quote that is never closed costs its line, wherever that is noticed. */
static void test_csv_open_quotes(void)
{
	check("csv", "a,b\n1,\"x\n2,y\n3,z\n",
		"!2: no closing quote of the field at byte 3 up to the end of the input" QUOTE
		"\n{\"a\":2,\"b\":\"y\"}\n{\"a\":3,\"b\":\"z\"}\n");
	check("csv", "a,b\n1,\"x\n2,y\n3,\"z\nw\"\n4,5\n",
		"!2: no closing quote of the field at byte 3 (the next quote is followed by text)" QUOTE
		"\n{\"a\":2,\"b\":\"y\"}\n"
		"{\"a\":3,\"b\":\"z\\nw\"}\n{\"a\":4,\"b\":5}\n");
	struct format_options small = plain;
	small.max_event = 40;
	check_text("csv", &small,
		SPAN("a,b\n1,\"x\n2,y\n3,y\n4,y\n5,y\n6,y\n7,y\n8,y\n9,y\n10,y\n11,y\n12,123456789012345678901234567890123456789\n13,y\n"),
		"!2: record of more than 40 bytes (see --max-event): is a closing quote missing?\n{\"a\":2,\"b\":\"y\"}\n{\"a\":3,\"b\":\"y\"}\n"
		"{\"a\":4,\"b\":\"y\"}\n{\"a\":5,\"b\":\"y\"}\n{\"a\":6,\"b\":\"y\"}\n{\"a\":7,\"b\":\"y\"}\n{\"a\":8,\"b\":\"y\"}\n"
		"{\"a\":9,\"b\":\"y\"}\n{\"a\":10,\"b\":\"y\"}\n{\"a\":11,\"b\":\"y\"}\n!13: record of more than 40 bytes (see --max-event)\n"
		"{\"a\":13,\"b\":\"y\"}\n");
	/* The quote is closed, but too late; what follows it must not make a difference. */
	check_text("csv", &small, SPAN("a,b\n1,\"x\n2,y\n3,y\n4,1234567890123456789012345678\n5,y\"z\n6,y\n"),
		"!2: record of more than 40 bytes (see --max-event): is a closing quote missing?\n{\"a\":2,\"b\":\"y\"}\n{\"a\":3,\"b\":\"y\"}\n"
		"{\"a\":4,\"b\":1234567890123456789012345678}\n{\"a\":5,\"b\":\"y\\\"z\"}\n{\"a\":6,\"b\":\"y\"}\n");
	/* Lines that were searched in vain do not begin another such search. */
	small.max_event = 20;
	check_text("csv", &small, SPAN("a,b\na\",\"c\na\",\"c\na\",\"c\na\",\"c\n1,2\n"),
		"!2: record of more than 20 bytes (see --max-event): is a closing quote missing?\n"
		"!3: no closing quote of the field at byte 4 in its line" QUOTE
		"\n!4: no closing quote of the field at byte 4 in its line" QUOTE "\n"
		"!5: no closing quote of the field at byte 4 up to the end of the input" QUOTE "\n{\"a\":1,\"b\":2}\n");
}

static void test_json(void)
{
	check("json", "", "");
	check("json", " [ ]  {}", "{}\n");
	check("json", "{\"a\":1}{\"b\":\n2}\n\n{\n\"c\" : [1,\r\n \"x y\"]}",
		"{\"a\":1}\n{\"b\":2}\n{\"c\":[1,\"x y\"]}\n");
	check("json", "[{\"a\":\"]}\\\"\"},\n {\"b\":2}, 3, {\"$sp\":1}]\n[{\"c\":3}]",
		"{\"a\":\"]}\\\"\"}\n{\"b\":2}\n!2: document 1, event 3, byte 1: no object\n"
		"!2: document 1, event 4, byte 2: name beginning with \"$sp\", which only control lines have\n{\"c\":3}\n");
	check("json", "x y\n{\"a\":1}\n",
		"!1: a document begins with '{' or '[' (--format ndjson or line takes lines one by one)\n{\"a\":1}\n");
	check("json", "[{\"a\":1}\n{\"b\":2}]",
		"{\"a\":1}\n!2: document 1 at byte 10: ',' or ']' expected: the rest is not read\n");
	check("json", "[{\"a\":1},]", "{\"a\":1}\n!1: document 1 at byte 10: a value expected: the rest is not read\n");
	check("json",
		"[{\"a\":1},{\"b\":", "{\"a\":1}\n!1: document 1 is not complete: the input ends inside an event\n");
	check("json", "[{\"a\":1},", "{\"a\":1}\n!1: document 1 is not complete: the input ends inside it\n");
	struct format_options small = plain;
	small.max_event = 12;
	check_text("json", &small,
		SPAN("[{\"a\":\"123456789\"},{\"b\":2},\"12345678901234567890123456789012345678901234567890\",{\"c\":3}]"),
		"!1: document 1, event 1: more than 12 bytes (see --max-event); --each takes events out of a document\n{\"b\":2}\n"
		"!1: document 1, event 3: more than 12 bytes (see --max-event); --each takes events out of a document\n{\"c\":3}\n");
}

static void check_each(const char *each, const char *text, const char *want)
{
	struct format_options o = plain;
	o.each = each;
	check_text("json", &o, span_of(text), want);
}

static void test_json_each(void)
{
	check_each(".f",
		"{\"m\":{\"f\":[{\"no\":1}]},\"f\":[{\"a\":1},{\"b\":2}],\"z\":\"}\"}\n{\"f\":[]}{\"f\":[{\"c\":3}]}",
		"{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
	check_each(".f[]", "{\"f\":[{\"a\":1}]}", "{\"a\":1}\n");
	check_each(".a.b", "{\"a\":{\"x\":0,\"b\":{\"k\":{\"a\":1},\"l\":{\"b\":2}}}}", "{\"a\":1}\n{\"b\":2}\n");
	check_each(".a[].b", "{\"a\":[{\"b\":[{\"a\":1}]},{\"b\":[{\"b\":2},{\"c\":3}]}]}",
		"{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
	check_each(".", "{\"x\":{\"a\":1},\"y\":{\"b\":2}}[{\"c\":3}]", "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
	check_each(".[\"a b\"].\"\\u0063\"", "{\"a\\u0020b\":{\"c\":[{\"a\":1}]}}", "{\"a\":1}\n");
	check_each(".f", "{\"g\":1}{\"f\":null}{\"f\":[{\"a\":1}]}[1]",
		"!1: document 1 has no .f: no member 'f'\n!1: document 2: found null where .f leads into an array or object\n"
		"{\"a\":1}\n!1: document 4: found an array where .f leads into an object\n");
	check_each("f", "", "error 64: --each 'f': a path begins with a dot: .f\n");
	check_each(".a..b", "", "error 64: --each '.a..b': a name is missing at '.b'\n");
	check_each(".a[0]", "",
		"error 64: --each '.a[0]': brackets hold nothing or a name in quotes: [] or [\"name\"]\n");
	check_each(".a]", "", "error 64: --each '.a]': '.' or '[' expected at ']'\n");
}

static void check_pattern(const char *pattern, const char *text, const char *want)
{
	struct format_options o = plain;
	o.pattern = pattern;
	check_text("regex", &o, span_of(text), want);
}

static void test_regex(void)
{
	check_pattern("^(?<method>[A-Z]+) (?<path>\\S+) (?<ms>\\d+)ms(?<x> x)?$",
		"GET /caf\xc3\xa9 12ms\nbad\nPUT / 012ms x\r\n",
		"{\"method\":\"GET\",\"path\":\"/caf\xc3\xa9\",\"ms\":12,\"x\":null}\n!2: does not match --pattern\n"
		"{\"method\":\"PUT\",\"path\":\"/\",\"ms\":\"012\",\"x\":\" x\"}\n");
	check_pattern("(?<b>b)(?<a>a)|(?<c>c)", "ba\nc\n",
		"{\"b\":\"b\",\"a\":\"a\",\"c\":null}\n{\"b\":null,\"a\":null,\"c\":\"c\"}\n");
	check_pattern("^(?<x>(a+)+)$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\naa\n",
		"!1: --pattern backtracks too much on this line (1,000,000 steps): make its repeats possessive or more exact\n{\"x\":\"aa\"}\n");
	check_pattern("(?<a>x", "", "error 64: --pattern: missing closing parenthesis at byte 7\n");
	check_pattern("x", "",
		"error 64: --pattern: no named group: write (?<name>...) around each part that is to be a field\n");
	check_pattern(NULL, "", "error 64: --format regex needs --pattern\n");
}

#define CLF "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET / HTTP/1.1\" 200 1\n"
#define COMBINED "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"\n"
#define SYSLOG "May  1 10:39:58 h app[12]: x\n"

/* The format of most of the first lines is the result, and the text format if none has half of them. */
static void test_majority(void)
{
	static const struct {
		const char *text, *want;
		/* The result at a pause after TEXT, with and without --time now; "": more bytes are needed. */
		const char *pause, *as_text;
	} cases[] = {
		{ "rubbish\n", "line", "", "line" },
		{ "a b\nc d\ne f\ng h\ni j\n", "line", "", "line" },
		{ "a b\nc d\ne f\ng h\ni j\nk l\n", "line", "line", "line" },
		{ "{\"a\":1}\n", "ndjson", "ndjson", "ndjson" },
		{ "{\"a\":1}\n{\"a\":", "ndjson", "ndjson", "ndjson" },
		{ "rubbish\n{\"a\":1}\n", "ndjson", "ndjson", "ndjson" },
		{ "rubbish\n\n \n  {\"a\":1}", "ndjson", "", "line" },
		{ "one\ntwo\n{}\n{}\n{}\nsix\n", "ndjson", "ndjson", "ndjson" },
		{ "one\ntwo\nthree\n{}\n{}\n", "line", "", "line" },
		{ "one\n{}\n{\ntwo\nthree\nfour\n", "line", "line", "line" },
		{ "a;b\n1;2\n", "csv", "csv", "csv" },
		{ "a;b\n1,2\n", "csv", "csv", "csv" },
		{ "a|b\n1|2\n", "csv", "csv", "csv" },
		{ "Name, first name;Age\nLee;5\n", "csv", "csv", "csv" },
		{ "sep=;\na;b\n1;2\n", "csv", "csv", "csv" },
		{ "sep=\t\r\na\tb\r\n1\t2\r\n", "csv", "csv", "csv" },
		{ "a,b\r1,2\r", "csv", "", "" },
		{ "A title\n\nby somebody\na;b\n1;2\n3;4\n", "csv", "csv", "csv" },
		{ "# title\na\tb\n1\t2\n3\t4\n", "csv", "csv", "csv" },
		{ "A title\na,b\n1,2\n3,4,5\n", "line", "", "line" },
		{ "Hello; world; again\n", "line", "", "line" },
		{ "info | main | text\ninfo | main | text\n", "line", "", "line" },
		{ "a,b\n{\"a\":1}\n", "ndjson", "ndjson", "ndjson" },
		{ "a\tb\n{}\n", "ndjson", "ndjson", "ndjson" },
		{ "a,b\n", "csv", "", "" },
		{ "a,b\n1,2\n", "csv", "csv", "csv" },
		{ "a,b\n\"1,\n\n5,\",2\n3,4\n", "csv", "csv", "csv" },
		{ "a,b\n{\"a\":1},2\n{\"a\":1},3\n{}\n", "csv", "csv", "csv" },
		{ "a,b\n{1,2\n", "csv", "csv", "csv" },
		{ "a\tb\n\t2\n1\t\n", "tsv", "tsv", "tsv" },
		{ "level=info\n{}\n{}\n{}\n{}\n", "ndjson", "ndjson", "ndjson" },
		{ "[x]\n{}\n", "ndjson", "ndjson", "ndjson" },
		{ "{\n  \"a\": 1,\n  \"b\": [\n    true\n  ]\n}\n", "json", "json", "json" },
		{ "[\n{\"a\":1},\n{\"b\":2}\n]\n", "json", "json", "json" },
		{ "[{\"a\":1}\n,{\"b\":2}\n,{\"c\":3}]\n", "json", "json", "json" },
		{ "\"b\":1}\n{\"a\":1}\n{\"a\":1,\n{\"a\":2}\n", "ndjson", "ndjson", "ndjson" },
		{ "Firefox/126.0\"\n" COMBINED COMBINED, "combined", "combined", "combined" },
		{ "-- Logs begin at Mon 2024-01-01 --\n" SYSLOG SYSLOG, "syslog", "syslog", "syslog" },
		{ "# a comment\n# another\n# and more\n" CLF, "clf", "clf", "clf" },
		{ "# a comment\n", "line", "", "line" },
		{ "{\"msg\":\"starting\"}\n" CLF CLF, "clf", "clf", "clf" },
		{ COMBINED SYSLOG, "syslog", "syslog", "syslog" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s", cases[i].text);
		struct span text = span_of(cases[i].text);
		const struct format *pause = format_detect(text, DETECT_PAUSE),
				    *as_text = format_detect(text, DETECT_PAUSE | DETECT_TEXT);
		CHECK_STR(format_detect(text, DETECT_END)->name, cases[i].want);
		CHECK_STR(pause ? pause->name : "", cases[i].pause);
		CHECK_STR(as_text ? as_text->name : "", cases[i].as_text);
		/* Before a hundred lines, only the end or a pause decides. */
		CHECK(format_detect(text, 0) == NULL && format_detect(text, DETECT_TEXT) == NULL);
	}
}

/* The first hundred lines decide, or the lines in the first 64 KiB, whatever follows them. */
static void test_sample(void)
{
	struct buf lines;
	buf_init(&lines, SIZE_MAX);
	for (int i = 0; i < SAMPLE_LINES; i++)
		buf_adds(&lines, i < SAMPLE_LINES / 2 ? "one\n" : "\n{}\n");
	CHECK_STR(format_detect(buf_span(&lines), 0)->name, "ndjson");
	CHECK(format_detect((struct span){ lines.p, lines.n - 1 }, 0) == NULL);
	buf_adds(&lines, "one\none\none\n");
	CHECK_STR(format_detect(buf_span(&lines), DETECT_END)->name, "ndjson");
	buf_release(&lines);
	static char text[3 * SAMPLE_BYTES];
	/* A line that is longer than SAMPLE_BYTES decides if it is the first one. */
	memset(text, ' ', sizeof text);
	memcpy(text, "{\"a\":1", 6);
	memcpy(text + 2 * SAMPLE_BYTES, "2}\nx\n", 5);
	CHECK_STR(format_detect((struct span){ text, 2 * SAMPLE_BYTES + 5 }, DETECT_FULL)->name, "ndjson");
	memcpy(text, "x\ny\n{", 5);
	CHECK_STR(format_detect((struct span){ text, sizeof text }, DETECT_FULL)->name, "line");
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
		{ "default " CLF, "clf" },
		{ "www.a.org 192.0.2.1, 10.0.0.1 " COMBINED, "combined" },
		{ "[2001:db8::1] - - [17/May/2015:10:05:03 +0200] \"GET / HTTP/1.1\" 200 1\n", "clf" },
		{ "10.0.0.1 - \"\" [17/May/2015:10:05:03 +0200] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\" rt=0.1\n",
			"combined" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET / HTTP/1.1\" 200 1 \"www.a.org\"\n", "clf" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET / HTTP/1.1\" 200 1 k=\"v\"\n", "clf" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET / HTTP/1.1\" 200 1\n", "clf" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"\n", "combined" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET / HTTP/1.1\" 200 1 \"-\" \"x y\n", "combined" },
		{ "<34>1 2003-10-11T22:14:15.003Z h su - ID47 - x\n", "syslog" },
		{ "May  1 10:39:58 h app[12]: x, y\n", "syslog" },
		{ "May 1 10:39:58 h app[12]: x, y\n", "syslog" },
		{ "May 1 2024 10:39:58 h app[12]: x, y\n", "syslog" },
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
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s", cases[i].text);
		CHECK_STR(format_detect(span_of(cases[i].text), DETECT_END)->name, cases[i].want);
	}
	test_majority();
	test_sample();
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
	test_regex();
	test_detect();
	return check_end();
}
