/* test_cause.c -- the stages of a line, and the cause when its programs have ended. */
#include "check.h"
#include "sp-run/endings.h"
#include <stdlib.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

static void test_lines(void)
{
	static const struct {
		const char *text, *stages; /* stages: ids with blanks between them */
		bool plain;
	} cases[] = {
		{ "sp-capture a | sp-sink b", "sp-capture sp-sink", true },
		{ "sp-capture a|sp-agg n=count|sp-agg n=count|sp-sink b", "sp-capture sp-agg sp-agg.2 sp-sink", true },
		{ "/usr/bin/sp-capture x | sp sink y", "sp-capture sp-sink", true },
		{ "A=1 nice -n5 sp-capture", "sp-capture", true },
		{ "sp-capture 'a|b' \"c|d\" e\\|f | jq '.a | .b'", "sp-capture jq", true },
		{ "sp-capture <(zcat a | sort) | tee >(cat; cat) | sp-sink x", "sp-capture tee sp-sink", true },
		{ "(cat a; cat b) | sp-capture", "? sp-capture", true },
		{ "sp-capture |& sp-sink 2>&1 >|x", "sp-capture sp-sink", true },
		{ "sp-capture |\n  sp-sink\n", "sp-capture sp-sink", true },
		{ "sp-capture a \\\n  b | sp-sink", "sp-capture sp-sink", true },
		{ "# what it does\nsp-capture | sp-sink # all", "sp-capture sp-sink", true },
		{ "cd x && sp-capture | sp-sink", "cd sp-capture sp-sink", false },
		{ "cd x; sp-capture", "cd sp-capture", false },
		{ "true || false", "true false", false },
		{ "sp-capture &", "sp-capture", false },
		{ "while read -r x; do echo; done | cat", "while do done cat", false },
		{ "$(echo $((1 + 2))) x", "?", true },
		{ "X=$(date) Y=$(a | b; c)d sp-capture", "sp-capture", true },
		{ "echo 'open", "echo", true },
		{ "echo \"open\\", "echo", true },
		{ "\\", "\\", true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct line l;
		char got[1024] = "";
		CHECK_ROW("%s", cases[i].text);
		line_read(&l, cases[i].text);
		for (size_t k = 0, n = 0; k < l.count; k++)
			n += (size_t)snprintf(got + n, sizeof got - n, "%s%s", k ? " " : "", l.stages[k].id);
		CHECK_STR(got, cases[i].stages);
		CHECK_EQ(l.plain, cases[i].plain);
	}
}

/* A line of more stages than there is room for, and long words. */
static void test_long_lines(void)
{
	struct line l;
	static char text[9000];
	size_t n = 0;
	for (int i = 0; i < 200; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%ssp-agg", i ? " | " : "");
	line_read(&l, text);
	CHECK_EQ(l.count, LINE_STAGES_MAX);
	CHECK_STR(l.stages[63].id, "sp-agg.64");
	memset(text, 'a', sizeof text - 1);
	line_read(&l, text);
	CHECK_EQ(l.count, 1);
	CHECK_EQ(strlen(l.stages[0].id), LINE_NAME_MAX - 1);
}

enum { SIGNALED = 1000 }; /* SHELL of a case: killed by SHELL - SIGNALED */

static void test_causes(void)
{
	static const struct {
		const char *line, *exits; /* exits: the file SP_STATUS */
		int shell;
		const char *what; /* ending_describe() of the cause; NULL: none */
		enum verdict verdict;
	} cases[] = {
		{ "sp-capture | sp-sink", "sp-sink 0\nsp-capture 0\n| 0 0\n", 0, NULL, VERDICT_DONE },
		/* an unread output and a cut input are consequences */
		{ "sp-capture | sp-agg x | sp-sink", "sp-agg 65\nsp-sink 75\n| 141 65 75\n", 75, "sp-agg ended with 65",
			VERDICT_STOP },
		{ "sp-capture | sp-agg x | sp-sink", "sp-sink 75\n| 141 137 75\n", 75, "sp-agg was killed by SIGKILL",
			VERDICT_AGAIN },
		{ "sp-capture | sp-agg x | sp-sink", "sp-capture 74\nsp-agg 75\nsp-sink 75\n| 74 75 75\n", 75,
			"sp-capture ended with 74", VERDICT_AGAIN },
		{ "sp-capture | sp-sink", "sp-sink 75\n| 141 75\n", 75, "sp-sink ended with 75", VERDICT_AGAIN },
		{ "sp-capture | sp-sink", "sp-capture 69\nsp-sink 75\n| 69 75\n", 75, "sp-capture ended with 69",
			VERDICT_AGAIN },
		{ "sp-capture | sp-agg x | sp-agg y", "sp-capture 0\nsp-agg 0\nsp-agg.2 78\n| 0 0 78\n", 78,
			"sp-agg.2 ended with 78", VERDICT_STOP },
		/* only SIGPIPE */
		{ "sp-capture | head", "| 141 0\n", 141, "sp-capture was killed by SIGPIPE", VERDICT_AGAIN },
		/* programs of others */
		{ "sp-capture | jq . | sp-sink", "sp-sink 75\n| 141 5 75\n", 75,
			"jq, a program of the line that is not sp's, ended with 5", VERDICT_STOP },
		{ "sp-capture | jq . | sp-sink", "sp-sink 75\n| 141 139 75\n", 75, "jq was killed by SIGSEGV",
			VERDICT_AGAIN },
		{ "sp-capture | x | sp-sink", "sp-capture 0\nsp-sink 0\n| 0 75 0\n", 75,
			"x, a program of the line that is not sp's, ended with 75", VERDICT_STOP },
		/* head ended first; in the second line it was killed because sp-sink had ended */
		{ "sp-capture | head -n 5 | sp-sink", "sp-sink 75\n| 141 0 75\n", 75,
			"head, a program of the line that is not sp's, ended before the stream did", VERDICT_STOP },
		{ "sp-capture | cat | sp-sink", "sp-sink 75\n| 141 141 75\n", 75, "sp-sink ended with 75",
			VERDICT_AGAIN },
		{ "sp-capture | cat | sp-sink", "sp-capture 0\nsp-sink 75\n| 0 0 75\n", 75, "sp-sink ended with 75",
			VERDICT_AGAIN },
		/* a script that becomes a program of ours */
		{ "./source.sh | sp-sink", "sp-capture 74\nsp-sink 75\n| 74 75\n", 75, "sp-capture ended with 74",
			VERDICT_AGAIN },
		/* a program beside the pipeline */
		{ "sp-capture <(sp-window x) | sp-sink", "sp-window 64\nsp-capture 0\nsp-sink 0\n| 0 0\n", 0,
			"sp-window ended with 64", VERDICT_STOP },
		/* not one pipeline */
		{ "sp-capture && sp-sink", "sp-sink 75\nsp-capture 65\n| 75\n", 75, "sp-capture ended with 65",
			VERDICT_STOP },
		{ "true && exit 3", "| 0\n", 3, "bash, a program of the line that is not sp's, ended with 3",
			VERDICT_STOP },
		{ "a; b", "| 9\n", 9, "a program of the line that is not sp's ended with 9", VERDICT_STOP },
		/* the shell says nothing of its stages */
		{ "sp-capture | sp-sink", "sp-sink 0\nsp-capture 0\n", SIGNALED + 9, "bash was killed by SIGKILL",
			VERDICT_AGAIN },
		{ "echo '", "", 2, "bash, a program of the line that is not sp's, ended with 2", VERDICT_STOP },
		{ "sp-capture | sp-sink", "sp-capture 66\nsp-sink 75\n", 75, "sp-capture ended with 66", VERDICT_STOP },
		/* a file that was cut off */
		{ "sp-capture | sp-sink", "sp-capture 66\nsp-si", 75, "sp-capture ended with 66", VERDICT_STOP },
	};
	char path[] = "/tmp/test_cause.XXXXXX";
	int fd = mkstemp(path);
	CHECK(fd >= 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct line l;
		struct endings all;
		struct err e = ERR_INIT;
		char what[256];
		CHECK_ROW("%s: %s", cases[i].line, cases[i].exits);
		CHECK(ftruncate(fd, 0) == 0 &&
			pwrite(fd, cases[i].exits, strlen(cases[i].exits), 0) == (ssize_t)strlen(cases[i].exits));
		int shell = cases[i].shell;
		line_read(&l, cases[i].line);
		CHECK_EQ(endings_read(&all, path, &l, shell >= SIGNALED ? shell - SIGNALED : shell << 8, &e), 0);
		const struct ending *cause = endings_cause(&all);
		CHECK_EQ(ending_verdict(cause), cases[i].verdict);
		CHECK_STR(cause ? ending_describe(cause, what, sizeof what) : "", cases[i].what ? cases[i].what : "");
	}
	close(fd);
	(void)unlink(path);
}

int main(void)
{
	test_lines();
	test_long_lines();
	test_causes();
	return check_end();
}
