/* event_rewrite.c -- an event put together: what stays is copied in as few pieces as there are cuts. */
#include "sp-capture/event_rewrite.h"
#include <inttypes.h>

/* A member that does not stay as it is. */
struct cut {
	const char *from, *to; /* from its name's quote to behind its value */
	struct span renamed;   /* its value, to go on as ts_source; or SPAN_NONE */
};

enum { CUTS_MAX = JSON_PATHS_MAX };

struct cuts {
	struct cut cut[CUTS_MAX];
	size_t count;
};

/* Where the name begins that belongs to the value at P: names that are cut hold no quote, as none of ours do
 * unless they were asked for by --add, and then it is escaped. */
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

/* Adds a cut, in the order of places. */
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

/* Appends a comma and the members FROM..TO, without the white space and the comma that ended them; nothing
 * if there are none. */
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

static int add_members(struct buf *b, struct span event, const struct cuts *c)
{
	const char *end = event.p + event.n - 1; /* the closing brace */
	const char *at = json_space(event.p + 1, end);
	for (size_t i = 0; i < c->count; i++) {
		const struct cut *cut = &c->cut[i];
		if (add_piece(b, at, cut->from) < 0)
			return -1;
		if (cut->renamed.p && (buf_adds(b, ",\"ts_source\":") < 0 || buf_add_span(b, cut->renamed) < 0))
			return -1;
		at = json_space(cut->to, end);
		if (at < end && *at == ',')
			at = json_space(at + 1, end);
	}
	if (add_piece(b, at, end) < 0)
		return -1;
	return buf_add(b, "}\n", 2);
}

static int add_source_field(struct buf *b, const char *field, const char *source, uint64_t number)
{
	if (buf_addc(b, ',') < 0 || json_quote(span_of(field), b) < 0 || buf_addc(b, ':') < 0 ||
		json_quote(span_of(source), b) < 0)
		return -1;
	b->n--; /* the closing quote: the number goes in front of it */
	if (buf_addc(b, ':') < 0 || buf_add_i64(b, (int64_t)number) < 0)
		return -1;
	return buf_addc(b, '"');
}

/* {"ts":"TIME" and what is added. */
static int add_front(struct event_out *m, const struct record *record, const char *source, struct stamp stamp)
{
	const struct options *c = m->options;
	struct buf *b = &m->line;
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
	return c->added.source_field ? add_source_field(b, c->added.source_field, source, record->number) : 0;
}

int event_rewrite(struct event_out *m, const struct record *record, const char *source, const struct event_time *t)
{
	bool rename = t->old_ts.p && !t->old_is_time;
	struct cuts cuts;
	cuts.count = 0;
	add_cut(&cuts, t->old_ts, rename);
	if (rename)
		add_cut(&cuts, m->old[EVENT_OUT_TS_SOURCE], false); /* the renamed one takes its place */
	for (size_t i = 0; i < m->options->added.count; i++)
		add_cut(&cuts, m->old[EVENT_OUT_ADDED + i], false);
	buf_reset(&m->line);
	if (add_front(m, record, source, t->stamp) < 0)
		return -1;
	return add_members(&m->line, record->event, &cuts);
}
