/* emit.c -- the time in front.
 *
 * An event that has it there, in the stream's own form, goes out as it stands: runs of such events are
 * written straight from the read buffer. All others are put together once. */
#include "emit.h"
#include "event_time.h"
#include <inttypes.h>

int emit_init(struct emit *m, const struct config *c, struct writer *out, struct err *e)
{
	*m = (struct emit){ .config = c, .out = out };
	buf_init(&m->line, SIZE_MAX / 4);
	buf_init(&m->value, 64 << 10);
	if (json_checker_init(&m->checker, e) < 0)
		return -1;
	if (!c->time || c->time_now)
		return 0;
	m->exprs = exprs_new(e);
	if (!m->exprs)
		return -1;
	return exprs_add(m->exprs, c->time, e) < 0 ? err_context(e, "--time") : 0;
}

void emit_release(struct emit *m)
{
	exprs_free(m->exprs);
	json_checker_release(&m->checker);
	buf_release(&m->line);
	buf_release(&m->value);
}

static int out_of_memory(struct err *e)
{
	return err_set(e, EX_OSERR, "out of memory");
}

/* What becomes of a member of the old event. */
enum fate { KEEP, DROP, RENAME };

static enum fate fate_of(const struct config *c, struct span name, const char *value, const struct event_time *t)
{
	if (t->old_ts.p == value)
		return t->old_is_time ? DROP : RENAME;
	if (t->old_ts.p && !t->old_is_time && json_string_is(name, SPAN("ts_source")))
		return DROP; /* the renamed one takes its place */
	for (size_t i = 0; i < c->added_count; i++)
		if (json_string_is(name, c->added[i]))
			return DROP;
	return KEEP;
}

/* Appends ",FROM..TO" if there is anything. */
static int copy(struct buf *b, const char *from, const char *to)
{
	if (!from)
		return 0;
	return buf_addc(b, ',') < 0 ? -1 : buf_add(b, from, (size_t)(to - from));
}

/* Appends the members of EVENT that stay, each run of them in one piece, and the closing brace. */
static int add_members(struct emit *m, struct span event, const struct event_time *t)
{
	struct buf *b = &m->line;
	struct json_walk w;
	struct span name, value;
	const char *from = NULL, *to = NULL;
	int r = json_walk_init(&w, event);
	while (r >= 0 && (r = json_walk(&w, &name, &value)) > 0) {
		enum fate fate = fate_of(m->config, name, value.p, t);
		if (fate == KEEP) {
			from = from ? from : name.p - 1;
			to = value.p + value.n;
			continue;
		}
		if (copy(b, from, to) < 0)
			return -1;
		from = NULL;
		if (fate == RENAME && (buf_adds(b, ",\"ts_source\":") < 0 || buf_add_span(b, value) < 0))
			return -1;
	}
	if (r < 0 || copy(b, from, to) < 0)
		return -1;
	return buf_adds(b, "}\n");
}

static int add_source_field(struct buf *b, const char *field, const char *source, uint64_t number)
{
	if (buf_addc(b, ',') < 0 || json_quote(span_of(field), b) < 0 || buf_addc(b, ':') < 0 ||
		json_quote(span_of(source), b) < 0)
		return -1;
	b->n--; /* the closing quote: the number goes in front of it */
	return buf_addf(b, ":%" PRIu64 "\"", number);
}

/* The event anew in m->line. */
static int put_together(struct emit *m, const struct record *record, const char *source,
	const struct event_time *t, struct event *out)
{
	const struct config *c = m->config;
	struct buf *b = &m->line;
	char time[TIME_TEXT_MAX];
	buf_reset(b);
	if (buf_adds(b, "{\"ts\":\"") < 0 || buf_add(b, time, time_write(t->stamp, time)) < 0 || buf_addc(b, '"') < 0)
		return -1;
	if (c->added_text.n > 0 && (buf_addc(b, ',') < 0 || buf_add_span(b, buf_span(&c->added_text)) < 0))
		return -1;
	if (c->source_field && add_source_field(b, c->source_field, source, record->number) < 0)
		return -1;
	if (add_members(m, record->event, t) < 0)
		return -1;
	*out = (struct event){ stamp_ms(t->stamp), buf_span(b), false };
	return 0;
}

/* A record that no decoder has vouched for. */
static int check(struct emit *m, struct record *record)
{
	size_t at;
	const char *why;
	if (record->checked || json_check(&m->checker, record->event, &at, &why) == 0)
		return 1;
	snprintf(record->why, sizeof record->why, "byte %zu: %s", at + 1, why);
	record->kind = "no valid JSON event";
	return 2;
}

int emit_prepare(struct emit *m, struct record *record, const char *source, struct event *out, struct err *e)
{
	struct span event = record->event;
	const struct config *c = m->config;
	int r = check(m, record);
	if (r != 1)
		return r;
	/* {"ts":"2024-05-01T10:39:58.487Z" in front and nothing to add: as it is. */
	if (!c->time && c->time_plain && !record->has_time && c->added_count == 0 &&
		event_time_in_front(event, &out->ms)) {
		out->text = (struct span){ event.p, event.n + 1 };
		out->in_place = true;
		if (record->newline)
			return 1;
		buf_reset(&m->line);
		if (buf_add_span(&m->line, event) < 0 || buf_addc(&m->line, '\n') < 0)
			return out_of_memory(e);
		*out = (struct event){ out->ms, buf_span(&m->line), false };
		return 1;
	}
	struct event_time t;
	r = event_time_find(m, record, &t, e);
	if (r == 1 && put_together(m, record, source, &t, out) < 0)
		return out_of_memory(e);
	return r;
}

int emit_settle(struct emit *m, struct err *e)
{
	struct span run = m->run;
	m->run = SPAN_NONE;
	return run.n > 0 ? writer_add(m->out, run.p, run.n, e) : 0;
}

int emit_write(struct emit *m, const struct event *event, struct err *e)
{
	m->events++;
	if (event->in_place && m->run.p && m->run.p + m->run.n == event->text.p) {
		m->run.n += event->text.n;
		return 0;
	}
	if (emit_settle(m, e) < 0)
		return -1;
	if (!event->in_place)
		return writer_add(m->out, event->text.p, event->text.n, e);
	m->run = event->text;
	return 0;
}
