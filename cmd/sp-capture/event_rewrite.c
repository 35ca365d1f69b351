/* event_rewrite.c -- builds a new line for an event, with the time first.
 *
 * The old event is valid JSON, and the places of the members to be replaced are known. So nothing is parsed again.
 * Those members are cut out, and the pieces between the cuts are copied as they are, with their white space and number
 * formats. Each piece is written with a comma before it and without the comma at its end. Example: without its ts,
 * {"a":1, "ts":"x", "b": 2} has the pieces "a":1 and "b": 2. */
#include "sp-capture/event_rewrite.h"
#include <inttypes.h>

/* A member that is cut out. */
struct cut {
	const char *from, *to;       /* from the opening quote of the member's name to the end of its value */
	struct span ts_source_value; /* the member's value if the member is kept as ts_source; else SPAN_NONE */
};

/* Each path of event_out.member_paths finds at most one member to cut, so there are at most as many cuts as paths. */
enum { CUTS_MAX = JSON_PATHS_MAX };

struct cuts {
	struct cut cut[CUTS_MAX];
	size_t count;
};

/* Returns the start (the opening quote) of the name of the member whose value is at P. Reads backwards: white space,
 * the colon, white space, the closing quote, the name. A quote after an odd number of backslashes is escaped and
 * belongs to the name. */
static const char *name_before(const char *p)
{
	while (*--p != ':')
		;
	while (*--p != '"')
		;
	for (;;) {
		size_t slashes = 0;
		while (*--p != '"')
			;
		while (p[-1 - (ptrdiff_t)slashes] == '\\')
			slashes++;
		if (slashes % 2 == 0)
			return p;
	}
}

/* Adds a cut for the member whose value is VALUE, or nothing if VALUE is SPAN_NONE. Keeps the cuts sorted by their
 * places in the event. If RENAME is set, the member is kept under the name ts_source. */
static void add_cut(struct cuts *c, struct span value, bool rename)
{
	if (!value.p)
		return;
	size_t i = c->count++;
	for (; i > 0 && c->cut[i - 1].from > value.p; i--)
		c->cut[i] = c->cut[i - 1];
	c->cut[i] = (struct cut){ name_before(value.p), value.p + value.n, rename ? value : SPAN_NONE };
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Appends a comma and the members between FROM and TO, without the white space and the comma at their end. Appends
 * nothing if there are no members. Returns 0, or -1 if memory is exhausted. */
static int add_piece(struct buf *b, const char *from, const char *to)
{
	while (to > from && is_space(to[-1]))
		to--;
	if (to > from && to[-1] == ',')
		to--;
	if (to == from)
		return 0;
	return buf_addc(b, ',') < 0 ? -1 : buf_add(b, from, (size_t)(to - from));
}

/* Appends the members of EVENT that are not cut, the member that is kept as ts_source, the closing brace and a newline.
 * Returns 0, or -1 if memory is exhausted. */
static int add_members(struct buf *b, struct span event, const struct cuts *c)
{
	const char *end = event.p + event.n - 1; /* the closing brace */
	const char *at = json_space(event.p + 1, end);
	for (size_t i = 0; i < c->count; i++) {
		const struct cut *cut = &c->cut[i];
		if (add_piece(b, at, cut->from) < 0)
			return -1;
		if (cut->ts_source_value.p &&
			(buf_adds(b, ",\"ts_source\":") < 0 || buf_add_span(b, cut->ts_source_value) < 0))
			return -1;
		at = json_space(cut->to, end);
		if (at < end && *at == ',')
			at = json_space(at + 1, end);
	}
	if (add_piece(b, at, end) < 0)
		return -1;
	return buf_add(b, "}\n", 2);
}

/* Appends the field of --source-field, named FIELD. Its value is "SOURCE:NUMBER", such as "app.log:12". Returns 0, or
 * -1 if memory is exhausted. */
static int add_source_field(struct buf *b, const char *field, const char *source, uint64_t number)
{
	if (buf_addc(b, ',') < 0 || json_quote(span_of(field), b) < 0 || buf_addc(b, ':') < 0 ||
		json_quote(span_of(source), b) < 0)
		return -1;
	/* The number belongs to the same string, so the closing quote is moved after it. */
	b->n--;
	if (buf_addc(b, ':') < 0 || buf_add_i64(b, (int64_t)number) < 0)
		return -1;
	return buf_addc(b, '"');
}

/* Appends the beginning of the event: the opening brace, ts with the value STAMP, and the added fields. Returns 0, or
 * -1 if memory is exhausted. */
static int add_front(struct event_out *output, const struct record *record, const char *name, struct stamp stamp)
{
	const struct options *c = output->options;
	struct buf *b = &output->line;
	static const char front[] = "{\"ts\":\"";
	char text[sizeof front + TIME_TEXT_MAX];
	memcpy(text, front, sizeof front);
	size_t n = sizeof front - 1;
	n += time_write(stamp, text + n);
	text[n++] = '"';
	if (buf_add(b, text, n) < 0)
		return -1;
	if (c->added.text.n > 0 && (buf_addc(b, ',') < 0 || buf_add_span(b, buf_span(&c->added.text)) < 0))
		return -1;
	return c->added.source_field ? add_source_field(b, c->added.source_field, name, record->number) : 0;
}

int event_rewrite(struct event_out *output, const struct record *record, const char *name, const struct event_time *t)
{
	bool rename = t->old_ts.p && !t->time_from_ts;
	struct cuts cuts;
	cuts.count = 0;
	add_cut(&cuts, t->old_ts, rename);
	/* The old ts gets the name ts_source. An event must not have a name twice, so an older member ts_source is
	 * removed. */
	if (rename)
		add_cut(&cuts, output->old_values[EVENT_OUT_TS_SOURCE], false);
	for (size_t i = 0; i < output->options->added.count; i++)
		add_cut(&cuts, output->old_values[EVENT_OUT_ADDED + i], false);
	buf_reset(&output->line);
	if (add_front(output, record, name, t->stamp) < 0)
		return -1;
	return add_members(&output->line, record->event, &cuts);
}
