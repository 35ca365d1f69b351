/* json.c -- reads JSON documents (RFC 8259), one after the other, pretty-printed or not. Each document is an event or
 * an array of events. The option --each says where the events are in other documents.
 *
 * The decoder never holds a whole document, only one event. It is a state machine. Its state is the phase, which says
 * what may come next, and the levels, which are the objects and arrays that are open on the way to the events. The
 * decoder finds the end of an event, checks the event, and writes it on one line. After a fault in the structure of a
 * document the start of the next document is unknown, so the rest of the input is not read. */
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/json_internal.h"
#include "sp-capture/format/table.h"
#include <inttypes.h>
#include <stdlib.h>

/* The dead letter of an event or line that is too long or incomplete keeps at most this number of bytes. */
enum { RAW_KEPT_BYTES = 256 };

/* ---- bytes ---- */

/* A document may have newlines between its values, so the bytes are searched for newlines when they are consumed. */
void json_doc_take(struct reader *in, size_t n)
{
	const char *p = reader_unread(in).p, *end = p + n;
	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		in->number++;
		p++;
	}
	reader_take(in, n);
}

/* Skips white space, and reads more bytes until there is another byte. Returns NEXT_EVENT with *C set to this byte,
 * which stays unread; NEXT_END if the input ends before; NEXT_LATER if the input has nothing now; or NEXT_ERROR with E
 * set. */
static int peek(struct reader *in, char *c, struct err *e)
{
	for (;;) {
		struct span s = reader_unread(in);
		const char *p = json_space(s.p, s.p + s.n);
		json_doc_take(in, (size_t)(p - s.p));
		if (p < s.p + s.n) {
			*c = *p;
			return NEXT_EVENT;
		}
		int r = reader_fill(in, e);
		if (r != NEXT_EVENT)
			return r;
	}
}

void json_doc_place(const struct reader *in, struct span raw, struct record *out)
{
	out->raw = raw;
	out->number = in->number + 1;
	out->offset = in->offset;
}

struct span json_doc_beginning(const struct reader *in, size_t n)
{
	return (struct span){ reader_unread(in).p, n < RAW_KEPT_BYTES ? n : RAW_KEPT_BYTES };
}

int json_doc_broken(struct json_decoder *d, struct reader *in, struct record *out, const char *what)
{
	/* The dead letter has no raw text, because the cause may be far before the place where the fault is found. */
	json_doc_place(in, SPAN(""), out);
	record_reject(out, "broken document", "document %" PRIu64 " at byte %" PRIu64 ": %s: the rest%s is not read",
		d->documents, in->offset + 1, what, d->sequence ? " of it" : "");
	d->phase = BROKEN;
	return NEXT_REJECTED;
}

/* Rejects a document that is not complete at the end of the input, or before the mark of the next document in a text
 * sequence. Returns NEXT_REJECTED. If the run was asked to stop and there is no mark, the rest of the document may
 * exist but was not read. Then nothing is rejected, and the result is NEXT_END. */
static int reject_incomplete(struct json_decoder *d, struct reader *in, struct record *out)
{
	struct span s = reader_unread(in);
	const char *mark = d->sequence && s.n ? memchr(s.p, JSON_SEQUENCE_MARK, s.n) : NULL;
	if (in->stopped && !mark)
		return NEXT_END;
	json_doc_place(in, json_doc_beginning(in, mark ? (size_t)(mark - s.p) : s.n), out);
	record_reject(out, "torn document", "document %" PRIu64 " is not complete: %s %s", d->documents,
		mark ? "the next one begins" : "the input ends",
		d->phase == IN_EVENT ? "inside an event" : "inside it");
	d->phase = BROKEN;
	return NEXT_REJECTED;
}

/* Finds the next byte that is not white space inside a document, where the end of the input is a fault. Sets *GOT to
 * true and *C to the byte. If there is no byte, sets *GOT to false, and json_next() must return the result of this
 * function. */
static int peek_inside(struct json_decoder *d, struct reader *in, char *c, struct record *out, struct err *e, bool *got)
{
	int r = peek(in, c, e);
	bool cut = r == NEXT_EVENT && *c == JSON_SEQUENCE_MARK && d->sequence;
	*got = r == NEXT_EVENT && !cut;
	return r == NEXT_END || cut ? reject_incomplete(d, in, out) : r;
}

/* ---- documents and events ---- */

void json_doc_begin(struct json_decoder *d, enum json_phase phase)
{
	d->scan = (struct json_scan){ .pos = 0 };
	d->phase = phase;
}

void json_doc_end_value(struct json_decoder *d)
{
	d->phase = d->depth > 0 ? AFTER_MEMBER : AT_DOCUMENT;
}

/* Continues the scan of a value and reads more bytes until the value ends. Returns
 * - NEXT_EVENT at the end of the value, or when an event or a name is longer than the limit;
 * - NEXT_END if the input ends inside the value, or if the next document of a text sequence begins there;
 * - NEXT_LATER if the input has nothing now;
 * - NEXT_ERROR with E set. */
static int scan_value(struct json_decoder *d, struct reader *in, struct err *e)
{
	for (;;) {
		/* The scan continues at the offset in the unread bytes where it has stopped. */
		struct span s = reader_unread(in);
		const char *mark = d->sequence && s.n > d->scan.pos ?
			memchr(s.p + d->scan.pos, JSON_SEQUENCE_MARK, s.n - d->scan.pos) :
			NULL;
		if (json_scan(&d->scan, mark ? (struct span){ s.p, (size_t)(mark - s.p) } : s))
			return NEXT_EVENT;
		if (d->phase != IN_SKIPPED && d->scan.pos > d->max)
			return NEXT_EVENT;
		/* A skipped value may be longer than the buffer, so its bytes are consumed as soon as they are
		 * scanned. */
		if (d->phase == IN_SKIPPED) {
			json_doc_take(in, d->scan.pos);
			d->scan.pos = 0;
		}
		int r = mark ? NEXT_END : reader_fill(in, e);
		if (r < 0 || r == NEXT_LATER)
			return r;
		/* The end of the input can end a number or a word. Other values need a closing bracket or quote. */
		if (r == NEXT_END)
			return d->scan.scalar ? NEXT_EVENT : NEXT_END;
	}
}

/* Rejects an event of more than d->max bytes. If the scan has not reached the end of the event, enters the phase
 * IN_SKIPPED, in which the rest of the event is skipped. Returns NEXT_REJECTED. */
static int reject_long(struct json_decoder *d, struct reader *in, struct record *out)
{
	out->raw = json_doc_beginning(in, d->max);
	d->phase = IN_SKIPPED;
	/* The event has ended if no bracket and no string is open. Only the byte after a number or a word shows its
	 * end, so the rest of a number or a word is always skipped. */
	bool ended = d->scan.begun && !d->scan.scalar && !d->scan.string && d->scan.depth == 0;
	json_doc_take(in, d->scan.pos);
	d->scan.pos = 0;
	if (ended)
		json_doc_end_value(d);
	return record_reject(out, "event too long",
		"document %" PRIu64 ", event %" PRIu64 ": more than %zu bytes (see --max-event)%s", d->documents,
		d->events, d->max, d->each ? "" : "; --each takes events out of a document");
}

/* Reads the rest of an event, checks the event, and sets the event of OUT. Returns what json_next() must return. */
static int in_event(struct json_decoder *d, struct reader *in, struct record *out, struct err *e)
{
	int r = scan_value(d, in, e);
	if (r != NEXT_EVENT)
		return r == NEXT_END ? reject_incomplete(d, in, out) : r;
	json_doc_place(in, (struct span){ reader_unread(in).p, d->scan.pos }, out);
	d->events++;
	if (d->scan.pos > d->max)
		return reject_long(d, in, out);
	/* The scan has only counted brackets. If the event is not valid JSON, only the event is rejected. Its brackets
	 * are balanced, so the rest of the document can be read. */
	size_t at;
	const char *why;
	bool good = json_check(&d->checker, out->raw, &at, &why) == 0;
	json_doc_take(in, d->scan.pos);
	json_doc_end_value(d);
	if (!good)
		return record_reject(out, "no valid JSON event",
			"document %" PRIu64 ", event %" PRIu64 ", byte %zu: %s", d->documents, d->events, at + 1, why);
	/* An event must be one line. Valid strings have no line breaks, so it is enough to remove the white space
	 * between values. */
	out->event = out->raw;
	out->checked = true;
	if (!memchr(out->raw.p, '\n', out->raw.n) && !memchr(out->raw.p, '\r', out->raw.n))
		return NEXT_EVENT;
	buf_reset(&d->out);
	if (json_compact(out->raw, &d->out) < 0)
		return err_set(e, EX_OSERR, "out of memory for an event of %zu bytes", out->raw.n);
	out->event = buf_span(&d->out);
	return NEXT_EVENT;
}

/* ---- the state machine ---- */

/* Skips the rest of a value that contains no events. Returns JSON_GO_ON at the end of the value. If the end cannot be
 * read now, returns what json_next() must return. */
static int in_skipped(struct json_decoder *d, struct reader *in, struct record *out, struct err *e)
{
	int r = scan_value(d, in, e);
	if (r != NEXT_EVENT)
		return r == NEXT_END ? reject_incomplete(d, in, out) : r;
	json_doc_take(in, d->scan.pos);
	json_doc_end_value(d);
	return JSON_GO_ON;
}

/* Makes one step in a phase in which C, the next byte that is not white space, decides what to do. Returns JSON_GO_ON,
 * or NEXT_REJECTED with OUT rejected. */
static int step_at(struct json_decoder *d, struct reader *in, char c, struct record *out)
{
	if (d->phase == AT_COLON)
		return json_levels_at_colon(d, in, c, out);
	if (d->phase != AT_VALUE)
		return json_levels_at_member(d, in, c, out);
	if (d->depth == 0 || !d->levels[d->depth - 1].object || d->wanted)
		return json_levels_at_value(d, in, c, out);
	/* The path does not lead into this member, so its value is skipped. */
	json_doc_begin(d, IN_SKIPPED);
	return JSON_GO_ON;
}

/* Makes one step of the state machine. Returns JSON_GO_ON, or what json_next() must return. */
static int step(struct json_decoder *d, struct reader *in, struct record *out, struct err *e)
{
	char c = 0;
	bool got;
	int r;
	switch (d->phase) {
	case AT_DOCUMENT: r = peek(in, &c, e); return r != NEXT_EVENT ? r : json_between_at_document(d, in, c, out, e);
	case AT_VALUE:
	case AT_MEMBER:
	case AFTER_MEMBER:
	case AT_NAME:
	case AT_COLON: r = peek_inside(d, in, &c, out, e, &got); return got ? step_at(d, in, c, out) : r;
	case IN_NAME:
		r = scan_value(d, in, e);
		return r == NEXT_EVENT ? json_levels_at_name_end(d, in, out) :
			r == NEXT_END  ? reject_incomplete(d, in, out) :
					 r;
	case IN_EVENT: return in_event(d, in, out, e);
	case IN_SKIPPED: return in_skipped(d, in, out, e);
	case IN_OTHER_LINE: return json_between_other_line(d, in, e);
	case BROKEN: return d->sequence ? json_between_skip(d, in, e) : NEXT_END;
	}
	return NEXT_END;
}

static int json_next(struct decoder *decoder, struct reader *in, struct record *out, struct err *e)
{
	struct json_decoder *d = (struct json_decoder *)decoder;
	/* After json_seek(), the records of the document that are before the position are read again and dropped. */
	for (;;) {
		int r = step(d, in, out, e);
		if (r == JSON_GO_ON)
			continue;
		if (r != NEXT_EVENT && r != NEXT_REJECTED)
			return r;
		d->records++;
		if (d->drop == 0)
			return r;
		d->drop--;
	}
}

/* Sets *OUT to the place that was reached. Inside a document this is the start of the document with the number of its
 * records so far. A later run must read the document again to find the open levels. A line that was rejected between
 * documents counts as a document with one record. */
static void json_position(const struct decoder *decoder, const struct reader *in, struct position *out)
{
	const struct json_decoder *d = (const struct json_decoder *)decoder;
	if (d->phase == AT_DOCUMENT) {
		*out = (struct position){ .offset = in->offset, .number = in->number, .state = json_between_state(d) };
		return;
	}
	*out = d->start;
	out->skip = d->records;
}

static int json_seek(struct decoder *decoder, const struct position *p, struct err *e)
{
	struct json_decoder *d = (struct json_decoder *)decoder;
	(void)e;
	/* Every P is accepted. If the input has fewer records than p->skip, json_next() drops all of them. */
	d->documents = p->state >> 1;
	d->sequence = p->state & 1;
	d->drop = p->skip;
	return 0;
}

/* ---- the format ---- */

static void json_close(struct decoder *decoder)
{
	struct json_decoder *d = (struct json_decoder *)decoder;
	if (d) {
		json_checker_release(&d->checker);
		each_path_release(&d->path);
		buf_release(&d->out);
	}
	free(d);
}

static int json_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	*out = NULL;
	struct json_decoder *d = calloc(1, sizeof *d);
	if (!d)
		return err_oom(e, "a decoder");
	d->max = o->max_event;
	d->each = o->each;
	buf_init(&d->out, SIZE_MAX / 2);
	if (json_checker_init(&d->checker, e) < 0 || each_path_parse(&d->path, o->each ? o->each : ".", e) < 0) {
		json_close((struct decoder *)d);
		return -1;
	}
	*out = (struct decoder *)d;
	return 0;
}

const struct format format_json = {
	.name = "json",
	.help = "documents, pretty-printed or not, or an array of events; see --each",
	.flags = FORMAT_JSON | FORMAT_EACH,
	.probe_sample = json_probe_sample,
	.open = json_open,
	.next = json_next,
	.close = json_close,
	.position = json_position,
	.seek = json_seek,
};
