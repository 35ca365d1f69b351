/* test_reader.c -- lines, wherever reads cut them; over-long lines; waiting; the end of the input. */
#include "check.h"
#include "random.h"
#include "stream/reader.h"
#include "stream/stop.h"
#include <stdlib.h>
#include <unistd.h>

/* An input that gives the COUNT bytes of TEXT, at most STEP at a time; under AGAIN every other call has nothing yet. */
struct bytes {
	const char *text;
	size_t n, step;
	bool again, turn;
};

static ssize_t bytes_read(struct input *in, void *to, size_t n, struct err *e)
{
	(void)e;
	struct bytes *b = in->state;
	b->turn = !b->turn;
	if (b->again && b->turn)
		return INPUT_AGAIN;
	size_t most = b->step < n ? b->step : n;
	most = b->n < most ? b->n : most;
	memcpy(to, b->text, most);
	b->text += most;
	b->n -= most;
	return (ssize_t)most;
}

static struct input over(struct bytes *b)
{
	return (struct input){ .read = bytes_read, .state = b, .fd = -1, .name = "bytes" };
}

/* Cuts TEXT into lines by the plainest means and compares each with the reader's. */
static void compare(const char *text, size_t n, size_t max, size_t step, bool again)
{
	struct bytes b = { text, n, step, again, false };
	struct err e = ERR_INIT;
	struct reader r;
	struct line line;
	if (!CHECK(reader_init(&r, over(&b), max, &e) == 0))
		return;
	size_t at = 0;
	uint64_t number = 0;
	for (;;) {
		int got;
		while ((got = reader_next(&r, &line, &e)) == NEXT_LATER)
			;
		if (at == n) {
			CHECK_EQ(got, 0);
			break;
		}
		const char *newline = memchr(text + at, '\n', n - at);
		size_t length = newline ? (size_t)(newline - text) - at : n - at;
		if (!CHECK(got == 1))
			break;
		size_t shown = length > max ? (max < 256 ? max : 256) : length;
		CHECK_EQ(line.number, ++number);
		CHECK_EQ(line.offset, at);
		CHECK_EQ(line.newline, newline != NULL);
		CHECK_EQ(line.too_long, length > max);
		CHECK(line.text.n == shown && memcmp(line.text.p, text + at, shown) == 0);
		at += length + (newline != NULL);
	}
	CHECK(r.cap <= 2 * (2 * max + 2 * READ_SIZE) + 8192);
	reader_release(&r);
}

static void test_cuts(void)
{
	static const char *const texts[] = { "", "\n", "\n\n\n", "a", "a\n", "a\nb", "abc\ndef\n", "\nabc\n\n",
		"abcdef\nabcdefg\nabcdefgh\n", "abcdefghijklmnopqrstuvwxyz\nx\nabcdefghijklmnopqrstuvwxyz",
		"abcdefgh\n\nabcdefghi" };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		for (size_t step = 1; step < 12; step++)
			for (size_t max = 1; max < 10; max++) {
				CHECK_ROW("'%s', %zu bytes a read, lines of at most %zu", texts[i], step, max);
				compare(texts[i], strlen(texts[i]), max, step, false);
				compare(texts[i], strlen(texts[i]), max, step, true);
			}
}

static void test_random(void)
{
	static char text[200000];
	static const size_t steps[] = { 1, 7, 300, 65536, 1 << 20 };
	for (int round = 0; round < 20; round++) {
		size_t n = 0;
		while (n < sizeof text) {
			text[n++] = random_below((unsigned)(20 + round * 50)) == 0 ? '\n' :
										     (char)('a' + random_below(26));
		}
		compare(text, n, 400, steps[round % 5], round % 2);
	}
}

/* A line of 300 MB is one line, in little memory. */
static ssize_t endless_read(struct input *in, void *to, size_t n, struct err *e)
{
	(void)e;
	size_t *left = in->state;
	n = n < *left ? n : *left;
	memset(to, 'x', n);
	*left -= n;
	if (*left == 0 && n > 0)
		((char *)to)[n - 1] = '\n';
	return (ssize_t)n;
}

static void test_endless(void)
{
	size_t left = 300 << 20;
	struct err e = ERR_INIT;
	struct reader r;
	struct line line;
	CHECK(reader_init(&r, (struct input){ .read = endless_read, .state = &left, .fd = -1, .name = "endless" },
		      EVENT_MAX, &e) == 0);
	CHECK_EQ(reader_next(&r, &line, &e), 1);
	CHECK(line.too_long && line.newline && line.text.n == 256);
	CHECK_EQ(r.offset, 300 << 20);
	CHECK(r.cap < 8 << 20);
	CHECK_EQ(reader_next(&r, &line, &e), 0);
	reader_release(&r);
}

static int waits, fills, idles;

static int on_wait(void *arg, struct err *e)
{
	(void)e;
	waits++;
	/* What the reader waits for comes only now: had it not called before blocking, it would hang. */
	if (arg && write(*(int *)arg, "late\n", 5) != 5)
		return -1;
	return 0;
}

static int on_fill(void *arg, struct err *e)
{
	(void)arg;
	(void)e;
	fills++;
	return 0;
}

static int on_idle(void *arg, struct err *e)
{
	(void)arg;
	return ++idles == 2 ? err_set(e, EX_TEMPFAIL, "idle") : 0;
}

static void test_hooks(void)
{
	int fd[2];
	struct err e = ERR_INIT;
	struct reader r;
	struct line line;
	if (!CHECK(pipe(fd) == 0 && write(fd[1], "early\n", 6) == 6))
		return;
	CHECK(reader_init(&r, input_fd(fd[0], "pipe"), 100, &e) == 0);
	r.hooks = (struct reader_hooks){ on_wait, on_fill, NULL, &fd[1] };
	CHECK_EQ(reader_next(&r, &line, &e), 1);
	CHECK_EQ(waits, 0);
	CHECK_EQ(fills, 1);
	CHECK_EQ(reader_next(&r, &line, &e), 1);
	CHECK_EQ(waits, 1);
	CHECK(line.text.n == 4 && memcmp(line.text.p, "late", 4) == 0);
	r.hooks.arg = NULL;
	r.hooks.on_idle = on_idle;
	r.timeout_ms = 5;
	CHECK_EQ(reader_next(&r, &line, &e), -1);
	CHECK_EQ(idles, 2);
	CHECK_STR(e.msg, "idle");
	reader_release(&r);
	close(fd[0]);
	close(fd[1]);
}

/* Blank lines are counted but not returned; an over-long line is returned, even a blank one. */
static void test_blank(void)
{
	static const char text[] = "one\n\n \t\r\n\r\n two \n          \n\n{\n \n";
	static const struct {
		uint64_t number, offset;
		size_t n;
	} want[] = { { 1, 0, 3 }, { 5, 11, 5 }, { 6, 17, 8 }, { 8, 29, 1 } };
	for (size_t size = 1; size <= sizeof text; size++) {
		struct bytes b = { text, sizeof text - 1, size, false, false };
		struct err e = ERR_INIT;
		struct reader r;
		struct line line;
		CHECK(reader_init(&r, over(&b), 8, &e) == 0);
		r.skip_blank = true;
		for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
			CHECK_EQ(reader_next(&r, &line, &e), 1);
			CHECK_EQ(line.number, want[i].number);
			CHECK_EQ(line.offset, want[i].offset);
			CHECK_EQ(line.text.n, want[i].n);
			CHECK_EQ(line.too_long, i == 2);
		}
		CHECK_EQ(reader_next(&r, &line, &e), 0);
		reader_release(&r);
	}
}

/* After the stop flag is set, complete lines that were read are still returned, an incomplete one is not. */
static void test_stop(void)
{
	struct bytes b = { "one\ntwo\nthr", 11, 11, false, false };
	struct err e = ERR_INIT;
	struct reader r;
	struct line line;
	CHECK(reader_init(&r, over(&b), 100, &e) == 0);
	CHECK_EQ(reader_next(&r, &line, &e), 1);
	stop_flag = 1;
	CHECK_EQ(reader_next(&r, &line, &e), 1);
	CHECK_EQ(reader_next(&r, &line, &e), 0);
	stop_flag = 0;
	reader_release(&r);
}

static void test_failure(void)
{
	struct err e = ERR_INIT;
	struct reader r;
	struct line line;
	CHECK(reader_init(&r, input_fd(-7, "nothing"), 100, &e) == 0);
	CHECK_EQ(reader_next(&r, &line, &e), -1);
	CHECK_EQ(e.status, EX_IOERR);
	CHECK_STR(e.msg, "nothing: Bad file descriptor");
	reader_release(&r);
}

/* Bytes of a format without lines: consumed as they come, in bounded memory. */
static void test_bytes(void)
{
	size_t left = 10 << 20;
	struct err e = ERR_INIT;
	struct reader r;
	CHECK(reader_init(&r, (struct input){ .read = endless_read, .state = &left, .fd = -1, .name = "endless" }, 1000,
		      &e) == 0);
	r.read_size = 100;
	int got;
	while ((got = reader_fill(&r, &e)) == 1)
		if (reader_unread(&r).n > 500)
			reader_take(&r, 500);
	CHECK_EQ(got, 0);
	CHECK_EQ(r.offset + reader_unread(&r).n, 10 << 20);
	reader_release(&r);

	left = 10 << 20;
	CHECK(reader_init(&r, (struct input){ .read = endless_read, .state = &left, .fd = -1, .name = "endless" }, 1000,
		      &e) == 0);
	while ((got = reader_fill(&r, &e)) == 1)
		;
	CHECK_EQ(got, -1);
	CHECK_EQ(e.status, EX_DATAERR);
	reader_release(&r);
}

int main(void)
{
	test_cuts();
	test_random();
	test_endless();
	test_hooks();
	test_stop();
	test_blank();
	test_failure();
	test_bytes();
	return check_end();
}
