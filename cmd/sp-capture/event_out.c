/* event_out.c -- makes an event of each record and writes it.
 *
 * Most events already begin with their time in the form that the stream uses. Such an event is not copied. The text of
 * all such events that follow each other directly in the read buffer is one span, PENDING, which is given to the writer
 * in one piece before the buffer changes. Every other event is written anew into a buffer (event_rewrite.c). Invariant:
 * each line that reaches the writer is one valid event with its time first. */
#include "sp-capture/event_out.h"
#include "sp-capture/event_rewrite.h"
#include "sp-capture/event_time.h"
#include "window/event_time.h"
#include <inttypes.h>
#include <stdlib.h>

/* Prepares the members member_paths and old_values of OUTPUT, so that one pass over an event finds ts, ts_source and
 * the added names. Returns 0, or -1 with E set. */
static int init_search(struct event_out *output, struct err *e)
{
	const struct options *o = output->options;
	output->member_paths = json_paths_new(e);
	output->old_values = calloc(EVENT_OUT_ADDED + o->added.count, sizeof *output->old_values);
	if (!output->member_paths || !output->old_values)
		return err_oom(e, "the fields that are added");
	for (size_t i = 0; i < EVENT_OUT_ADDED + o->added.count; i++) {
		struct span name = i == EVENT_OUT_TS ? SPAN("ts") :
			i == EVENT_OUT_TS_SOURCE     ? SPAN("ts_source") :
						       o->added.names[i - EVENT_OUT_ADDED];
		if (json_paths_add(output->member_paths, &(struct json_step){ .name = name }, 1, e) < 0)
			return err_context(e, "--add");
	}
	return 0;
}

/* An expression is compiled only for --time EXPR. For --time now, event_time_find() reads the clock. */
int event_out_init(struct event_out *output, const struct options *o, struct writer *writer, struct err *e)
{
	*output = (struct event_out){ .options = o, .writer = writer };
	buf_init(&output->line, SIZE_MAX / 4);
	buf_init(&output->value, 64 << 10);
	if (json_checker_init(&output->checker, e) < 0 || init_search(output, e) < 0)
		return -1;
	if (!o->time || o->time_now)
		return 0;
	output->exprs = exprs_new(e);
	if (!output->exprs)
		return -1;
	return exprs_add(output->exprs, o->time, e) < 0 ? err_context(e, "--time") : 0;
}

void event_out_release(struct event_out *output)
{
	exprs_free(output->exprs);
	json_checker_release(&output->checker);
	json_paths_free(output->member_paths);
	free(output->old_values);
	buf_release(&output->line);
	buf_release(&output->value);
}

/* Checks that the event of RECORD is valid JSON, unless RECORD->checked says that it is. Returns NEXT_EVENT, or
 * NEXT_REJECTED with the kind and the reason set. */
static enum next check(struct event_out *output, struct record *record)
{
	size_t at;
	const char *why;
	if (record->checked || json_check(&output->checker, record->event, &at, &why) == 0)
		return NEXT_EVENT;
	snprintf(record->why, sizeof record->why, "byte %zu: %s", at + 1, why);
	record->kind = "no valid JSON event";
	return NEXT_REJECTED;
}

enum next event_out_prepare(struct event_out *output, struct record *record, const char *name, struct event *out,
	struct err *e)
{
	struct span event = record->event;
	const struct options *o = output->options;
	enum next r = check(output, record);
	if (r != NEXT_EVENT)
		return r;
	/* The fast path: the event begins with {"ts":"2024-05-01T10:39:58.487Z" or the like, and nothing has to be
	 * added or replaced. */
	if (!o->time && o->time_plain && !record->has_time && o->added.count == 0 &&
		event_time_in_front(&output->minute_cache, event, &out->ms) > 0) {
		out->text = (struct span){ event.p, event.n + record->newline };
		out->in_place = record->newline;
		out->needs_newline = !record->newline;
		return NEXT_EVENT;
	}
	/* Finds the members that may have to be replaced. If record->no_ts is set and no field is added, there are
	 * none. */
	int bad;
	if (record->no_ts && o->added.count == 0)
		output->old_values[EVENT_OUT_TS] = output->old_values[EVENT_OUT_TS_SOURCE] = SPAN_NONE;
	else if (json_paths_run(output->member_paths, event, output->old_values, &bad) < 0)
		return (enum next)err_set(e, EX_SOFTWARE, "%s:%" PRIu64 ": a valid event that cannot be read", name,
			record->number);
	struct event_time t;
	r = event_time_find(output, record, &t, e);
	if (r != NEXT_EVENT)
		return r;
	if (event_rewrite(output, record, name, &t) < 0)
		return (enum next)err_oom(e, "an event");
	*out = (struct event){ stamp_ms(t.stamp), buf_span(&output->line), false, false };
	return NEXT_EVENT;
}

/* PENDING is cleared even if the writer fails, because it points into the read buffer, which may be freed before the
 * next call. */
int event_out_settle(struct event_out *output, struct err *e)
{
	struct span pending = output->pending;
	output->pending = SPAN_NONE;
	return pending.n > 0 ? writer_add(output->writer, pending.p, pending.n, e) : 0;
}

/* Writes TEXT and a newline. The writer gets both in one piece, so that it does not flush the text without its
 * newline. Returns 0, or -1 with E set. */
static int write_bare(struct event_out *output, struct span text, struct err *e)
{
	if (text.n >= WRITER_ROOM) {
		buf_reset(&output->line);
		if (buf_add_span(&output->line, text) < 0 || buf_addc(&output->line, '\n') < 0)
			return err_oom(e, "an event");
		return writer_add(output->writer, output->line.p, output->line.n, e);
	}
	char *p = writer_room(output->writer, text.n + 1, e);
	if (!p)
		return -1;
	memcpy(p, text.p, text.n);
	p[text.n] = '\n';
	writer_used(output->writer, text.n + 1);
	return 0;
}

int event_out_write(struct event_out *output, const struct event *event, struct err *e)
{
	output->events++;
	/* An event that begins where PENDING ends makes PENDING longer. Nothing is copied. */
	if (event->in_place && output->pending.p && output->pending.p + output->pending.n == event->text.p) {
		output->pending.n += event->text.n;
		return 0;
	}
	if (event_out_settle(output, e) < 0)
		return -1;
	/* PENDING is empty now. An event that is in place begins a new PENDING. Any other event is written at once. */
	if (event->needs_newline)
		return write_bare(output, event->text, e);
	if (!event->in_place)
		return writer_add(output->writer, event->text.p, event->text.n, e);
	output->pending = event->text;
	return 0;
}
