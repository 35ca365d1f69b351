/* line.c -- plain text: every line, blank ones too, is an event {"line":"text"}. It has no time of
 * its own, so that --time now, or an expression over the text, has to give one. The last resort for logs of any form;
 * --format regex takes them apart. */
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/json_build.h"
#include "sp-capture/format/table.h"
#include <stdlib.h>

struct line_decoder {
	size_t max;
	struct buf out;
};

static int line_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	struct line_decoder *d = calloc(1, sizeof *d);
	*out = (struct decoder *)d;
	if (!d)
		return err_oom(e, "a decoder");
	d->max = o->max_event;
	buf_init(&d->out, SIZE_MAX / 2); /* bounded by the longest line, which the reader bounds */
	return 0;
}

static int line_next(struct decoder *decoder, struct reader *in, struct record *out, struct err *e)
{
	struct line_decoder *d = (struct line_decoder *)decoder;
	unsigned bytes;
	int r = decode_line_next(in, true, out, &bytes, e);
	if (r != NEXT_EVENT)
		return r;
	char *to = json_build_room(&d->out, 16, out->raw.n, e);
	if (!to)
		return NEXT_ERROR;
	/* Most lines can be copied as they are. */
	bool plain = !(bytes & (BYTES_CONTROL | BYTES_SLASH | BYTES_QUOTE));
	to = JSON_BUILD_RAW(to, "{\"line\":");
	to = plain ? json_build_plain(to, out->raw) : json_build_string(to, out->raw);
	*to++ = '}';
	out->no_ts = true;
	return json_build_event(out, &d->out, to, d->max);
}

static void line_close(struct decoder *decoder)
{
	struct line_decoder *d = (struct line_decoder *)decoder;
	if (d)
		buf_release(&d->out);
	free(d);
}

/* Never probed: it is what detection falls back to. Five lines show whether only the first line of ndjson is torn. */
const struct format format_line = {
	.name = "line",
	.help = "lines of text as they are: {\"line\":\"...\"}; give --time now",
	.flags = FORMAT_TEXT,
	.second_look = 5,
	.open = line_open,
	.next = line_next,
	.close = line_close,
	.position = decode_line_position,
	.seek = decode_line_seek,
};
