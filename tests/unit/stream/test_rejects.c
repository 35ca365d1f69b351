/* test_rejects.c -- diagnostics, counts and dead letters. */
#include "check.h"
#include "base/diag.h"
#include "stream/rejects.h"
#include "json/json.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char file[] = "/tmp/test_rejects.XXXXXX";

/* Returns what CALLS print on standard error. */
static const char *printed(void (*calls)(void))
{
	static char back[16384];
	int saved = dup(STDERR_FILENO), fd = open(file, O_RDWR | O_TRUNC);
	fflush(stderr);
	dup2(fd, STDERR_FILENO);
	calls();
	dup2(saved, STDERR_FILENO);
	ssize_t n = pread(fd, back, sizeof back - 1, 0);
	back[n < 0 ? 0 : n] = '\0';
	close(fd);
	close(saved);
	return back;
}

static int status;

static void many(void)
{
	struct rejects r;
	struct err e = ERR_INIT;
	CHECK(rejects_init(&r, NULL, &e) == 0);
	for (uint64_t i = 1; i <= 1244; i++)
		CHECK(rejects_add(&r, "not UTF-8", "not UTF-8 at byte 3", "a.log", i, SPAN("x"), &e) == 0);
	CHECK(rejects_add(&r, "NUL", "NUL\x01 at byte 1", "a.log", 9, SPAN("x"), &e) == 0);
	status = rejects_finish(&r, &e);
	CHECK_EQ(r.total, 1245);
	rejects_release(&r);
}

/* Lines that follow one another and have the same reason: the first one speaks for all. */
static void runs(void)
{
	struct rejects r;
	struct err e = ERR_INIT;
	char why[64];
	CHECK(rejects_init(&r, NULL, &e) == 0);
	for (uint64_t i = 1; i <= 8; i++) {
		snprintf(why, sizeof why, "'%d' is no time", 1 << i);
		CHECK(rejects_add(&r, "no time", i == 6 ? "it's null" : why, "a.log", i + (i > 3), SPAN("x"), &e) == 0);
	}
	status = rejects_finish(&r, &e);
	rejects_release(&r);
}

static void none(void)
{
	struct rejects r;
	struct err e = ERR_INIT;
	CHECK(rejects_init(&r, NULL, &e) == 0);
	status = rejects_finish(&r, &e);
	rejects_release(&r);
}

static void test_told(void)
{
	CHECK_STR(printed(many),
		"sp-test: a.log:1: not UTF-8 at byte 3\nsp-test: a.log:2: not UTF-8 at byte 3\n"
		"sp-test: a.log:3: not UTF-8 at byte 3\nsp-test: a.log:4: not UTF-8 at byte 3\n"
		"sp-test: a.log:5: not UTF-8 at byte 3\nsp-test: a.log:6: not UTF-8 at byte 3\n"
		"sp-test: a.log:7: not UTF-8 at byte 3\nsp-test: a.log:8: not UTF-8 at byte 3\n"
		"sp-test: a.log:9: not UTF-8 at byte 3\nsp-test: a.log:10: not UTF-8 at byte 3\n"
		"sp-test: a.log:9: NUL? at byte 1\nsp-test: ... and 1,234 more: not UTF-8\n");
	CHECK_EQ(status, EX_DATAERR);
	CHECK_STR(printed(runs),
		"sp-test: a.log:1: '2' is no time\nsp-test: a.log:5: '16' is no time\n"
		"sp-test: a.log:7: it's null\nsp-test: a.log:8: '128' is no time\n"
		"sp-test: ... and 4 more: no time\n");
	CHECK_STR(printed(none), "");
	CHECK_EQ(status, 0);
}

static char letters[] = "/tmp/test_letters.XXXXXX";

static void two_letters(void)
{
	struct rejects r;
	struct err e = ERR_INIT;
	CHECK(rejects_init(&r, letters, &e) == 0);
	CHECK(rejects_add(&r, "k", "why \"so\"", "s", 7, (struct span){ "a\0\xff\"\n", 5 }, &e) == 0);
	CHECK(rejects_add(&r, "k", "w", "s", 18446744073709551615U, SPAN(""), &e) == 0);
	status = rejects_finish(&r, &e);
	rejects_release(&r);
}

/* A dead letter is JSON whatever bytes were rejected, and a second run appends to the file. */
static void test_letters(void)
{
	close(mkstemp(letters));
	printed(two_letters);
	CHECK_EQ(status, 0);
	printed(two_letters);
	char back[4096];
	int fd = open(letters, O_RDONLY);
	ssize_t n = read(fd, back, sizeof back - 1);
	close(fd);
	back[n < 0 ? 0 : n] = '\0';
	const char *once =
		"{\"error\":\"why \\\"so\\\"\",\"source\":\"s\",\"position\":7,\"raw\":\"a\\u0000\xef\xbf\xbd\\\"\\n\"}\n"
		"{\"error\":\"w\",\"source\":\"s\",\"position\":18446744073709551615,\"raw\":\"\"}\n";
	size_t half = strlen(once);
	CHECK_EQ(n, 2 * half);
	CHECK(strncmp(back, once, half) == 0 && strcmp(back + half, once) == 0);
	unlink(letters);
}

static void test_failures(void)
{
	struct rejects r;
	struct err e = ERR_INIT;
	CHECK_EQ(rejects_init(&r, "/nonexistent/x", &e), -1);
	CHECK_EQ(e.status, EX_CANTCREAT);
	rejects_release(&r);
	CHECK(rejects_init(&r, "/dev/full", &e) == 0);
	int saved = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);
	dup2(null, STDERR_FILENO);
	CHECK_EQ(rejects_add(&r, "k", "w", "s", 1, SPAN("x"), &e), -1);
	dup2(saved, STDERR_FILENO);
	CHECK_EQ(e.status, EX_IOERR);
	rejects_release(&r);
	close(saved);
	close(null);
}

int main(void)
{
	diag_init("sp-test");
	close(mkstemp(file));
	test_told();
	test_letters();
	test_failures();
	unlink(file);
	return check_end();
}
