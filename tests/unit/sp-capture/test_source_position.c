/* test_source_position.c -- a run that is stopped after any number of events, and another one that goes on at the
 * positions of what was written: together they write what one run writes. For files, plain and compressed, read one after
 * the other and merged, in formats whose positions have something to them. */
#include "run_output.h"
#include "sp-capture/command_line.h"
#include "sp-capture/source/table.h"
#include <stdlib.h>
#include <zlib.h>

enum { SOURCES = 3, PATH_LEN = 64 };

/* A corpus: what each of the files holds. The times interleave. */
struct corpus {
	const char *name, *format; /* --format; NULL: detected */
	const char *each;          /* --each; or NULL */
	const char *files[SOURCES];
};

#define E(second) "{\"ts\":\"2024-05-01T10:00:" #second "Z\"}\n"
#define J(second) "{\"ts\":\"2024-05-01T10:00:" #second "Z\"}"

#define Y(time) "{\"t\":\"" time "\"}\n"

static const struct corpus corpora[] = {
	{ "ndjson", NULL, NULL, { E(01) E(04) "rubbish\n" E(03) E(07), E(02) "\n\n" E(02) E(06), "" E(05) } },
	{ "byte-order mark", NULL, NULL, { "\xef\xbb\xbf" E(01) E(03), E(02) E(05), E(04) } },
	{ "csv", NULL, NULL, { "ts,n\n1,a\n4,\"b\nc\"\n\n7,d\n", "ts,n\n2,e\n2,f\nbad\n9,g\n", "n,ts\nh,3\ni,5\n" } },
	{ "w3c", NULL, NULL,
		{ "#Fields: date time n\n2024-05-01 10:00:01 a\n2024-05-01 10:00:04 b\n#Fields: n date time\nc 2024-05-01 10:00:06\n"
		  "d 2024-05-01 10:00:08\n",
			"#Date: 2024-05-01\n#Fields: time\n10:00:02\nbad row\n10:00:03\n#Date: 2024-05-02\n10:00:03\n10:00:04\n",
			"#separator \\x09\n#fields\tts\tn\n1714557605\tx\n1714557607.5\t-\n#close\tx\n" } },
	{ "documents", "json", ".a",
		{ "{\"a\":[" J(01) "," J(03) ",\n" J(05) "]}\n{\"a\":[" J(07) "]}",
			"{\"x\":1,\n\"a\":[" J(02) "," J(04) "]}", "{\"a\":[" J(06) ",{\"no\":1}," J(08) "]}" } },
	/* Times without a year, of which some are in the year after. */
	{ "years", NULL, NULL,
		{ Y("Nov 24 10:00:01") Y("Jan  2 10:00:00") Y("Dec 31 23:59:59") Y("Mar  1 10:00:00"),
			Y("Nov 24 10:00:02") Y("Feb  2 10:00:00"),
			Y("Dec 24 10:00:02") Y("Jan  1 10:00:00") "bad\n" Y("Feb  3 10:00:00") } },
	{ "syslog", "syslog", NULL,
		{ "<13>May  1 10:00:01 h a: x\n<13>May  1 10:00:04 h a: y\n", "<13>May  1 10:00:02 h b: x\n",
			"<13>May  1 10:00:03 h c: x\n<13>Jun  1 10:00:03 h c: y\n" } },
};

static char paths[SOURCES][PATH_LEN], output[PATH_LEN / 2];

static void write_file(const char *path, const char *text, bool packed)
{
	gzFile f = gzopen(path, packed ? "wb" : "wbT");
	size_t n = strlen(text), half = n / 2;
	CHECK(f != NULL);
	/* Two members: the position may lie in either. */
	CHECK(gzwrite(f, text, (unsigned)half) == (int)half && gzclose(f) == Z_OK);
	f = gzopen(path, packed ? "ab" : "abT");
	CHECK(f && gzwrite(f, text + half, (unsigned)(n - half)) == (int)(n - half) && gzclose(f) == Z_OK);
}

struct marks {
	struct position p[SOURCES];
	bool known[SOURCES];
};

/* Runs over the files, up to LIMIT events, from FROM on (NULL: the start). Appends the events to OUT; *TO: where it
 * stopped (may be NULL). */
static void run_files(const struct corpus *c, bool merged, uint64_t limit, const struct marks *from, struct marks *to,
	struct buf *out)
{
	char *argv[16] = { (char[]){ "sp-capture" }, (char[]){ "--reject" }, (char[]){ "/dev/null" }, paths[0],
		paths[1], paths[2] };
	int argc = 3 + SOURCES, status;
	static char in_order[] = "--in-order", time[] = "--time=.t", time_format[] = "--time-format=%b %d %H:%M:%S";
	char format[PATH_LEN], each[PATH_LEN];
	if (c->format) {
		snprintf(format, sizeof format, "--format=%s", c->format);
		argv[argc++] = format;
	}
	if (c->each) {
		snprintf(each, sizeof each, "--each=%s", c->each);
		argv[argc++] = each;
	}
	if (!merged)
		argv[argc++] = in_order;
	if (strcmp(c->name, "years") == 0) {
		argv[argc++] = time;
		argv[argc++] = time_format;
	}
	struct options o;
	struct run r;
	struct err e = ERR_INIT;
	CHECK_EQ(command_line_parse(&o, source_types, argc, argv, &status, &e), PROGRAM_RUN);
	o.limit = limit;
	o.format_options.first_year = 2024;
	struct streams own = output_begin(output);
	int done = run_init(&r, &o, NULL, &e);
	r.set.needs_positions = true;
	for (size_t i = 0; from && i < SOURCES && done == 0; i++)
		if (from->known[i])
			done = source_file.seek(r.set.list[i], &from->p[i], &e);
	if (done == 0)
		done = run_all(&r, &e);
	for (size_t i = 0; to && i < SOURCES; i++)
		to->known[i] = source_position(r.set.list[i], &to->p[i]);
	output_end(own, output, out);
	if (!CHECK_EQ(done, 0))
		fprintf(stderr, "\t%s\n", e.msg);
	run_release(&r);
	command_line_release(&o);
}

static void check_corpus(const struct corpus *c, bool merged, bool packed)
{
	struct buf whole, parts;
	buf_init(&whole, 1 << 20);
	buf_init(&parts, 1 << 20);
	for (size_t i = 0; i < SOURCES; i++)
		write_file(paths[i], c->files[i], packed);
	run_files(c, merged, UINT64_MAX, NULL, NULL, &whole);
	uint64_t events = 0;
	for (size_t i = 0; i < whole.n; i++)
		events += whole.p[i] == '\n';
	CHECK(events >= 4);
	for (uint64_t k = 0; k <= events; k++) {
		CHECK_ROW("%s%s%s, stopped after %" PRIu64, c->name, merged ? ", merged" : "", packed ? ", gzip" : "",
			k);
		struct marks stopped = { 0 }, again = { 0 };
		buf_reset(&parts);
		run_files(c, merged, k, NULL, &stopped, &parts);
		/* And once more, so that a position also comes from a source that had one itself. */
		run_files(c, merged, 1, &stopped, &again, &parts);
		run_files(c, merged, UINT64_MAX, &again, NULL, &parts);
		if (!CHECK(span_eq(buf_span(&parts), buf_span(&whole))))
			fprintf(stderr, "\tone run:\n%.*s\tthree runs:\n%.*s", (int)whole.n, whole.p, (int)parts.n,
				parts.p);
	}
	buf_release(&whole);
	buf_release(&parts);
}

/* A pipe has no positions, and a file that has become shorter is refused. */
static void check_refused(void)
{
	struct marks m = { .p = { { .offset = 1000, .number = 3 } }, .known = { true } };
	const struct corpus *c = &corpora[0];
	struct options o;
	struct run r;
	struct err e = ERR_INIT;
	int status, pipes[2];
	write_file(paths[0], c->files[0], false);
	char *argv[] = { (char[]){ "sp-capture" }, paths[0], NULL };
	CHECK_EQ(command_line_parse(&o, source_types, 2, argv, &status, &e), PROGRAM_RUN);
	struct streams own = output_begin(output);
	int shorter = run_init(&r, &o, NULL, &e) < 0 ? 1 : source_file.seek(r.set.list[0], &m.p[0], &e);
	struct buf out;
	buf_init(&out, 100);
	output_end(own, output, &out);
	CHECK_EQ(shorter, -1);
	CHECK_EQ(e.status, EX_DATAERR);
	run_release(&r);
	command_line_release(&o);

	int input = dup(STDIN_FILENO);
	CHECK(pipe(pipes) == 0 && dup2(pipes[0], STDIN_FILENO) == STDIN_FILENO);
	CHECK_EQ(command_line_parse(&o, source_types, 1, argv, &status, &e), PROGRAM_RUN);
	own = output_begin(output);
	int piped = run_init(&r, &o, NULL, &e) < 0 ? 1 : source_file.seek(r.set.list[0], &m.p[0], &e);
	output_end(own, output, &out);
	CHECK_EQ(piped, -1);
	CHECK_EQ(e.status, EX_USAGE);
	run_release(&r);
	command_line_release(&o);
	dup2(input, STDIN_FILENO);
	close(pipes[0]);
	close(pipes[1]);
	close(input);
}

int main(void)
{
	snprintf(output, sizeof output, "/tmp/test_source_position.%d", (int)getpid());
	for (size_t i = 0; i < SOURCES; i++)
		snprintf(paths[i], sizeof paths[i], "%s.%zu", output, i);
	for (size_t i = 0; i < sizeof corpora / sizeof corpora[0]; i++)
		for (int way = 0; way < 4; way++)
			check_corpus(&corpora[i], way & 1, way & 2);
	check_refused();
	for (size_t i = 0; i < SOURCES; i++)
		unlink(paths[i]);
	return check_end();
}
