/* fuzz_number.c -- two lines of bytes as numbers. Invariants: what was written reads back as the same number; the
 * canonical form is a fixed point; order and arithmetic are consistent. */
#include "text/number.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static void must(bool holds)
{
	if (!holds)
		abort();
}

static int sign(int c)
{
	return (c > 0) - (c < 0);
}

/* Writes V, checks that it reads back, and returns what was written. */
static void check_written(struct num v)
{
	struct buf b;
	struct num back;
	buf_init(&b, 4096);
	must(num_write(v, &b) == 0 && num_valid(buf_span(&b)));
	must(num_parse(buf_span(&b), &back) == 0);
	must(num_compare(v, back) == 0 && num_double(v) == num_double(back));
	buf_release(&b);
}

static void check_canon(struct span s)
{
	struct buf once, twice;
	buf_init(&once, 1 << 16);
	buf_init(&twice, 1 << 16);
	must(num_canon(s, &once) == 0 && num_canon(buf_span(&once), &twice) == 0);
	must(span_eq(buf_span(&once), buf_span(&twice)));
	buf_release(&once);
	buf_release(&twice);
}

/* Two numbers are equal if and only if their canonical forms have the same bytes. */
static void check_texts(struct span a, struct num x, struct span b, struct num y)
{
	struct buf p, q;
	buf_init(&p, 1 << 16);
	buf_init(&q, 1 << 16);
	must(num_canon(a, &p) == 0 && num_canon(b, &q) == 0);
	int order = num_compare_text(&x, a, &y, b);
	must((order == 0) == span_eq(buf_span(&p), buf_span(&q)));
	must(sign(order) == -sign(num_compare_text(&y, b, &x, a)));
	must(num_compare_text(&x, a, &x, a) == 0);
	buf_release(&p);
	buf_release(&q);
}

static void check_pair(struct num a, struct num b)
{
	struct num v;
	must(sign(num_compare(a, b)) == -sign(num_compare(b, a)));
	must(num_compare(num_add(a, b), num_add(b, a)) == 0);
	must(num_compare(num_mul(a, b), num_mul(b, a)) == 0);
	must(num_compare(num_sub(a, b), num_neg(num_sub(b, a))) == 0);
	if (num_compare(a, b) == 0)
		must(num_compare(num_sub(a, b), num_from_i64(0)) == 0);
	check_written(num_add(a, b));
	check_written(num_mul(a, b));
	if (num_div(a, b, &v) == 0)
		check_written(v);
	if (num_mod(a, b, &v) == 0)
		check_written(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + !size); /* of the exact length, so that a read past the end is detected */
	must(copy != NULL);
	memcpy(copy, data, size);
	const char *newline = memchr(copy, '\n', size);
	struct span a = { copy, newline ? (size_t)(newline - copy) : size }, b = SPAN("-1.5");
	if (newline)
		b = (struct span){ newline + 1, size - a.n - 1 };
	struct num x, y;
	int r = num_parse(a, &x), s = num_parse(b, &y);
	must((r == 0) == num_valid(a));
	if (r == 0) {
		check_written(x);
		check_canon(a);
		int64_t i;
		if (x.exact && num_i64(x, &i))
			must(num_compare(x, num_from_i64(i)) == 0);
	}
	if (r == 0 && s == 0) {
		check_pair(x, y);
		check_texts(a, x, b, y);
	}
	free(copy);
	return 0;
}
