/* line.c -- reads plain text: every line, even a blank line, becomes an event {"line":"text"}.
 *
 * Such an event has no time. So --time must say where the time comes from: "now", or an expression over the text. For
 * logs in which all lines have the same form, --format regex is better. */
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/json_build.h"
#include "sp-capture/format/table.h"
#include <stdlib.h>

struct line_decoder {
	size_t max;     /* the longest event, in bytes */
	struct buf out; /* the event */
};

static int line_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	struct line_decoder *d = calloc(1, sizeof *d);
	*out = (struct decoder *)d;
	if (!d)
		return err_oom(e, "a decoder");
	d->max = o->max_event;
	/* The buffer needs no limit of its own, because the reader limits the length of a line. */
	buf_init(&d->out, SIZE_MAX / 2);
	return 0;
}

static int line_next(struct decoder *decoder, struct reader *in, struct record *out, struct err *e)
{
	struct line_decoder *d = (struct line_decoder *)decoder;
	unsigned bytes;
	int r = decode_line_next(in, true, out, &bytes, e);
	if (r != NEXT_EVENT)
		return r;
	/* 16 bytes are enough for '{"line":', the quotes and '}'. */
	char *to = json_build_room(&d->out, 16, out->raw.n, e);
	if (!to)
		return NEXT_ERROR;
	/* Most lines contain no byte that must be escaped, and can be copied as they are. */
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

/* The format has no probe, because a source is text only if no other format fits half of its first lines. At a pause of
 * the input, text is chosen only after six lines (second_look + 1), because the first lines may be a banner. With
 * --time now, one line is enough (DETECT_TEXT). */
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
