/* line.c -- every line is an event: {"line":"text"}. It has no time of its own. */
#include "sp-capture/format/table.h"
#include "sp-capture/format/decode_line.h"

struct decoder {
	size_t max;
	struct buf out;
};

static int line_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	struct decoder *d = *out = calloc(1, sizeof *d);
	if (!d)
		return err_set(e, EX_OSERR, "out of memory");
	d->max = o->max_event;
	buf_init(&d->out, SIZE_MAX / 2);
	return 0;
}

static int line_next(struct decoder *d, struct reader *in, struct record *out, struct err *e)
{
	unsigned bytes;
	int r = parts_line(in, true, out, &bytes, e);
	if (r != NEXT_EVENT)
		return r;
	char *to = parts_room(&d->out, 16, out->raw.n, e);
	if (!to)
		return -1;
	to = PUT(to, "{\"line\":");
	to = bytes & (BYTES_CONTROL | BYTES_SLASH | BYTES_QUOTE) ? put_string(to, out->raw) : put_plain(to, out->raw);
	*to++ = '}';
	out->no_ts = true;
	return parts_event(out, &d->out, to, d->max);
}

static void line_close(struct decoder *d)
{
	if (d)
		buf_release(&d->out);
	free(d);
}

const struct format format_line = {
	.name = "line",
	.help = "lines of text, as they are: {\"line\":\"...\"}; give --time now",
	.open = line_open,
	.next = line_next,
	.close = line_close,
	.position = decode_line_position,
	.seek = decode_line_seek,
};
