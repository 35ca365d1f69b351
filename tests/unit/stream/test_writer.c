/* test_writer.c -- bytes are written complete and in order, however they are added; failures are reported. */
#include "check.h"
#include "stream/writer.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char text[1 << 20];

/* Adds pieces of many sizes with writer_add() and writer_room(): the file is their concatenation. */
static void test_order(void)
{
	char name[] = "/tmp/test_writer.XXXXXX";
	int fd = mkstemp(name);
	struct err e = ERR_INIT;
	struct writer w;
	if (!CHECK(fd >= 0 && writer_init(&w, fd, "file", &e) == 0))
		return;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('a' + i * 7919 % 26);
	size_t at = 0, step = 1;
	while (at < sizeof text) {
		size_t n = sizeof text - at < step ? sizeof text - at : step;
		if (step % 3 == 0 && n <= 128 << 10) {
			char *to = writer_room(&w, n, &e);
			if (!CHECK(to != NULL))
				break;
			memcpy(to, text + at, n);
			writer_used(&w, n);
		} else {
			CHECK(writer_add(&w, text + at, n, &e) == 0);
		}
		at += n;
		step = step * 5 % 150001;
	}
	CHECK(writer_close(&w, &e) == 0);
	CHECK_EQ(w.bytes, sizeof text);
	writer_release(&w);
	static char back[sizeof text + 1];
	fd = open(name, O_RDONLY);
	CHECK_EQ(read(fd, back, sizeof back), sizeof text);
	CHECK(memcmp(back, text, sizeof text) == 0);
	close(fd);
	unlink(name);
}

/* A full disk is reported by a flush, by a large write and by the close. */
static void test_full(void)
{
	struct err e = ERR_INIT;
	struct writer w;
	CHECK(writer_init(&w, open("/dev/full", O_WRONLY), "standard output", &e) == 0);
	CHECK(writer_add(&w, "x", 1, &e) == 0);
	CHECK_EQ(writer_flush(&w, &e), -1);
	CHECK_EQ(e.status, EX_IOERR);
	CHECK_STR(e.msg, "standard output: No space left on device");
	CHECK_EQ(writer_add(&w, text, sizeof text, &e), -1);
	CHECK(writer_add(&w, "x", 1, &e) == 0);
	CHECK_EQ(writer_close(&w, &e), -1);
	writer_release(&w);
}

/* The writer waits for a full pipe even if another process has made it non-blocking. */
static void test_nonblocking(void)
{
	int fd[2];
	struct err e = ERR_INIT;
	struct writer w;
	if (!CHECK(pipe(fd) == 0 && fcntl(fd[1], F_SETFL, O_NONBLOCK) == 0))
		return;
	pid_t child = fork();
	if (child == 0) {
		close(fd[0]);
		int bad = writer_init(&w, fd[1], "pipe", &e) < 0;
		for (int i = 0; i < 8; i++)
			bad |= writer_add(&w, text, sizeof text, &e) < 0;
		_exit(bad || writer_close(&w, &e) < 0);
	}
	close(fd[1]);
	static char back[sizeof text];
	size_t all = 0;
	for (ssize_t n; (n = read(fd[0], back, sizeof back)) > 0;)
		all += (size_t)n;
	CHECK_EQ(all, 8 * sizeof text);
	close(fd[0]);
}

static void test_closed_pipe(void)
{
	int fd[2];
	struct err e = ERR_INIT;
	struct writer w;
	signal(SIGPIPE, SIG_IGN); /* by default the process is gone before it can be told */
	if (!CHECK(pipe(fd) == 0 && writer_init(&w, fd[1], "pipe", &e) == 0))
		return;
	close(fd[0]);
	CHECK(writer_add(&w, "x", 1, &e) == 0);
	CHECK_EQ(writer_flush(&w, &e), -1);
	CHECK_STR(e.msg, "pipe: Broken pipe");
	CHECK_EQ(writer_flush(&w, &e), -1); /* it stays so: what was in hand then is lost */
	CHECK(writer_add(&w, "y", 1, &e) == 0);
	CHECK_EQ(writer_flush(&w, &e), -1);
	CHECK(writer_close(&w, &e) == 0); /* what failed is not written again */
	writer_release(&w);
}

/* Writes lines of LENGTH bytes and more into the pipe until it is killed. */
static void write_for_ever(int fd, size_t length)
{
	struct err e = ERR_INIT;
	struct writer w;
	if (writer_init(&w, fd, "pipe", &e) < 0)
		_exit(1);
	writer_whole_lines(&w);
	for (size_t i = 0;; i++) {
		size_t n = length + i * 131 % length;
		memset(text, 'a' + (int)(i % 26), n);
		text[n - 1] = '\n';
		if (writer_add(&w, text, n, &e) < 0 || (i % 7 == 0 && writer_flush(&w, &e) < 0))
			_exit(1);
	}
}

/* Kills a writer while the pipe is full, after MIDWAY bytes were read: only whole lines are left in it. */
static void kill_writer(size_t length, size_t midway)
{
	static char got[1 << 16];
	int fd[2];
	if (!CHECK(pipe(fd) == 0))
		return;
	pid_t child = fork();
	if (child == 0) {
		close(fd[0]);
		write_for_ever(fd[1], length);
	}
	close(fd[1]);
	char last = '\n';
	for (ssize_t n = 0; midway > 0 && (n = read(fd[0], got, midway < sizeof got ? midway : sizeof got)) > 0;
		midway -= (size_t)n)
		last = got[n - 1];
	/* Full: it sleeps, in the middle of something. */
	int before = -1, now = 0;
	for (int tries = 0; (before != now || now < 20000) && CHECK(tries < 2000); tries++) {
		before = now;
		(void)poll(NULL, 0, 5);
		CHECK(ioctl(fd[0], FIONREAD, &now) == 0);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	for (ssize_t n; (n = read(fd[0], got, sizeof got)) > 0;)
		last = got[n - 1];
	CHECK_EQ(last, '\n');
	close(fd[0]);
}

static void test_killed(void)
{
	static const size_t lengths[] = { 30, 186, 3000, 4096, 5000, 20000, 200000 };
	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
		for (size_t midway = 0; midway < 3; midway++)
			kill_writer(lengths[i], midway * 777777);
}

int main(void)
{
	test_killed();
	test_order();
	test_full();
	test_nonblocking();
	test_closed_pipe();
	return check_end();
}
