/* stream_sums.c -- fills in the sums of a stream with checkpoints, so that a test can write one by hand.
 *
 * Reads a stream from standard input and writes it to standard output, line by line. A barrier, stop or end line that
 * has a run and an epoch but no sum gets the sum of the bytes before it:
 *
 *	{"$sp":"barrier","run":"...","epoch":"1"}
 *
 * All other lines are passed on as they are, also lines that have a sum already, which may be a wrong one. */
#include "stream/barrier.h"
#include "stream/sum.h"
#include <stdio.h>
#include <stdlib.h>

static void fail(const char *why)
{
	fprintf(stderr, "stream_sums: %s\n", why);
	exit(1);
}

/* Appends the string NAME of LINE to TO. */
static void take(struct span line, const char *name, struct buf *to)
{
	buf_reset(to);
	if (control_string(line, name, to) < 0 || !buf_string(to))
		fail("a barrier line without run or epoch");
}

/* Writes LINE of KIND with the sum S. */
static void write_barrier(struct span line, enum control_kind kind, struct sum *s)
{
	struct barrier_line b = { .kind = kind };
	struct buf text;
	buf_init(&text, 1000);
	take(line, "epoch", &text);
	b.epoch.number = strtoull(text.p, NULL, 10);
	take(line, "run", &text);
	snprintf(b.epoch.run, sizeof b.epoch.run, "%s", text.p);
	sum_take(s, &b.bytes, &b.sum);
	buf_reset(&text);
	if (barrier_line_write(&b, &text) < 0)
		fail("out of memory");
	fwrite(text.p, 1, text.n, stdout);
	buf_release(&text);
}

int main(void)
{
	struct err e = ERR_INIT;
	struct sum *s = sum_new(&e);
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;
	if (!s)
		fail(e.msg);
	while ((n = getline(&text, &cap, stdin)) > 0) {
		struct span line = { text, (size_t)n - (text[n - 1] == '\n') };
		enum control_kind kind = control_is(line) ? control_kind(line) : CONTROL_OTHER;
		bool is_barrier = kind == CONTROL_BARRIER || kind == CONTROL_STOP || kind == CONTROL_END;
		bool has_sum = memmem(line.p, line.n, "\"sum\"", 5) != NULL;
		uint64_t bytes, sum;
		if (is_barrier && !has_sum) {
			write_barrier(line, kind, s);
		} else {
			fwrite(text, 1, (size_t)n, stdout);
			if (is_barrier || kind == CONTROL_START)
				sum_take(s, &bytes, &sum);
			else
				sum_add(s, text, (size_t)n);
		}
		/* Each line is passed on at once, because a test may wait for its effect. */
		if (fflush(stdout) != 0)
			fail("standard output cannot be written");
	}
	free(text);
	sum_free(s);
	return 0;
}
