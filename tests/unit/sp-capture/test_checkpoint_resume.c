/* test_checkpoint_resume.c -- a file that is cut anywhere, read, grown and read on gives what one run over the whole file
 * gives. Every format, every byte. And a run that ends after any number of events, in order and merged, continued from
 * its snapshot. */
#include "run_output.h"
#include "sp-capture/checkpoint/match.h"
#include "sp-capture/command_line.h"
#include "sp-capture/source/table.h"
#include <stdlib.h>
#include <sys/stat.h>

enum { FILES = 3, PATH_LEN = 64, ARGS = 6 };

struct corpus {
	const char *name;
	const char *args[ARGS];
	const char *files[FILES]; /* the first one is cut at every byte; all of them are merged */
};

#define E(second) "{\"ts\":\"2024-05-01T10:00:" #second "Z\"}\n"
#define J(second) "{\"ts\":\"2024-05-01T10:00:" #second "Z\"}"
#define ENTRY(second, more) "__REALTIME_TIMESTAMP=17145576" #second "000000\nMESSAGE=m" #second "\n" more "\n"
#define CLF(second, path) \
	"1.2.3.4 - - [01/May/2024:10:00:" #second " +0000] \"GET " path " HTTP/1.1\" 200 5 \"-\" \"curl\"\n"

static const struct corpus corpora[] = {
	{ "ndjson", { 0 },
		{ E(01) E(04) "rubbish\n\n \n" E(03) "{\"ts\":\"2024-05-01T10:00:07Z\"} \r\n", E(02) "\n\n" E(02) E(06),
			"" E(05) } },
	{ "ndjson, the last line without newline", { 0 }, { E(01) E(04) J(05), E(02), E(03) } },
	{ "byte-order mark", { 0 }, { "\xef\xbb\xbf\n" E(01) E(03), E(02) E(05), E(04) } },
	{ "sequence", { 0 }, { "\x1e" J(01) "\n\x1e" J(02) "\n\x1e" J(04) "\n", E(02), E(03) } },
	{ "csv", { "--time=.at" },
		{ "at,n\n1,a\n4,\"b\nc\"\n\n,\n7,d\n8,\"e\"\"f\"\r\n9,\"open\n10,g\n", "at,n\n2,e\n2,f\nbad\n9,g\n",
			"n,at\nh,3\ni,5\n" } },
	{ "csv, byte-order mark, sep", { "--time=.at", "--skip=1" },
		{ "\xef\xbb\xbftitle\nsep=;\nat;n\n1;a\n4;\"b\nc\"\n", "t\nat;n\n2;e\n", "t\nat;n\n3;e\n" } },
	{ "tsv", { "--time=.at" }, { "at\tn\n1\ta\n4\t\"b\tc\"\n7\td\n", "at\tn\n2\te\n9\tg\n", "at\tn\n3\th\n" } },
	{ "columns", { "--time=.at", "--columns=at,n" }, { "1,a\n2,\"b\n\"\n3,c", "1,x\n", "2,y\n" } },
	{ "w3c", { 0 },
		{ "#Fields: date time n\n2024-05-01 10:00:01 a\n2024-05-01 10:00:04 b\n#Fields: n date time\nc 2024-05-01 10:00:06\n"
		  "#Date: x\nd 2024-05-01 10:00:08\n#Fields: date time n\n2024-05-01 10:00:09 e\n\n",
			"#Date: 2024-05-01\n#Fields: time\n10:00:02\nbad row\n10:00:03\n#Date: 2024-05-02\n10:00:03\n10:00:04\n",
			"#separator \\x09\n#fields\tts\tn\n1714557605\tx\n1714557607.5\t-\n#close\tx\n" } },
	{ "w3c, a head of several lines", { 0 },
		{ "#Software: x\n#Version: 1.0\n#Fields: date time n\n2024-05-01 10:00:01 a\n2024-05-01 10:00:04 b\n",
			"", "" } },
	{ "documents", { "--format=json", "--each=.a" },
		{ "{\"a\":[" J(01) ",123,\"x\"," J(03) ",\n" J(05) "]}\n{\"a\":[" J(07) "]}\n",
			"{\"x\":1,\n\"a\":[" J(02) "," J(04) "]}", "{\"a\":[" J(06) ",{\"no\":1}," J(08) "]}" } },
	{ "no documents between documents", { "--format=json" },
		{ J(01) "\nno document\n" J(02) " no\n" J(03) "\n", "", "" } },
	{ "documents, pretty", { 0 },
		{ "[\n  {\n    \"ts\": \"2024-05-01T10:00:01Z\",\n    \"n\": [1, 2]\n  },\n  " J(
			  04) "\n]\n{\n \"ts\":\n"
			      "\"2024-05-01T10:00:05Z\"}\n",
			"[\n" J(02) ",\n" J(04) "\n]\n", "[\n" J(03) "]\n" } },
	{ "years", { "--time=.t", "--time-format=%b %d %H:%M:%S", "--year=2024" },
		{ "{\"t\":\"Nov 24 10:00:01\"}\n{\"t\":\"Jan  2 10:00:00\"}\n{\"t\":\"Dec 31 23:59:59\"}\n{\"t\":\"Mar  1 10:00:00\"}\n",
			"{\"t\":\"Nov 24 10:00:02\"}\n{\"t\":\"Feb  2 10:00:00\"}\n",
			"{\"t\":\"Jan  1 10:00:00\"}\nbad\n" } },
	{ "syslog", { "--year=2024" },
		{ "<13>Dec  1 10:00:01 h a: x\n<13>Dec 31 23:00:04 h a: y\nno syslog\n<13>Jan  1 00:00:04 h a: z\n",
			"<13>Dec  1 10:00:02 h b: x\n", "<13>Dec  1 10:00:03 h c: x\n<13>Jun  1 10:00:03 h c: y\n" } },
	{ "frames", { "--format=syslog" },
		{ "52 <40>1 2024-05-01T10:00:01Z h a - - - text of a frame52 <40>1 2024-05-01T10:00:02Z h a - - - text\nof "
		  "frame\n54 <40>1 2024-05-01T10:00:03Z h a - - - text\n7 of a fra\n",
			"36 <40>1 2024-05-01T10:00:02Z h a - - -\n", "" } },
	{ "logfmt", { 0 },
		{ "ts=2024-05-01T10:00:01Z a=b\nts=2024-05-01T10:00:04Z a=\"b c\"\nts=2024-05-01T10:00:05Z\n",
			"ts=2024-05-01T10:00:02Z a=b\n", "ts=2024-05-01T10:00:03Z a=b\n" } },
	{ "combined", { 0 }, { CLF(01, "/") CLF(04, "/a") "rubbish\n" CLF(03, "/b"), CLF(02, "/c"), CLF(05, "/d") } },
	{ "regex", { "--pattern=(?<ts>\\S+) (?<m>.*)" },
		{ "2024-05-01T10:00:01Z a\n2024-05-01T10:00:04Z b\nno\n", "2024-05-01T10:00:02Z a\n",
			"2024-05-01T10:00:03Z a\n" } },
	{ "line", { "--format=line", "--time=.line" },
		{ "2024-05-01T10:00:01Z\n2024-05-01T10:00:04Z\r\nno\n2024-05-01T10:00:06Z", "2024-05-01T10:00:02Z\n",
			"2024-05-01T10:00:03Z\n" } },
	{ "journal", { "--format=journal" },
		{ ENTRY(01, "") "\n" ENTRY(04, "A=1\nA=2\n") "bad\nMORE=x\n\n" ENTRY(05, ""), ENTRY(02, ""),
			ENTRY(03, "") } },
	{ "long lines", { "--max-event=64" },
		{ E(01) "{\"ts\":\"2024-05-01T10:00:02Z\",\"x\":\"0123456789012345678901234567890123456789\"}\n" E(04),
			E(02), E(03) } },
};

static char paths[FILES][PATH_LEN], output[PATH_LEN / 2];

/* Makes the file PATH hold the first N bytes of TEXT. A file that exists grows, so it stays the same file. */
static void write_file(const char *path, const char *text, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	CHECK(fd >= 0 && ftruncate(fd, (off_t)n) == 0 && pwrite(fd, text, n, 0) == (ssize_t)n);
	close(fd);
}

static int add_to_buf(void *arg, const void *p, size_t n, struct err *e)
{
	return buf_add(arg, p, n) < 0 ? err_oom(e, "a test") : 0;
}

/* One run of a job. */
struct part {
	size_t files;   /* how many of the files */
	bool merged;    /* if not: --in-order */
	bool may_grow;  /* the run ends with stop, not with end */
	uint64_t limit; /* the run ends after so many events */
};

/* Runs over the files, from the state STATE on, and appends the events to OUT. Then STATE is that of the end. Adds the
 * number of rejected records to *REJECTED. */
static void run_part(const struct corpus *c, struct part part, struct buf *state, struct buf *out, uint64_t *rejected)
{
	static char program[] = "sp-capture", in_order[] = "--in-order", reject[] = "--reject=/dev/null";
	static char source_field[] = "--source-field=at_source";
	char *argv[FILES + ARGS + 5] = { program, reject, source_field };
	int argc = 3, status;
	char args[ARGS][PATH_LEN];
	for (size_t i = 0; i < ARGS && c->args[i]; i++) {
		snprintf(args[i], sizeof args[i], "%s", c->args[i]);
		argv[argc++] = args[i];
	}
	if (!part.merged)
		argv[argc++] = in_order;
	for (size_t i = 0; i < part.files; i++)
		argv[argc++] = paths[i];
	struct options o;
	struct run r;
	struct err e = ERR_INIT;
	struct known known = { 0 };
	struct sum *sum = sum_new(&e);
	CHECK_EQ(command_line_parse(&o, source_types, argc, argv, &status, &e), PROGRAM_RUN);
	o.limit = part.limit;
	struct streams own = output_begin(output);
	int done = run_init(&r, &o, NULL, &e);
	r.set.needs_positions = true;
	r.set.may_grow = part.may_grow;
	if (done == 0 && state->n > 0) {
		struct load l = load_from(buf_span(state));
		done = known_load(&known, &l, &e) < 0 || load_finish(&l, &e) < 0 ? -1 : 0;
	}
	if (done == 0)
		done = match_sources(&known, &r.set, false, &e);
	if (done == 0)
		done = run_all(&r, &e);
	for (size_t i = 0; i < known.count && done == 0; i++)
		if (known.list[i].source != KNOWN_NO_SOURCE)
			done = known_update(&known.list[i], r.set.list[known.list[i].source], sum, &e);
	output_end(own, output, out);
	*rejected += r.rejects.total;
	/* At the end of the input, all bytes are read, also those behind the last record. */
	for (size_t i = 0; i < known.count && !part.may_grow && part.limit == UINT64_MAX; i++)
		CHECK(!known_unread(&known.list[i]));
	struct save s;
	buf_reset(state);
	CHECK_EQ(save_init(&s, add_to_buf, state, &e), 0);
	known_save(&known, &s);
	CHECK_EQ(save_finish(&s, &e), 0);
	save_release(&s);
	if (!CHECK_EQ(done, 0))
		fprintf(stderr, "\t%s\n", e.msg);
	known_release(&known);
	sum_free(sum);
	run_release(&r);
	command_line_release(&o);
}

static void check_same(const struct buf *whole, const struct buf *parts)
{
	if (!CHECK(span_eq(buf_span(whole), buf_span(parts))))
		fprintf(stderr, "\tone run:\n%.*s\tseveral runs:\n%.*s", (int)whole->n, whole->p, (int)parts->n,
			parts->p);
}

/* Cuts the first file of C at each byte, reads it, lets it grow to a second cut, and to its end. */
static void check_growing(const struct corpus *c)
{
	size_t n = strlen(c->files[0]);
	struct buf whole, parts, state;
	uint64_t all = 0, some;
	buf_init(&whole, 1 << 20);
	buf_init(&parts, 1 << 20);
	buf_init(&state, 1 << 20);
	unlink(paths[0]);
	write_file(paths[0], c->files[0], n);
	run_part(c, (struct part){ 1, false, false, UINT64_MAX }, &state, &whole, &all);
	CHECK(whole.n > 0);
	for (size_t k = 0; k <= n; k++) {
		CHECK_ROW("%s, cut after byte %zu", c->name, k);
		buf_reset(&parts);
		buf_reset(&state);
		some = 0;
		unlink(paths[0]);
		write_file(paths[0], c->files[0], k);
		run_part(c, (struct part){ 1, false, true, UINT64_MAX }, &state, &parts, &some);
		write_file(paths[0], c->files[0], k + (n - k) / 2);
		run_part(c, (struct part){ 1, true, true, UINT64_MAX }, &state, &parts, &some);
		write_file(paths[0], c->files[0], n);
		run_part(c, (struct part){ 1, false, false, UINT64_MAX }, &state, &parts, &some);
		check_same(&whole, &parts);
		CHECK_EQ(some, all);
		/* And once more: nothing is left. */
		run_part(c, (struct part){ 1, false, false, UINT64_MAX }, &state, &parts, &some);
		check_same(&whole, &parts);
		CHECK_EQ(some, all);
	}
	buf_release(&whole);
	buf_release(&parts);
	buf_release(&state);
}

/* Ends runs over all files of C after each number of events. */
static void check_stopped(const struct corpus *c, bool merged)
{
	struct buf whole, parts, state;
	uint64_t all = 0, some;
	buf_init(&whole, 1 << 20);
	buf_init(&parts, 1 << 20);
	buf_init(&state, 1 << 20);
	for (size_t i = 0; i < FILES; i++)
		write_file(paths[i], c->files[i], strlen(c->files[i]));
	run_part(c, (struct part){ FILES, merged, false, UINT64_MAX }, &state, &whole, &all);
	uint64_t events = 0;
	for (size_t i = 0; i < whole.n; i++)
		events += whole.p[i] == '\n';
	for (uint64_t k = 0; k <= events; k++) {
		CHECK_ROW("%s, %s, stopped after event %" PRIu64, c->name, merged ? "merged" : "in order", k);
		buf_reset(&parts);
		buf_reset(&state);
		some = 0;
		run_part(c, (struct part){ FILES, merged, false, k }, &state, &parts, &some);
		run_part(c, (struct part){ FILES, merged, false, 1 }, &state, &parts, &some);
		run_part(c, (struct part){ FILES, merged, false, UINT64_MAX }, &state, &parts, &some);
		check_same(&whole, &parts);
		CHECK_EQ(some, all);
	}
	buf_release(&whole);
	buf_release(&parts);
	buf_release(&state);
}

int main(void)
{
	snprintf(output, sizeof output, "/tmp/test_resume.%d", (int)getpid());
	for (size_t i = 0; i < FILES; i++)
		snprintf(paths[i], sizeof paths[i], "%s.%zu", output, i);
	for (size_t i = 0; i < sizeof corpora / sizeof corpora[0]; i++) {
		check_growing(&corpora[i]);
		check_stopped(&corpora[i], false);
		check_stopped(&corpora[i], true);
	}
	for (size_t i = 0; i < FILES; i++)
		unlink(paths[i]);
	return check_end();
}
