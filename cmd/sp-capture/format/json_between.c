/* json_between.c -- reads what stands between JSON documents: white space, lines that are no documents, the mark before
 * each document of a text sequence (RFC 7464), and the rest of a broken document. */
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/json_internal.h"

uint64_t json_between_state(const struct json_decoder *d)
{
	return d->documents << 1 | d->sequence;
}

int json_between_at_document(struct json_decoder *d, struct reader *in, char c, struct record *out, struct err *e)
{
	if (c == JSON_SEQUENCE_MARK) {
		json_doc_take(in, 1);
		d->sequence = true;
		return JSON_GO_ON;
	}
	/* While the document is read, json_position() returns this place. */
	d->start = (struct position){ .offset = in->offset, .number = in->number, .state = json_between_state(d) };
	d->records = 0;
	d->events = 0;
	if (c == '{' || c == '[') {
		d->documents++;
		d->phase = AT_VALUE;
		return JSON_GO_ON;
	}
	struct span line;
	int r = decode_line_whole(in, &line, e);
	if (r != NEXT_EVENT)
		return r;
	/* If the line is longer than the limit, LINE.P is NULL. Then the dead letter gets only the beginning of the
	 * line. */
	json_doc_place(in, line.p ? line : json_doc_beginning(in, in->max), out);
	while (out->raw.n > 0 && (out->raw.p[out->raw.n - 1] == '\n' || out->raw.p[out->raw.n - 1] == '\r'))
		out->raw.n--;
	d->phase = IN_OTHER_LINE;
	return record_reject(out, "no document",
		"a document begins with '{' or '[' (--format ndjson or line takes lines one by one)");
}

int json_between_other_line(struct json_decoder *d, struct reader *in, struct err *e)
{
	/* The bytes are consumed as soon as they are read, because the line may be longer than the buffer. */
	for (;;) {
		struct span s = reader_unread(in);
		const char *newline = s.n ? memchr(s.p, '\n', s.n) : NULL;
		json_doc_take(in, newline ? (size_t)(newline - s.p) + 1 : s.n);
		if (newline)
			break;
		int r = reader_fill(in, e);
		if (r != NEXT_EVENT)
			return r;
	}
	d->phase = AT_DOCUMENT;
	return JSON_GO_ON;
}

int json_between_skip(struct json_decoder *d, struct reader *in, struct err *e)
{
	for (;;) {
		struct span s = reader_unread(in);
		const char *mark = s.n ? memchr(s.p, JSON_SEQUENCE_MARK, s.n) : NULL;
		json_doc_take(in, mark ? (size_t)(mark - s.p) : s.n);
		if (mark)
			break;
		int r = reader_fill(in, e);
		if (r != NEXT_EVENT)
			return r;
	}
	d->phase = AT_DOCUMENT;
	d->depth = 0;
	return JSON_GO_ON;
}
