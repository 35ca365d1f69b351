/* ndjson.c -- one JSON object a line. The hot path: an event is checked where it stands and given
 * on as it is; nothing is copied. */
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/table.h"
#include <stdlib.h>

struct decoder {
	struct json_checker checker;
};

static int ndjson_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	(void)o;
	struct decoder *d = *out = calloc(1, sizeof *d);
	if (!d)
		return err_set(e, EX_OSERR, "out of memory");
	if (json_checker_init(&d->checker, e) == 0)
		return 0;
	free(d);
	*out = NULL;
	return -1;
}

static void ndjson_close(struct decoder *d)
{
	if (!d)
		return;
	json_checker_release(&d->checker);
	free(d);
}

static int too_long(const struct reader *in, struct record *out)
{
	snprintf(out->why, sizeof out->why, "longer than %zu bytes (see --max-event)", in->max);
	out->kind = "line too long";
	return 2;
}

/* LINE is no event: what is wrong, and where. */
static int rejected(struct record *out, size_t at, const char *why)
{
	snprintf(out->why, sizeof out->why, "byte %zu: %s", at + 1, why);
	out->kind = "no valid JSON event";
	return 2;
}

/* S without the white space around it. */
static struct span trimmed(struct span s)
{
	const char *start = json_space(s.p, s.p + s.n);
	s.n -= (size_t)(start - s.p);
	while (s.n > 0 && (start[s.n - 1] == ' ' || start[s.n - 1] == '\t' || start[s.n - 1] == '\r'))
		s.n--;
	return (struct span){ start, s.n };
}

static int ndjson_next(struct decoder *d, struct reader *in, struct record *out, struct err *e)
{
	struct line line;
	size_t at;
	const char *why;
	for (;;) {
		int r = reader_next(in, &line, e);
		if (r != 1)
			return r;
		struct span s = line.text;
		if (s.n > 0 && s.p[s.n - 1] == '\r') {
			s.n--;
			line.newline = false; /* cannot go out in place */
		}
		out->raw = out->event = s;
		out->number = line.number;
		out->offset = line.offset;
		out->newline = line.newline;
		if (line.too_long)
			return too_long(in, out);
		if (s.n > 0 && s.p[0] == '{' && s.p[s.n - 1] == '}' && json_check(&d->checker, s, &at, &why) == 0)
			break;
		out->event = trimmed(s);
		out->newline = false;
		if (out->event.n == 0)
			continue; /* blank lines are no events and no faults, as in jq */
		if (json_check(&d->checker, s, &at, &why) < 0)
			return rejected(out, at, why);
		break;
	}
	out->checked = true;
	return 1;
}

const struct format format_ndjson = {
	.name = "ndjson",
	.help = "one JSON object a line",
	.open = ndjson_open,
	.next = ndjson_next,
	.close = ndjson_close,
	.position = decode_line_position,
	.seek = decode_line_seek,
};
