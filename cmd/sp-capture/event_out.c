/* event_out.c -- from records to the events that are written.
 *
 * Most events of a stream already begin with their time in the stream's own form. Such an event is not copied: the
 * place of adjacent ones in the read buffer is noted as one run, and the run is given to the writer in one piece before
 * the buffer changes. Every other event is put together once (event_rewrite.c). Invariant: what reaches the writer is
 * one valid event a line, its time first. */
#include "sp-capture/event_out.h"
#include "sp-capture/event_rewrite.h"
#include "sp-capture/event_time.h"
#include "window/event_time.h"
#include <inttypes.h>
#include <stdlib.h>

/* Prepares the search for ts, ts_source and the added names, so that one pass over an event finds all of them. */
static int find_members(struct event_out *m, struct err *e)
{
	const struct options *o = m->options;
	m->pick = json_paths_new(e);
	m->old = calloc(EVENT_OUT_ADDED + o->added.count, sizeof *m->old);
	if (!m->pick || !m->old)
		return err_oom(e, "the fields that are added");
	for (size_t i = 0; i < EVENT_OUT_ADDED + o->added.count; i++) {
		struct span name = i == EVENT_OUT_TS ? SPAN("ts") :
			i == EVENT_OUT_TS_SOURCE     ? SPAN("ts_source") :
						       o->added.names[i - EVENT_OUT_ADDED];
		if (json_paths_add(m->pick, &(struct json_step){ .name = name }, 1, e) < 0)
			return err_context(e, "--add");
	}
	return 0;
}

/* --time now needs no expression: the clock is read for each event. */
int event_out_init(struct event_out *m, const struct options *o, struct writer *out, struct err *e)
{
	*m = (struct event_out){ .options = o, .out = out };
	buf_init(&m->line, SIZE_MAX / 4);
	buf_init(&m->value, 64 << 10);
	if (json_checker_init(&m->checker, e) < 0 || find_members(m, e) < 0)
		return -1;
	if (!o->time || o->time_now)
		return 0;
	m->exprs = exprs_new(e);
	if (!m->exprs)
		return -1;
	return exprs_add(m->exprs, o->time, e) < 0 ? err_context(e, "--time") : 0;
}

void event_out_release(struct event_out *m)
{
	exprs_free(m->exprs);
	json_checker_release(&m->checker);
	json_paths_free(m->pick);
	free(m->old);
	buf_release(&m->line);
	buf_release(&m->value);
}

/* Checks an event that its decoder has not checked: JSON from a message or a document. */
static enum next check(struct event_out *m, struct record *record)
{
	size_t at;
	const char *why;
	if (record->checked || json_check(&m->checker, record->event, &at, &why) == 0)
		return NEXT_EVENT;
	snprintf(record->why, sizeof record->why, "byte %zu: %s", at + 1, why);
	record->kind = "no valid JSON event";
	return NEXT_REJECTED;
}

enum next event_out_prepare(struct event_out *m, struct record *record, const char *name, struct event *out,
	struct err *e)
{
	struct span event = record->event;
	const struct options *o = m->options;
	enum next r = check(m, record);
	if (r != NEXT_EVENT)
		return r;
	/* The fast path: the event begins {"ts":"2024-05-01T10:39:58.487Z" and nothing is to be added or replaced. */
	if (!o->time && o->time_plain && !record->has_time && o->added.count == 0 &&
		event_time_in_front(&m->minute_cache, event, &out->ms) > 0) {
		out->text = (struct span){ event.p, event.n + record->newline };
		out->in_place = record->newline;
		out->bare = !record->newline;
		return NEXT_EVENT;
	}
	/* Where the members are that may have to be replaced. A decoder that made the event knows if it has a ts. */
	int bad;
	if (record->no_ts && o->added.count == 0)
		m->old[EVENT_OUT_TS] = m->old[EVENT_OUT_TS_SOURCE] = SPAN_NONE;
	else if (json_paths_run(m->pick, event, m->old, &bad) < 0)
		return (enum next)err_set(e, EX_SOFTWARE, "%s:%" PRIu64 ": a valid event that cannot be read", name,
			record->number);
	struct event_time t;
	r = event_time_find(m, record, &t, e);
	if (r != NEXT_EVENT)
		return r;
	if (event_rewrite(m, record, name, &t) < 0)
		return (enum next)err_oom(e, "an event");
	*out = (struct event){ stamp_ms(t.stamp), buf_span(&m->line), false, false };
	return NEXT_EVENT;
}

/* The run is forgotten first, also when the writer fails: its buffer may be gone at the next call. */
int event_out_settle(struct event_out *m, struct err *e)
{
	struct span run = m->run;
	m->run = SPAN_NONE;
	return run.n > 0 ? writer_add(m->out, run.p, run.n, e) : 0;
}

/* Writes TEXT and a newline. The writer must get a line in one piece, so that a full pipe never ends in half a line. */
static int write_bare(struct event_out *m, struct span text, struct err *e)
{
	if (text.n >= WRITER_ROOM) {
		buf_reset(&m->line);
		if (buf_add_span(&m->line, text) < 0 || buf_addc(&m->line, '\n') < 0)
			return err_oom(e, "an event");
		return writer_add(m->out, m->line.p, m->line.n, e);
	}
	char *p = writer_room(m->out, text.n + 1, e);
	if (!p)
		return -1;
	memcpy(p, text.p, text.n);
	p[text.n] = '\n';
	writer_used(m->out, text.n + 1);
	return 0;
}

int event_out_write(struct event_out *m, const struct event *event, struct err *e)
{
	m->events++;
	/* Directly after the noted run in the buffer: the run gets longer, and nothing is copied. */
	if (event->in_place && m->run.p && m->run.p + m->run.n == event->text.p) {
		m->run.n += event->text.n;
		return 0;
	}
	if (event_out_settle(m, e) < 0)
		return -1;
	/* Another place than the run's: the run was written above, and a new one begins with this event if it is in
	 * place. */
	if (event->bare)
		return write_bare(m, event->text, e);
	if (!event->in_place)
		return writer_add(m->out, event->text.p, event->text.n, e);
	m->run = event->text;
	return 0;
}
