/* json.c -- JSON documents: one after the other, pretty-printed or not, or an array of events;
 * with --each, the events inside each document.
 *
 * A document is never held as a whole. The decoder stands at one place of it: in so many open objects and
 * arrays (levels) on the way to the events, about to read a value, a name, or what is behind a value.
 * Values on the way that no step leads into are passed over uncounted; an event is cut out, checked, and
 * written on one line. After a fault between the values of a document nothing behind it can be
 * trusted: the rest of the input is left. */
#include "sp-capture/format/table.h"
#include "sp-capture/format/json_cut.h"
#include "sp-capture/format/json_path.h"
#include "sp-capture/format/decode_line.h"
#include <inttypes.h>

enum { GO_ON = 100, HEAD = 256 };

enum phase {
	AT_DOCUMENT, /* between documents */
	AT_VALUE,    /* white space, then a value, which step d->depth leads into */
	AT_MEMBER,   /* in a level: its first member, or its end */
	AT_NAME,     /* a name, behind a comma */
	IN_NAME,     /* d->cut is in a name */
	AT_COLON,
	AT_BEHIND, /* behind a member's value: a comma or the end of the level */
	IN_EVENT,  /* d->cut is in an event */
	IN_SKIP,   /* d->cut is in a value that is passed over */
	IN_LINE,   /* what is between documents, up to the end of its line */
	AT_END,    /* nothing more is read */
};

struct level {
	bool object;
	bool found; /* the member that the step names */
};

struct decoder {
	struct json_checker checker;
	struct each_path path;
	const char *each; /* its text, or NULL */
	size_t max;
	enum phase phase;
	struct level levels[EACH_STEPS_MAX];
	size_t depth; /* of levels; the step that leads on from here */
	bool wanted;  /* the name that was read is the step's */
	struct json_cut cut;
	uint64_t documents, events; /* begun so far: documents of the input, events of this document */
	struct position start;      /* of the document: where it begins, and documents before it (state) */
	uint64_t given;             /* records of this document that next() returned or dropped */
	uint64_t drop;              /* records to be dropped, as they were given out before the position of seek() */
	struct buf out;
};

/* ---- bytes ---- */

static void take(struct reader *in, size_t n)
{
	const char *p = reader_unread(in).p, *end = p + n;
	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		in->number++;
		p++;
	}
	reader_take(in, n);
}

/* Past white space, to a byte: 1 and *C; 0 at the end; else as reader_fill(). */
static int peek(struct reader *in, char *c, struct err *e)
{
	for (;;) {
		struct span s = reader_unread(in);
		const char *p = json_space(s.p, s.p + s.n);
		take(in, (size_t)(p - s.p));
		if (p < s.p + s.n) {
			*c = *p;
			return 1;
		}
		int r = reader_fill(in, e);
		if (r != 1)
			return r;
	}
}

static void place(const struct reader *in, struct span raw, struct record *out)
{
	out->raw = raw;
	out->number = in->number + 1;
	out->offset = in->offset;
}

/* The beginning of what is unread, N bytes of which are there in every case. */
static struct span head(const struct reader *in, size_t n)
{
	return (struct span){ reader_unread(in).p, n < HEAD ? n : HEAD };
}

/* The document cannot be followed any further. */
static int broken(struct decoder *d, struct reader *in, struct record *out, const char *what)
{
	place(in, SPAN(""), out);
	parts_reject(out, "broken document", "document %" PRIu64 " at byte %" PRIu64 ": %s: the rest is not read",
		d->documents, in->offset + 1, what);
	d->phase = AT_END;
	return NEXT_REJECTED;
}

static int torn(struct decoder *d, struct reader *in, struct record *out)
{
	if (in->stopped)
		return NEXT_END;
	place(in, head(in, reader_unread(in).n), out);
	parts_reject(out, "torn document", "document %" PRIu64 " is not complete: the input ends %s", d->documents,
		d->phase == IN_EVENT ? "inside an event" : "inside it");
	d->phase = AT_END;
	return NEXT_REJECTED;
}

/* A good answer of peek() goes on; its 0 is an end inside a document. */
static int need(struct decoder *d, struct reader *in, char *c, struct record *out, struct err *e, bool *got)
{
	int r = peek(in, c, e);
	*got = r == 1;
	return r == 0 ? torn(d, in, out) : r;
}

/* ---- the way to the events ---- */

static void start(struct decoder *d, enum phase phase)
{
	d->cut = (struct json_cut){ .pos = 0 };
	d->phase = phase;
}

static void behind_value(struct decoder *d)
{
	d->phase = d->depth > 0 ? AT_BEHIND : AT_DOCUMENT;
}

/* The value begins with C: step into it, take it as an event, or pass it over and say why. */
static int at_value(struct decoder *d, struct reader *in, char c, struct record *out)
{
	if (c == ',' || c == ':' || c == ']' || c == '}')
		return broken(d, in, out, "a value expected");
	if (d->depth == d->path.count || (!d->each && d->depth == 0 && c == '{')) {
		start(d, IN_EVENT);
		return GO_ON;
	}
	bool named = d->path.steps[d->depth].p != NULL;
	if (c == '{' || (c == '[' && !named)) {
		d->levels[d->depth++] = (struct level){ .object = c == '{' };
		take(in, 1);
		d->phase = AT_MEMBER;
		return GO_ON;
	}
	start(d, IN_SKIP);
	place(in, SPAN(""), out);
	return parts_reject(out, "nothing at --each", "document %" PRIu64 ": a %s stands where %s leads into %s",
		d->documents,
		c == '['         ? "list" :
			c == '"' ? "string" :
			c == 'n' ? "null" :
				   "value that is no object",
		d->each ? d->each : ".", named ? "an object" : "a list or an object");
}

static int leave(struct decoder *d, struct reader *in, struct record *out)
{
	struct level *l = &d->levels[--d->depth];
	bool missing = l->object && d->path.steps[d->depth].p && !l->found;
	take(in, 1);
	behind_value(d);
	if (!missing)
		return GO_ON;
	place(in, SPAN(""), out);
	return parts_reject(out, "nothing at --each", "document %" PRIu64 " has no %s: no member '%.*s'", d->documents,
		d->each, (int)(d->path.steps[d->depth].n > 64 ? 64 : d->path.steps[d->depth].n),
		d->path.steps[d->depth].p);
}

/* The innermost level continues with C. */
static int at_member(struct decoder *d, struct reader *in, char c, struct record *out)
{
	const struct level *l = &d->levels[d->depth - 1];
	if (c == (l->object ? '}' : ']') && d->phase != AT_NAME)
		return leave(d, in, out);
	if (d->phase == AT_BEHIND) {
		if (c != ',')
			return broken(d, in, out, l->object ? "',' or '}' expected" : "',' or ']' expected");
		take(in, 1);
		d->phase = l->object ? AT_NAME : AT_VALUE;
		return GO_ON;
	}
	if (!l->object) {
		d->phase = AT_VALUE;
		return GO_ON;
	}
	if (c != '"')
		return broken(d, in, out, "a name in quotes expected");
	start(d, IN_NAME);
	return GO_ON;
}

/* The name in front is whole, quotes and all, or too long. */
static int at_name(struct decoder *d, struct reader *in, struct record *out)
{
	if (d->cut.pos > d->max)
		return broken(d, in, out, "a name is longer than an event may be (see --max-event)");
	struct span step = d->path.steps[d->depth - 1], name = { reader_unread(in).p + 1, d->cut.pos - 2 };
	d->wanted = !step.p || json_string_is(name, step);
	d->levels[d->depth - 1].found |= d->wanted;
	take(in, d->cut.pos);
	d->phase = AT_COLON;
	return GO_ON;
}

static int at_colon(struct decoder *d, struct reader *in, char c, struct record *out)
{
	if (c != ':')
		return broken(d, in, out, "':' expected behind a name");
	take(in, 1);
	d->phase = AT_VALUE;
	return GO_ON;
}

static int at_document(struct decoder *d, struct reader *in, char c, struct record *out, struct err *e)
{
	d->start = (struct position){ .offset = in->offset, .number = in->number, .state = d->documents };
	d->given = 0;
	d->events = 0;
	if (c == '{' || c == '[') {
		d->documents++;
		d->phase = AT_VALUE;
		return GO_ON;
	}
	struct span line;
	int r = parts_whole_line(in, &line, e);
	if (r != 1)
		return r;
	place(in, line.p ? line : head(in, in->max), out);
	while (out->raw.n > 0 && (out->raw.p[out->raw.n - 1] == '\n' || out->raw.p[out->raw.n - 1] == '\r'))
		out->raw.n--;
	d->phase = IN_LINE;
	return parts_reject(out, "no document",
		"a document begins with '{' or '[' (--format ndjson or line takes lines one by one)");
}

/* ---- events ---- */

/* Moves the cut on: 1 at the value's end, 0 when the input ends in it, else as reader_fill(). */
static int cut(struct decoder *d, struct reader *in, struct err *e)
{
	for (;;) {
		if (json_cut(&d->cut, reader_unread(in)))
			return 1;
		if (d->phase != IN_SKIP && d->cut.pos > d->max)
			return 1;
		if (d->phase == IN_SKIP) {
			take(in, d->cut.pos);
			d->cut.pos = 0;
		}
		int r = reader_fill(in, e);
		if (r < 0 || r == NEXT_LATER)
			return r;
		if (r == 0)
			return d->cut.scalar;
	}
}

static int in_event(struct decoder *d, struct reader *in, struct record *out, struct err *e)
{
	int r = cut(d, in, e);
	if (r != 1)
		return r == 0 ? torn(d, in, out) : r;
	place(in, (struct span){ reader_unread(in).p, d->cut.pos }, out);
	d->events++;
	if (d->cut.pos > d->max) {
		out->raw = head(in, d->max);
		d->phase = IN_SKIP;
		/* The cut may have come to the end, exactly there. */
		bool ended = d->cut.begun && !d->cut.scalar && !d->cut.string && d->cut.depth == 0;
		take(in, d->cut.pos);
		d->cut.pos = 0;
		if (ended)
			behind_value(d);
		return parts_reject(out, "event too long",
			"document %" PRIu64 ", event %" PRIu64 ": more than %zu bytes (see --max-event)%s",
			d->documents, d->events, d->max, d->each ? "" : "; --each takes events out of a document");
	}
	size_t at;
	const char *why;
	bool good = json_check(&d->checker, out->raw, &at, &why) == 0;
	take(in, d->cut.pos);
	behind_value(d);
	if (!good)
		return parts_reject(out, "no valid JSON event", "document %" PRIu64 ", event %" PRIu64 ", byte %zu: %s",
			d->documents, d->events, at + 1, why);
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

static int in_line(struct decoder *d, struct reader *in, struct err *e)
{
	for (;;) {
		struct span s = reader_unread(in);
		const char *newline = s.n ? memchr(s.p, '\n', s.n) : NULL;
		take(in, newline ? (size_t)(newline - s.p) + 1 : s.n);
		if (newline)
			break;
		int r = reader_fill(in, e);
		if (r != 1)
			return r;
	}
	d->phase = AT_DOCUMENT;
	return GO_ON;
}

/* ---- the machine ---- */

/* One step: GO_ON, or what json_next() gives. */
static int step(struct decoder *d, struct reader *in, struct record *out, struct err *e)
{
	char c = 0;
	bool got = false;
	int r;
	switch (d->phase) {
	case AT_DOCUMENT: r = peek(in, &c, e); return r != 1 ? r : at_document(d, in, c, out, e);
	case AT_VALUE:
		if (d->depth > 0 && d->levels[d->depth - 1].object && !d->wanted) {
			r = need(d, in, &c, out, e, &got);
			if (got)
				start(d, IN_SKIP);
			return got ? GO_ON : r;
		}
		r = need(d, in, &c, out, e, &got);
		return got ? at_value(d, in, c, out) : r;
	case AT_MEMBER:
	case AT_BEHIND:
	case AT_NAME: r = need(d, in, &c, out, e, &got); return got ? at_member(d, in, c, out) : r;
	case IN_NAME: r = cut(d, in, e); return r == 1 ? at_name(d, in, out) : r == 0 ? torn(d, in, out) : r;
	case AT_COLON: r = need(d, in, &c, out, e, &got); return got ? at_colon(d, in, c, out) : r;
	case IN_EVENT: return in_event(d, in, out, e);
	case IN_SKIP:
		r = cut(d, in, e);
		if (r != 1)
			return r == 0 ? torn(d, in, out) : r;
		take(in, d->cut.pos);
		behind_value(d);
		return GO_ON;
	case IN_LINE: return in_line(d, in, e);
	case AT_END: break;
	}
	return NEXT_END;
}

static int json_next(struct decoder *d, struct reader *in, struct record *out, struct err *e)
{
	for (;;) {
		int r = step(d, in, out, e);
		if (r == GO_ON)
			continue;
		if (r != NEXT_EVENT && r != NEXT_REJECTED)
			return r;
		d->given++;
		if (d->drop == 0)
			return r;
		d->drop--;
	}
}

/* Inside a document only its start will do, as the levels that are open are not known from anything else. */
static void json_position(const struct decoder *d, const struct reader *in, struct position *out)
{
	if (d->phase == AT_DOCUMENT) {
		*out = (struct position){ .offset = in->offset, .number = in->number, .state = d->documents };
		return;
	}
	*out = d->start;
	out->skip = d->given;
}

static int json_seek(struct decoder *d, const struct position *p, struct err *e)
{
	(void)e;
	d->documents = p->state;
	d->drop = p->skip;
	return 0;
}

static void json_close(struct decoder *d)
{
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
	struct decoder *d = calloc(1, sizeof *d);
	if (!d)
		return err_set(e, EX_OSERR, "out of memory");
	d->max = o->max_event;
	d->each = o->each;
	buf_init(&d->out, SIZE_MAX / 2);
	if (json_checker_init(&d->checker, e) < 0 || each_path_parse(&d->path, o->each ? o->each : ".", e) < 0) {
		json_close(d);
		return -1;
	}
	*out = d;
	return 0;
}

const struct format format_json = {
	.name = "json",
	.help = "documents, pretty-printed or not, or an array of events; see --each",
	.open = json_open,
	.next = json_next,
	.close = json_close,
	.position = json_position,
	.seek = json_seek,
};
