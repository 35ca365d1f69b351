/* test_aside.c -- appending whole lines to a file, or to none. */
#include "check.h"
#include "stream/aside.h"
#include <fcntl.h>
#include <stdio.h>
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

/* ---- under checkpoints ---- */

static unsigned char saved[256];
static size_t saved_n;

static int save_bytes_to(void *arg, const void *p, size_t n, struct err *e)
{
	(void)arg, (void)e;
	if (!CHECK(saved_n + n <= sizeof saved))
		return -1;
	memcpy(saved + saved_n, p, n);
	saved_n += n;
	return 0;
}

static void save(struct aside *a)
{
	struct err e = ERR_INIT;
	struct save s;
	saved_n = 0;
	CHECK(save_init(&s, save_bytes_to, NULL, &e) == 0);
	aside_save(a, &s);
	CHECK(save_finish(&s, &e) == 0);
	save_release(&s);
}

/* Opens the file as another run does, loads what was saved, and returns what aside_load() says of it. */
static bool load(void)
{
	struct err e = ERR_INIT;
	struct aside a;
	struct load l = load_from((struct span){ (const char *)saved, saved_n });
	bool same = false;
	CHECK(aside_open(&a, path, &e) == 0 && aside_lock(&a, &e) == 0);
	CHECK(aside_load(&a, &l, &same, &e) == 0 && load_finish(&l, &e) == 0);
	aside_release(&a);
	return same;
}

static void write_lines(struct aside *a, const char *lines)
{
	struct err e = ERR_INIT;
	CHECK(aside_add(a, SPAN_NONE, span_of(lines), &e) == 0 && aside_sync(a, &e) == 0);
}

/* The file is cut to the saved length if it is the same one; another or a shorter file stays as it is. */
static void test_cut(void)
{
	struct aside a;
	struct err e = ERR_INIT;
	char text[256];
	CHECK(truncate(path, 0) == 0 && aside_open(&a, path, &e) == 0 && aside_lock(&a, &e) == 0);
	write_lines(&a, "zero");
	save(&a);
	write_lines(&a, "one");
	save(&a);
	write_lines(&a, "two");
	aside_release(&a);
	CHECK(load());
	read_file(text, sizeof text);
	CHECK_STR(text, "zero\none\n");
	CHECK(load()); /* nothing to cut */
	/* A copy, as on another disk, is the same file. */
	char moved[sizeof path + 4];
	snprintf(moved, sizeof moved, "%s.was", path);
	CHECK(rename(path, moved) == 0 && aside_open(&a, path, &e) == 0);
	write_lines(&a, "zero");
	write_lines(&a, "one");
	write_lines(&a, "two");
	aside_release(&a);
	unlink(moved);
	CHECK(load());
	read_file(text, sizeof text);
	CHECK_STR(text, "zero\none\n");
	/* A run that began one epoch earlier has cut the file, and perhaps added other lines. */
	for (int i = 0; i < 4; i++) {
		static const char *const others[] = { "", "o", "two", "a longer line" };
		CHECK_ROW("'%s'", others[i]);
		CHECK(truncate(path, 5) == 0 && aside_open(&a, path, &e) == 0);
		write_lines(&a, others[i]);
		aside_release(&a);
		CHECK(load());
		read_file(text, sizeof text);
		CHECK_STR(text, "zero\none\n");
	}
	CHECK(truncate(path, 2) == 0);
	CHECK(!load());
	read_file(text, sizeof text);
	CHECK_STR(text, "ze");
	/* Another file of this name. The first one is kept, so that its inode is not used again. */
	char old[sizeof path + 4];
	snprintf(old, sizeof old, "%s.old", path);
	CHECK(rename(path, old) == 0 && aside_open(&a, path, &e) == 0);
	write_lines(&a, "of another file");
	aside_release(&a);
	CHECK(!load());
	read_file(text, sizeof text);
	CHECK_STR(text, "of another file\n");
	unlink(old);
}

/* Two programs cannot share a file, but they can share a device, which cannot be cut either. */
static void test_lock(void)
{
	struct aside a, b;
	struct err e = ERR_INIT;
	CHECK(aside_open(&a, path, &e) == 0 && aside_open(&b, path, &e) == 0 && aside_lock(&a, &e) == 0);
	CHECK(aside_lock(&b, &e) < 0 && e.status == EX_CANTCREAT);
	aside_release(&a);
	CHECK(aside_lock(&b, &e) == 0);
	aside_release(&b);
	CHECK(aside_open(&a, "/dev/null", &e) == 0 && aside_open(&b, "/dev/null", &e) == 0);
	CHECK(aside_lock(&a, &e) == 0 && aside_lock(&b, &e) == 0 && aside_sync(&a, &e) == 0);
	save(&a);
	aside_release(&a);
	aside_release(&b);
	CHECK(!load()); /* the device was saved, and a file is there now */
	CHECK(aside_open(&a, NULL, &e) == 0 && aside_lock(&a, &e) == 0 && aside_sync(&a, &e) == 0);
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
	test_cut();
	test_lock();
	unlink(path);
	return check_end();
}
