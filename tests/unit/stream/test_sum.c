/* test_sum.c -- sums of a stream: both builds of XXH3 agree, and a reader's sum is the writer's, however the bytes are
 * cut into pieces. */
#include "check.h"
#include "random.h"
#include "stream/control.h"
#include "stream/reader.h"
#include "stream/sum.h"
#include "stream/writer.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { SEGMENTS = 8 };

static char text[3 << 20];

static void fill_text(void)
{
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)random_next();
}

/* Compares sums of N bytes, added in pieces, with the hash of all of them at once. */
static void check_sum(struct sum *s, size_t n)
{
	uint64_t bytes, hash;
	for (size_t at = 0, step; at < n; at += step) {
		step = 1 + random_below(random_below(4) ? 300 : 200000);
		step = step > n - at ? n - at : step;
		sum_add(s, text + at, step);
	}
	sum_take(s, &bytes, &hash);
	CHECK_EQ(bytes, n);
	CHECK(hash == XXH3_64bits(text, n));
}

static void test_sum(void)
{
	static const size_t lengths[] = { 0, 1, 16, 17, 128, 129, 240, 241, 255, 256, 257, 1024, 1025, 70000, 1000000 };
	for (int plain = 0; plain < 2; plain++) {
		struct err e = ERR_INIT;
		setenv("SP_PLAIN", plain ? "1" : "0", 1);
		struct sum *s = sum_new(&e);
		for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
			CHECK_ROW("plain %d, %zu bytes", plain, lengths[i]);
			check_sum(s, lengths[i]);
		}
		sum_free(s);
	}
	unsetenv("SP_PLAIN");
	sum_free(NULL);
}

/* Writes a line: an event, a blank line, a line of up to LONGEST bytes, or a line over the limit MAX of the reader. */
static void write_line(struct writer *w, size_t max, unsigned longest)
{
	struct err e = ERR_INIT;
	unsigned kind = random_below(20);
	size_t n = random_below(kind < 3 ? 3 : kind < 18 ? 100 : longest);
	n = n > max && random_below(2) ? max : n;
	memset(text, kind < 3 ? ' ' : 'a' + (int)random_below(26), n);
	text[n] = '\n';
	if (random_below(3) || n >= WRITER_ROOM) {
		CHECK(writer_add(w, text, n + 1, &e) == 0);
	} else {
		char *p = writer_room(w, n + 1, &e);
		memcpy(p, text, n + 1);
		writer_used(w, n + 1);
	}
	if (random_below(30) == 0)
		CHECK(writer_flush(w, &e) == 0);
}

/* Writes segments of random lines, each with a control line behind it that is not in the sum. */
static void write_segments(int fd, size_t max, unsigned longest, uint64_t bytes[SEGMENTS], uint64_t hashes[SEGMENTS])
{
	struct err e = ERR_INIT;
	struct writer w;
	CHECK(writer_init(&w, fd, "file", &e) == 0);
	CHECK(writer_add(&w, "{\"$sp\":\"start\"}\n", 16, &e) == 0 && writer_sum_begin(&w, &e) == 0);
	for (size_t i = 0; i < SEGMENTS; i++) {
		for (unsigned lines = random_below(longest < 1000 ? 30 : 200); lines > 0; lines--)
			write_line(&w, max, longest);
		CHECK(writer_sum_take(&w, &bytes[i], &hashes[i], &e) == 0);
		CHECK(writer_add(&w, "{\"$sp\":\"barrier\"}\n", 18, &e) == 0 && writer_sum_begin(&w, &e) == 0);
	}
	CHECK(writer_flush(&w, &e) == 0);
	writer_release(&w);
}

/* Reads the file FD back, and compares the sums. */
static void read_segments(int fd, size_t max, const uint64_t bytes[SEGMENTS], const uint64_t hashes[SEGMENTS])
{
	struct err e = ERR_INIT;
	struct reader r;
	struct line line;
	size_t segment = 0;
	CHECK(reader_init(&r, input_fd(fd, "file"), max, &e) == 0);
	r.skip_blank = true;
	while (reader_next(&r, &line, &e) == NEXT_EVENT) {
		uint64_t n, hash;
		enum control_kind kind = line.too_long ? CONTROL_OTHER : control_kind(line.text);
		if (kind == CONTROL_START)
			CHECK(reader_sum_begin(&r, &e) == 0);
		if (kind != CONTROL_BARRIER)
			continue;
		reader_sum_take(&r, line.text, &n, &hash);
		if (!CHECK(segment < SEGMENTS))
			break;
		CHECK_EQ(n, bytes[segment]);
		CHECK(hash == hashes[segment]);
		segment++;
	}
	CHECK_EQ(segment, SEGMENTS);
	reader_release(&r);
}

static void test_hop(void)
{
	static const char *const read_sizes[] = { "1", "7", "4096", "262144" };
	uint64_t bytes[SEGMENTS], hashes[SEGMENTS];
	for (int round = 0; round < 24; round++) {
		const char *size = read_sizes[round % 4];
		size_t max = round % 3 == 0 ? 64 : round % 3 == 1 ? 3000 : 1 << 20;
		CHECK_ROW("round %d: %s bytes a read, lines of at most %zu bytes", round, size, max);
		char name[] = "/tmp/test_sum.XXXXXX";
		int fd = mkstemp(name);
		unlink(name);
		setenv("SP_READ_SIZE", size, 1);
		write_segments(fd, max, round % 4 < 2 ? 300 : random_below(2) ? 20000 : 400000, bytes, hashes);
		CHECK(lseek(fd, 0, SEEK_SET) == 0);
		read_segments(fd, max, bytes, hashes);
	}
	unsetenv("SP_READ_SIZE");
}

int main(void)
{
	fill_text();
	test_sum();
	test_hop();
	return check_end();
}
