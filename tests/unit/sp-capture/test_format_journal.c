/* test_format_journal.c -- the export format of systemd's journal, and text sequences of JSON. */
#include "sp-capture/format_decode.h"

static void test_journal(void)
{
	/* A value of text, of several lines, of bytes that are no text, an empty one, and names that stand there twice. */
	check_text("journal", &plain,
		SPAN("__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1714557600123456\nMESSAGE\n\5\0\0\0\0\0\0\0a\n\"b=\n_PID=1\n"
		     "BYTES\n\4\0\0\0\0\0\0\0\0\n\377c\nEMPTY\n\0\0\0\0\0\0\0\0\nNONE=\n_PID=2\nMESSAGE=c=d\n\n"),
		"2024-05-01T10:00:00.123456Z {\"__CURSOR\":\"s=1;i=2\",\"__REALTIME_TIMESTAMP\":\"1714557600123456\","
		"\"MESSAGE\":[\"a\\n\\\"b=\",\"c=d\"],\"_PID\":[\"1\",\"2\"],\"BYTES\":[0,10,255,99],\"EMPTY\":\"\",\"NONE\":\"\"}\n");
	/* The empty line after the last entry may be missing, but no byte of a field. */
	check("journal", "\n\n__REALTIME_TIMESTAMP=1\nA=1\n\n\n__REALTIME_TIMESTAMP=2\nA=2\n",
		"1970-01-01T00:00:00.000001Z {\"__REALTIME_TIMESTAMP\":\"1\",\"A\":\"1\"}\n"
		"1970-01-01T00:00:00.000002Z {\"__REALTIME_TIMESTAMP\":\"2\",\"A\":\"2\"}\n");
	check("journal", "__REALTIME_TIMESTAMP=1\nA=1", "!1: the input ends inside an entry\n");
	/* A bad entry costs nothing of the next one, also if its value looks like the end of an entry. */
	check_text("journal", &plain,
		SPAN("A=1\nbad line\nB\n\4\0\0\0\0\0\0\0\n\nC=\nD=1\n\nA=2\n\n__REALTIME_TIMESTAMP=x\nA=3\n\nA\n\1\0\0\0\0\0\0\0ab\n\nA=5\n\n"),
		"!1: a line is not NAME=VALUE, nor a name before a value whose length is right\n{\"A\":\"2\"}\n"
		"!11: __REALTIME_TIMESTAMP is no number of microseconds\n"
		"!14: a line is not NAME=VALUE, nor a name before a value whose length is right\n{\"A\":\"5\"}\n");
	struct format_options small = plain;
	small.max_event = 64;
	check_text("journal", &small,
		SPAN("A=12345678901234567890\nB=12345678901234567890\nC=12345678901234567890\n\nA=2\n\n"
		     "A=1\nB\n\377\0\0\0\0\0\0\0tooshort"),
		"!1: an entry of more than 64 bytes (see --max-event)\n{\"A\":\"2\"}\n!7: an entry of more than 64 bytes (see --max-event)\n");
}

/* Every line of an export belongs to the journal, although logfmt would take many of them. */
static void test_detection(void)
{
	struct err e = ERR_INIT;
	static const struct {
		const char *text, *format;
	} cases[] = {
		{ "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1\n_PID=1\nMESSAGE=x y\n\n", "journal" },
		{ "_PID=1\nMESSAGE=x\n\n__CURSOR=s=1\n__REALTIME_TIMESTAMP=1\n", "journal" },
		{ "PATH=/bin\nHOME=/root\n", "logfmt" },
		{ "\x1e{\"a\":1}\n\x1e{\"a\":2}\n", "ndjson" },
		{ "\x1e{\"a\":1}\n\x1e{\"a\":2\n\x1e{\"a\":3}\n", "ndjson" },
		{ "\x1e{\n\"a\": 1\n}\n\x1e{\n\"a\": 2\n}\n", "json" },
		{ "\x1e[\n{\"a\": 1},\n{\"a\": 2}\n]\n", "json" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s", cases[i].text);
		CHECK(format_detect(span_of(cases[i].text), DETECT_END) == format_find(cases[i].format, &e));
	}
}

/* RFC 7464: a text that was cut off costs nothing of the next one. */
static void test_sequences(void)
{
	check("ndjson",
		"\x1e{\"a\":1}\n\x1e{\"b\":[\x1e{\"c\":3}\n\x1e\x1e\n\x1e {\"d\":4}\x1e{\"e\":5}\r\n\x1e[1]\n\x1e{\"f\":6}",
		"{\"a\":1}\n!2: byte 8: the end where a value should begin\n{\"c\":3}\n{\"d\":4}\n{\"e\":5}\n!5: byte 2: no object\n{\"f\":6}\n");
	check("json",
		"\x1e{\n\"a\":1}\n\x1e{\"b\":[\n\x1e[{\"c\":3}\x1e\x1e{\"d\":4}\n\x1e[{\"e\":5}{\"f\":6}]\n\x1e{\"g\":7}\n\x1e{\"h\"",
		"{\"a\":1}\n!3: document 2 is not complete: the next one begins inside an event\n{\"c\":3}\n"
		"!4: document 3 is not complete: the next one begins inside it\n{\"d\":4}\n{\"e\":5}\n"
		"!5: document 5 at byte 47: ',' or ']' expected: the rest of it is not read\n{\"g\":7}\n"
		"!7: document 7 is not complete: the input ends inside an event\n");
	/* Without a mark in front of it, such a byte is a fault of its line. */
	check("ndjson", "{\"a\":\"\x1e\"}\n{\"b\":2}\n", "!1: byte 7: control character in a string\n{\"b\":2}\n");
}

int main(void)
{
	test_journal();
	test_detection();
	test_sequences();
	return check_end();
}
