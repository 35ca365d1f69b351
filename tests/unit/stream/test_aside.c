/* test_aside.c -- appending whole lines to a file, or to none. */
#include "check.h"
#include "stream/aside.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[] = "/tmp/test_aside.XXXXXX";

/* Reads the file into TEXT, which holds a zero after it. */
static size_t read_file(char *text, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static void test_append(void)
{
	struct aside a;
	struct err e = ERR_INIT;
	char text[256];
	for (int run = 0; run < 2; run++) {
		CHECK(aside_open(&a, path, &e) == 0 && aside_is_open(&a));
		CHECK(aside_add(&a, SPAN_NONE, SPAN("{\"a\":1}"), &e) == 0);
		CHECK(aside_add(&a, SPAN("{"), SPAN("\"a\":2}"), &e) == 0);
		if (run == 0)
			CHECK_EQ(read_file(text, sizeof text), 0); /* buffered */
		CHECK(aside_flush(&a, &e) == 0);
		CHECK(aside_close(&a, &e) == 0 && !aside_is_open(&a));
		CHECK(aside_close(&a, &e) == 0);
		aside_release(&a);
	}
	read_file(text, sizeof text);
	CHECK_STR(text, "{\"a\":1}\n{\"a\":2}\n{\"a\":1}\n{\"a\":2}\n");
}

/* Lines of all sizes: none is cut, and each comes once. */
static void test_large(void)
{
	enum { MOST = 300 << 10 };
	static char line[MOST];
	struct aside a;
	struct err e = ERR_INIT;
	struct stat st;
	off_t want = 0;
	CHECK(truncate(path, 0) == 0 && aside_open(&a, path, &e) == 0);
	memset(line, 'x', sizeof line);
	for (size_t n = 1; n < MOST; n = n * 3 / 2 + 1) {
		CHECK(aside_add(&a, SPAN("{"), (struct span){ line, n }, &e) == 0);
		want += (off_t)n + 2;
	}
	CHECK(aside_close(&a, &e) == 0 && stat(path, &st) == 0);
	CHECK_EQ(st.st_size, want);
	aside_release(&a);
}

static void test_none(void)
{
	struct aside a, zeroed = { 0 };
	struct err e = ERR_INIT;
	CHECK(aside_open(&a, NULL, &e) == 0 && !aside_is_open(&a));
	CHECK(aside_add(&a, SPAN_NONE, SPAN("x"), &e) == 0 && aside_flush(&a, &e) == 0 && aside_close(&a, &e) == 0);
	aside_release(&a);
	CHECK(!aside_is_open(&zeroed) && aside_close(&zeroed, &e) == 0);
	aside_release(&zeroed);
	CHECK(aside_open(&a, "/nonexistent/file", &e) < 0 && e.status == EX_CANTCREAT);
	aside_release(&a);
}

int main(void)
{
	int fd = mkstemp(path);
	CHECK(fd >= 0);
	close(fd);
	test_append();
	test_large();
	test_none();
	unlink(path);
	return check_end();
}
