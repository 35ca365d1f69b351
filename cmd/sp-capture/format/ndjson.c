/* ndjson.c -- newline-delimited JSON (ndjson.org, JSON Lines): one JSON object a line.
 *
 * This is the hot path of sp-capture: an event is checked where it is in the reader's buffer and given on as it is;
 * nothing is copied. Blank lines are neither events nor faults, as in jq. */
#include "json/json.h"
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/json_scan.h"
#include "sp-capture/format/table.h"
#include <stdlib.h>

/* The checker remembers the names of the last event, so that checking another one with the same names costs little. */
struct ndjson_decoder {
	struct json_checker checker;
};

/* Accepts a line that is one object. Of objects that do not end in the line, accepts those that are probably torn: a
 * pretty-printed document would have its first line break after a bracket or comma. */
static bool ndjson_probe(struct span line, bool whole)
{
	if (line.p[0] != '{')
		return false;
	struct json_scan scan = { .pos = 0 };
	if (json_scan(&scan, line))
		return scan.pos == line.n;
	char last = line.p[line.n - 1];
	return whole && last != '{' && last != '[' && last != ',';
}

static int ndjson_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	(void)o;
	*out = NULL;
	struct ndjson_decoder *d = calloc(1, sizeof *d);
	if (!d)
		return err_oom(e, "a decoder");
	/* No other state is kept, so that a position is just the end of a line. */
	if (json_checker_init(&d->checker, e) < 0) {
		free(d);
		return -1;
	}
	*out = (struct decoder *)d;
	return 0;
}

static void ndjson_close(struct decoder *decoder)
{
	struct ndjson_decoder *d = (struct ndjson_decoder *)decoder;
	if (!d)
		return;
	json_checker_release(&d->checker);
	free(d);
}

/* Returns S without the white space around it. */
static struct span ndjson_trim(struct span s)
{
	const char *start = json_space(s.p, s.p + s.n);
	s.n -= (size_t)(start - s.p);
	while (s.n > 0 && (start[s.n - 1] == ' ' || start[s.n - 1] == '\t' || start[s.n - 1] == '\r'))
		s.n--;
	return (struct span){ start, s.n };
}

static int ndjson_next(struct decoder *decoder, struct reader *in, struct record *out, struct err *e)
{
	struct ndjson_decoder *d = (struct ndjson_decoder *)decoder;
	/* The loop passes over blank lines. */
	struct line line;
	size_t at;
	const char *why;
	for (;;) {
		int r = reader_next(in, &line, e);
		if (r != NEXT_EVENT)
			return r;
		struct span s = line.text;
		if (s.n > 0 && s.p[s.n - 1] == '\r') {
			s.n--;
			line.newline =
				false; /* a '\r' is between event and newline: they cannot be written in one piece */
		}
		/* raw, number and offset are needed for a rejected line, too. */
		out->raw = out->event = s;
		out->number = line.number;
		out->offset = line.offset;
		out->newline = line.newline;
		if (line.too_long)
			return record_reject(out, "line too long", "longer than %zu bytes (see --max-event)", in->max);
		/* Nearly every line is an object without white space around it. */
		if (s.n > 0 && s.p[0] == '{' && s.p[s.n - 1] == '}' && json_check(&d->checker, s, &at, &why) == 0)
			break;
		/* White space around an object is valid, but is not written: event_out.c expects the brace at the first
		 * byte. */
		out->event = ndjson_trim(s);
		out->newline = false;
		if (out->event.n == 0)
			continue; /* a blank line */
		if (json_check(&d->checker, s, &at, &why) < 0)
			return record_reject(out, "no valid JSON event", "byte %zu: %s", at + 1, why);
		break;
	}
	out->checked = true;
	return NEXT_EVENT;
}

const struct format format_ndjson = {
	.name = "ndjson",
	.help = "one JSON object a line",
	.flags = FORMAT_JSON,
	.probe = ndjson_probe,
	.open = ndjson_open,
	.next = ndjson_next,
	.close = ndjson_close,
	.position = decode_line_position,
	.seek = decode_line_seek,
};
