/* test_held_lines.c -- lines that wait for the end of their epoch come back in order, whole, and within a limit. */
#include "check.h"
#include "sp-sink/held_lines.h"
#include <stdlib.h>

static int add(struct held_lines *h, struct span text, uint64_t number)
{
	struct err e = ERR_INIT;
	struct line line = { .text = text, .number = number };
	return held_lines_add(h, &line, &e);
}

static void test_order(void)
{
	struct held_lines h;
	struct line line;
	char text[40];
	held_lines_init(&h);
	CHECK(!held_lines_take(&h, &line));
	for (int round = 0; round < 3; round++) {
		for (uint64_t i = 0; i < 1000; i++) {
			int n = snprintf(text, sizeof text, "%*s%" PRIu64, (int)(i % 7), "", i);
			CHECK_EQ(add(&h, (struct span){ text, (size_t)n }, i + 1), 0);
		}
		for (uint64_t i = 0; i < 1000; i++) {
			int n = snprintf(text, sizeof text, "%*s%" PRIu64, (int)(i % 7), "", i);
			CHECK(held_lines_take(&h, &line));
			CHECK_EQ(line.number, i + 1);
			CHECK(span_eq(line.text, (struct span){ text, (size_t)n }));
		}
		CHECK(!held_lines_take(&h, &line));
	}
	held_lines_release(&h);
}

static void test_full(void)
{
	enum { PIECE = 1 << 20 };
	char *big = calloc(65, PIECE);
	struct held_lines h;
	struct line line;
	size_t held = 0, taken = 0;
	CHECK(big != NULL);
	held_lines_init(&h);
	/* A line that can never be held. */
	CHECK_EQ(add(&h, (struct span){ big, (size_t)65 * PIECE }, 1), 1);
	while (add(&h, (struct span){ big, PIECE }, held + 1) == 0)
		held++;
	CHECK_EQ(held, 63);
	while (held_lines_take(&h, &line))
		CHECK_EQ(line.number, ++taken);
	CHECK_EQ(taken, held);
	CHECK_EQ(add(&h, (struct span){ big, PIECE }, 1), 0);
	held_lines_release(&h);
	free(big);
}

int main(void)
{
	test_order();
	test_full();
	return check_end();
}
