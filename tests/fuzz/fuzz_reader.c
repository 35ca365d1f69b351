/* fuzz_reader.c -- any bytes, read in pieces of any size: the lines are those of the whole text cut at its newlines.
 *
 * The first byte of the data sets the line limit, the second how many bytes a read gives and whether some reads give
 * INPUT_AGAIN. */
#include "stream/reader.h"
#include <stddef.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

static void must(bool true_or_bug)
{
	if (!true_or_bug)
		abort();
}

/* Compares LINE with the one at *AT in TEXT of N bytes, found by the plainest means, and moves *AT past it. */
static void compare(const struct line *line, const char *text, size_t n, size_t *at, size_t max)
{
	const char *newline = memchr(text + *at, '\n', n - *at);
	size_t length = newline ? (size_t)(newline - text) - *at : n - *at;
	size_t shown = length > max && length > 256 ? 256 : length;
	shown = length > max && shown > max ? max : shown;
	must(line->offset == *at && line->newline == (newline != NULL) && line->too_long == (length > max));
	must(line->text.n == shown && memcmp(line->text.p, text + *at, shown) == 0);
	*at += length + (newline != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	size_t max = data[0] * 2U + 1, n = size - 2, at = 0;
	const char *text = (const char *)data + 2;
	struct bytes b = { text, n, data[1] / 2 + 1U, data[1] & 1, false };
	struct err e = ERR_INIT;
	struct reader r;
	struct line line;
	must(reader_init(&r, (struct input){ .read = bytes_read, .state = &b, .fd = -1, .name = "fuzz" }, max, &e) ==
		0);
	for (enum next got; (got = reader_next(&r, &line, &e)) != NEXT_END;) {
		must(got == NEXT_EVENT || (got == NEXT_LATER && b.again));
		if (got == NEXT_EVENT)
			compare(&line, text, n, &at, max);
	}
	must(at == n);
	reader_release(&r);
	return 0;
}
