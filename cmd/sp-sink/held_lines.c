/* held_lines.c -- lines that wait in memory until the end of their epoch. */
#include "sp-sink/held_lines.h"

enum { HELD_MAX = 64 << 20 }; /* bytes held; a line that is longer than this never fits */

struct held_head {
	uint64_t number;
	size_t n; /* bytes of the text that follows */
};

void held_lines_init(struct held_lines *h)
{
	*h = (struct held_lines){ 0 };
	buf_init(&h->bytes, HELD_MAX);
}

void held_lines_release(struct held_lines *h)
{
	buf_release(&h->bytes);
}

int held_lines_add(struct held_lines *h, const struct line *line, struct err *e)
{
	struct held_head head = { line->number, line->text.n };
	if (line->text.n > HELD_MAX - sizeof head || h->bytes.n > HELD_MAX - sizeof head - line->text.n)
		return 1;
	return buf_add(&h->bytes, &head, sizeof head) < 0 || buf_add_span(&h->bytes, line->text) < 0 ?
		err_oom(e, "the events of an epoch") :
		0;
}

bool held_lines_take(struct held_lines *h, struct line *out)
{
	struct held_head head;
	if (h->at == h->bytes.n) {
		buf_reset(&h->bytes);
		h->at = 0;
		return false;
	}
	/* The copy avoids an unaligned access. */
	memcpy(&head, h->bytes.p + h->at, sizeof head);
	*out = (struct line){ .text = { h->bytes.p + h->at + sizeof head, head.n },
		.number = head.number,
		.newline = true };
	h->at += sizeof head + head.n;
	return true;
}
