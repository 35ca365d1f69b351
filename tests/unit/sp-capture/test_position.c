/* test_position.c -- the position of every format: a decoder that goes on at any position gives what was still to come.
 *
 * For each corpus and each number of calls of next(): make so many calls, take the position, open a new decoder over
 * a reader that starts there, and read on. The records of both together must be those of one uninterrupted run: event
 * or reason, kind, line number, offset. */
#include "sp-capture/format_decode.h"

struct corpus {
	const char *format, *text;
	size_t max_event; /* 0: the default */
	const char *each, *columns, *pattern;
};

#define BOM "\xef\xbb\xbf"
#define LONG "1234567890123456789012345678901234567890123456789012345678901234567890"
#define PAIR "h - - [17/May/2015:10:05:03 +0200] \"GET /?a HTTP/1.1\" 200 "

/* An entry of the journal with a value of three bytes that are no text. */
#define ENTRY(time) "__CURSOR=s=" #time "\n__REALTIME_TIMESTAMP=" #time "\nMESSAGE\n\3\0\0\0\0\0\0\0a\n\377\n_PID=1\n\n"
#define JOURNAL                                                                            \
	"\n\n" ENTRY(1) "__CURSOR=x\nbad line\nMESSAGE\n\4\0\0\0\0\0\0\0\n\nb=\n\n" ENTRY( \
		2) "MESSAGE=" LONG LONG LONG "\n_PID=2\n\n" ENTRY(3) "__CURSOR=y\nMESSAGE\n\0\1\0\0\0\0\0\0" LONG LONG

static const struct corpus corpora[] = {
	{ "ndjson", BOM "{\"a\":1}\n\n {\"b\":2} \r\n{\"b\"\n\r\n[1]\n{\"c\":\"" LONG "\"}\n{\"d\":4}\n\n{\"e\":5}", 60,
		NULL, NULL, NULL },
	{ "json",
		BOM "{\"a\":1}{\n \"b\":\n2}\n\nno document\n[{\"c\":3},\n\n{\"d\":\n4}, 5, {\"e\":\"" LONG
		    "\"},{\"f\":6}]\n{}\n",
		60, NULL, NULL, NULL },
	{ "json", "no document that is too long " LONG LONG "\n{\"a\":1}\n{\"b\":\"" LONG "\"}\n{\"c\":3}[]", 60, NULL,
		NULL, NULL },
	{ "json", "{\"a\":1}\n[{\"b\":2}\n{\"c\":3}]\n{\"d\":4}\n", 0, NULL, NULL, NULL },
	{ "json", "[{\"a\":1},{\"b\":2},\n{\"c\":", 0, NULL, NULL, NULL },
	{ "json",
		"{\"f\":[{\"a\":1},{\"b\":2},7,\n{\"c\":3}],\"z\":0}\n{\"g\":1}{\"f\":null}[1]\n{\"f\":[{\"d\":4},\"x\",{\"e\":\n5}]}",
		0, ".f", NULL, NULL },
	{ "json",
		"{\"a\":[{\"b\":{\"k\":{\"x\":1}}},\n3,{\"c\":0},{\"b\":[{\"x\":2},{\"x\":\"" LONG
		"\"},{\"x\":3}]}]}\n{\"a\":{}}{\"a\":[4]}",
		60, ".a[].b", NULL, NULL },
	{ "csv",
		BOM "\r\na,\"b\nc\"\r\n1,x\r\n\r\n\"2\n2\",\"y\"\"\n\"\n3\n\"4\"4,z\n5,\xff\n" LONG
		    ",6\n\n7,\"open\n8,v\n9,\"w\nw\"\n10,last",
		60, NULL, NULL, NULL },
	{ "csv", "a,b\na\",\"c\na\",\"c\na\",\"c\na\",\"c\n1,2\n" LONG LONG "\n3,4\n", 20, NULL, NULL, NULL },
	{ "csv", "1,2\n\"3\n3\",4\n5\n\n6,7", 0, NULL, "a,b", NULL },
	{ "csv", "a,b\n", 0, NULL, NULL, NULL },
	{ "tsv", "a\tb,c\n1\t\"x\ty\"\n2\n\"3\n\"\t\"open\n4\t5\n" LONG LONG "\tx\n6\t7\n", 60, NULL, NULL, NULL },
	{ "w3c",
		BOM
		"#Version: 1\n\n#Date: 2024-05-01 20:00:00\n#Fields: time a\n20:00:01 1\n# x\n\n01:00:00 2\n20:00:02\n"
		"#Date: 2024-06-01\n10:00:00 3\n#Remark\n10:00:00 4\n#Fields: date,time\n2024-01-01,10:00:00\n#\n" LONG
		",1\n2024-01-01,\"x\n#separator |\n#fields|ts\n1\n\n2\n#end",
		60, NULL, NULL, NULL },
	{ "w3c", "1 2\n#Fields: a b\n1 2\n3 4\n#Fields: a\n1", 0, NULL, NULL, NULL },
	{ "w3c", "#Fields: a b\n# x\n", 0, NULL, NULL, NULL },
	{ "logfmt",
		"a=1 t=2024-05-01T10:00:00Z\r\n\n \nfoo bar\na=\"x\\\"\" flag\na=1 a=2\n$sp=1\nlong=" LONG "\nlast=1",
		60, NULL, NULL, NULL },
	{ "clf",
		PAIR
		"1\n\nh - - [18/May/2015:10:05:03 +0200] \"-\" 200 2 0.5\ntorn\nv:80 h - u [17/May/2015:10:05:03 -0930] \"-\" 408 -\r\n" PAIR
		"3 \"-\" \"x\"\n" PAIR LONG LONG "\n" PAIR "4",
		150, NULL, NULL, NULL },
	{ "combined",
		PAIR "1 \"-\" \"x\"\n\n" PAIR "2 \"r\" \"a \\\"b\\\"\" \"1.2.3.4\" 12\n" PAIR "3\n" PAIR
		     "4 \"-\" \"y\"",
		0, NULL, NULL, NULL },
	/* The last change was on May 1, 2024: the first time is of the year before. */
	{ "syslog",
		"<13>Dec 31 23:59:58 h app[12]: old\nDec 31 23:59:59 h a: x\n\nJan  1 00:00:01 h a: y\nno time\nApr 03 10:39:58.25 h a: this year\n"
		"May  1 10:39:58 a: z\r\n<34>1 2003-10-11T22:14:15.003Z h su - ID [a x=\"1\"] text\n<1>1 - h a p m [x\n<200>x\nMay 1 2019 10:39:58 h a: b",
		0, NULL, NULL, NULL },
	{ "syslog",
		"-- Logs begin at --\n26 <13>Dec 31 23:59:58 h a: x26 <13>Jan  1 00:00:01 h a: y\n28 <13>Jan  1 00:00:01 h a: y\n2\n2024-04-24 10:00:00 +0100 h a[1]: x\n"
		"90 <13>torn\n-- Boot --\n9 <13>a\nb\n3",
		0, NULL, NULL, NULL },
	{ "journal", JOURNAL, 80, NULL, NULL, NULL },
	{ "ndjson",
		"\x1e{\"a\":1}\n\x1e{\"b\":[\x1e{\"c\":3}\x1e\x1e {\"d\":4}\r\n\x1e\n\x1e\x1e{\"e\"\n{\"f\":6}\x1e{\"g\":7}\n\x1e{\"h\":8}",
		0, NULL, NULL, NULL },
	{ "json",
		"\x1e{\"a\":\n1}\n\x1e[{\"b\":1},\x1e{\"c\"\x1e\x1e{\"d\":{\"e\":[\n\x1e{\"f\":6}{\"g\":7}\n\x1e"
		"7\n\x1e[{\"h\":8}{\"i\":9}]\n\x1e{\"j\":10}\n\x1e[{\"k\"",
		0, NULL, NULL, NULL },
	{ "regex", "GET 1\r\n\nbad\nPUT 2\n" LONG LONG "\nGET 3", 60, NULL, NULL, "^(?<method>[A-Z]+) (?<n>\\d+)" },
	{ "line", BOM "a\r\n\n\xff\n \n" LONG "\nlast", 60, NULL, NULL, NULL },
};

/* Tables with options of their own. */
static const struct {
	struct corpus corpus;
	struct csv_options csv;
} tables[] = {
	{ { "csv", BOM "a title,\n\n# note\nsep=;\na;a;\n1;2;\n;;\n# \"x\n\n3;\"4\n#\";,\n5\n;\" \n6;7;8", 60, NULL,
		  NULL, NULL },
		{ .skip = "1", .comment = "#" } },
	{ { "csv", "x\n1|2\n3|\"4\"\"\n\"\n|\n5|6\n", 60, NULL, "a,b", NULL }, { .skip = "1", .decimal = "," } },
	{ { "tsv", "a\tb\n\\N\t\\t\"\n\"x\ty\n1\t\n", 60, NULL, NULL, NULL }, { .quote = "none" } },
};

/* An input that gives a text in pieces and, if it HALTS, reports before each that nothing is there now, as a followed file
 * does. */
struct halting {
	struct pieces pieces;
	bool halts, halted;
};

static ssize_t read_halting(struct input *in, void *to, size_t n, struct err *e)
{
	struct halting *h = in->state;
	h->halted = h->halts && !h->halted;
	if (h->halted)
		return INPUT_AGAIN;
	struct input inner = { .state = &h->pieces };
	return read_piece(&inner, to, n, e);
}

/* Starts R as a reader of TEXT from P on. H is the state of its input. */
static void start_reader(struct reader *r, struct halting *h, struct span text, const struct position *p, size_t size,
	bool halts, size_t max)
{
	struct err e = ERR_INIT;
	*h = (struct halting){ .pieces = { text.p + p->offset, text.n - p->offset, size }, .halts = halts };
	CHECK(reader_init(r, (struct input){ .read = read_halting, .state = h, .fd = -1, .name = "test" }, max, &e) ==
		0);
	r->offset = p->offset;
	r->number = p->number;
}

/* Calls next() once and appends the record to OUT. */
static int call(const struct format *f, struct decoder *d, struct reader *in, struct buf *out)
{
	struct err e = ERR_INIT;
	struct record rec = { .checked = false };
	int r = f->next(d, in, &rec, &e);
	if (r == NEXT_ERROR)
		CHECK(buf_addf(out, "error %s\n", e.msg) == 0);
	if (r != NEXT_EVENT && r != NEXT_REJECTED)
		return r;
	CHECK(buf_addf(out, "%" PRIu64 "@%" PRIu64 " %s ", rec.number, rec.offset,
		      r == NEXT_REJECTED ? rec.kind : "") == 0);
	show_record(r, &rec, out);
	return r;
}

/* Calls next() up to the end. */
static void read_rest(const struct format *f, struct decoder *d, struct reader *in, struct buf *out)
{
	int r;
	do
		r = call(f, d, in, out);
	while (r == NEXT_EVENT || r == NEXT_REJECTED || r == NEXT_LATER);
}

/* How the text is cut into reads. */
struct cuts {
	size_t size;
	bool halts;
};

/* Makes CALLS calls, then reads the rest with a second decoder. Returns false if the input ended before. */
static bool run_interrupted(const struct format *f, const struct format_options *o, struct span text, struct cuts c,
	size_t calls, struct buf *out)
{
	struct err e = ERR_INIT;
	struct decoder *d;
	struct reader in;
	struct halting h;
	const struct position zero = { .offset = span_starts(text, SPAN(BOM)) ? strlen(BOM) : 0 };
	struct position p;
	int r = NEXT_LATER;
	CHECK(f->open(&d, o, &e) == 0);
	start_reader(&in, &h, text, &zero, c.size, c.halts, o->max_event);
	for (size_t i = 0; i < calls && r != NEXT_END && r != NEXT_ERROR; i++)
		r = call(f, d, &in, out);
	f->position(d, &in, &p);
	reader_release(&in);
	f->close(d);

	struct format_options later = *o;
	later.changed_ms += INT64_C(400) * 86400 * 1000; /* a restart after more than a year must not change a time */
	CHECK(f->open(&d, &later, &e) == 0);
	if (f->head) {
		start_reader(&in, &h, text, &zero, c.size, c.halts, o->max_event);
		int read;
		do
			read = f->head(d, &in, &e);
		while (read == NEXT_LATER);
		CHECK(read == NEXT_EVENT);
		reader_release(&in);
	}
	CHECK(f->seek(d, &p, &e) == 0);
	start_reader(&in, &h, text, &p, c.size, c.halts, o->max_event);
	read_rest(f, d, &in, out);
	reader_release(&in);
	f->close(d);
	return r != NEXT_END && r != NEXT_ERROR;
}

static void run_whole(const struct format *f, const struct format_options *o, struct span text, struct buf *out)
{
	struct err e = ERR_INIT;
	struct decoder *d;
	struct reader in;
	struct halting h;
	const struct position zero = { .offset = span_starts(text, SPAN(BOM)) ? strlen(BOM) : 0 };
	CHECK(f->open(&d, o, &e) == 0);
	start_reader(&in, &h, text, &zero, text.n, false, o->max_event);
	read_rest(f, d, &in, out);
	reader_release(&in);
	f->close(d);
}

static void check_corpus(const struct corpus *c, struct csv_options csv)
{
	static const struct cuts all_cuts[] = { { 1, false }, { 7, false }, { 1 << 20, false }, { 1, true },
		{ 7, true } };
	struct err e = ERR_INIT;
	const struct format *f = format_find(c->format, &e);
	struct format_options o = plain;
	o.max_event = c->max_event ? c->max_event : EVENT_MAX;
	o.each = c->each;
	o.columns = c->columns;
	o.pattern = c->pattern;
	o.csv = csv;
	/* Only this text contains NUL. */
	struct span text = strcmp(c->format, "journal") == 0 ? SPAN(JOURNAL) : span_of(c->text);
	struct buf want, got;
	buf_init(&want, 1 << 20);
	buf_init(&got, 1 << 20);
	run_whole(f, &o, text, &want);
	bool good = true;
	for (size_t i = 0; good && i < sizeof all_cuts / sizeof all_cuts[0]; i++) {
		bool more = true;
		for (size_t calls = 0; good && more; calls++) {
			buf_reset(&got);
			more = run_interrupted(f, &o, text, all_cuts[i], calls, &got);
			good = CHECK_STR(buf_string(&got), buf_string(&want));
			if (!good)
				fprintf(stderr, "\tformat %s, reads of %zu bytes, after %zu calls\n", c->format,
					all_cuts[i].size, calls);
		}
	}
	buf_release(&want);
	buf_release(&got);
}

int main(void)
{
	for (size_t i = 0; i < sizeof corpora / sizeof corpora[0]; i++)
		check_corpus(&corpora[i], (struct csv_options){ .skip = NULL });
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		check_corpus(&tables[i].corpus, tables[i].csv);
	return check_end();
}
