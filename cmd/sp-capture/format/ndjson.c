/* ndjson.c -- reads newline-delimited JSON (ndjson.org, JSON Lines), which has one JSON object in each line.
 *
 * Most events come in this format, so the decoder must be fast. It checks an event in the reader's buffer and returns
 * the event as a part of the buffer, without a copy. Blank lines are ignored. */
#include "json/json.h"
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/json_scan.h"
#include "sp-capture/format/table.h"
#include <stdlib.h>

/* The checker keeps the names in the last event. If the next event has the same names, the check of that event is
 * faster. */
struct ndjson_decoder {
	struct json_checker checker;
};

/* In a text sequence (RFC 7464, jq --seq) this byte, which is named RS, stands before each event. Valid JSON never
 * contains this byte. */
enum { SEQUENCE_MARK = 0x1e };

/* Returns S without the white space around it, and without the marks of a text sequence in front of it. */
static struct span ndjson_trim(struct span s)
{
	const char *end = s.p + s.n, *start = json_space(s.p, end);
	while (start < end && *start == SEQUENCE_MARK)
		start = json_space(start + 1, end);
	s.n = (size_t)(end - start);
	while (s.n > 0 && (start[s.n - 1] == ' ' || start[s.n - 1] == '\t' || start[s.n - 1] == '\r'))
		s.n--;
	return (struct span){ start, s.n };
}

/* Accepts a line that is one object. Also accepts a line that begins with '{"' if the line is probably an event whose
 * end is missing. A line that ends with an opening bracket or a comma is not accepted, because such a line is probably
 * the first line of a pretty-printed document. */
static bool ndjson_probe(struct span line, bool whole)
{
	line = ndjson_trim(line);
	if (line.n == 0 || line.p[0] != '{')
		return false;
	struct json_scan scan = { .pos = 0 };
	if (json_scan(&scan, line))
		return scan.pos == line.n;
	char last = line.p[line.n - 1];
	const char *name = json_space(line.p + 1, line.p + line.n);
	return whole && name < line.p + line.n && *name == '"' && last != '{' && last != '[' && last != ',';
}

static int ndjson_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	(void)o;
	*out = NULL;
	struct ndjson_decoder *d = calloc(1, sizeof *d);
	if (!d)
		return err_oom(e, "a decoder");
	/* The checker is the only state of the decoder, and no result depends on what the checker keeps. So a position
	 * needs no state, and decode_line_position() can be used. */
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

/* Returns the first event of LINE, which begins with the mark of a text sequence. If an event was cut off, its newline
 * is missing, and the mark of the next event is in the same line. Then the line from that mark on becomes unread again.
 * NEWLINE is true if a newline follows LINE. */
static struct span first_of_sequence(struct reader *in, struct span line, bool newline)
{
	const char *start = ndjson_trim(line).p, *end = line.p + line.n;
	const char *mark = start < end ? memchr(start, SEQUENCE_MARK, (size_t)(end - start)) : NULL;
	if (!mark)
		return line;
	reader_give_back(in, (size_t)(end - mark) + newline);
	in->number--;
	return (struct span){ line.p, (size_t)(mark - line.p) };
}

static int ndjson_next(struct decoder *decoder, struct reader *in, struct record *out, struct err *e)
{
	struct ndjson_decoder *d = (struct ndjson_decoder *)decoder;
	/* Each round reads one line. Only a blank line leads to another round. */
	struct line line;
	size_t at;
	const char *why;
	for (;;) {
		int r = reader_next(in, &line, e);
		if (r != NEXT_EVENT)
			return r;
		struct span s = line.text;
		bool newline = line.newline;
		/* If a '\r' stands between the event and its newline, the two cannot be written in one piece. */
		if (s.n > 0 && s.p[s.n - 1] == '\r') {
			s.n--;
			line.newline = false;
		}
		/* Set these members before the checks, because a rejected line needs them as well. */
		out->raw = out->event = s;
		out->number = line.number;
		out->offset = line.offset;
		out->newline = line.newline;
		if (line.too_long)
			return record_reject(out, "line too long", "longer than %zu bytes (see --max-event)", in->max);
		/* Nearly every line is an object without white space around it. */
		if (s.n > 0 && s.p[0] == '{' && s.p[s.n - 1] == '}' && json_check(&d->checker, s, &at, &why) == 0)
			break;
		if (s.n > 0 && s.p[0] == SEQUENCE_MARK)
			out->raw = s = first_of_sequence(in, line.text, newline);
		/* White space around an object is valid JSON, but event_out.c expects the opening brace at the first
		 * byte. */
		out->event = ndjson_trim(s);
		out->newline = false;
		if (out->event.n == 0)
			continue; /* a blank line */
		if (json_check(&d->checker, out->event, &at, &why) < 0)
			return record_reject(out, "no valid JSON event", "byte %zu: %s",
				(size_t)(out->event.p - s.p) + at + 1, why);
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
