/* event_time.c -- which time an event has.
 *
 * An event without a time cannot be placed in a window, so it is rejected. Most of these rejects come from a time that
 * has another name, or from a format that was detected wrongly; the message then says which option to give. */
#include "sp-capture/event_time.h"
#include "json/json_time.h"
#include <time.h>

/* Returns the value of the event's top-level member WANTED; SPAN_NONE if there is none. */
static struct span member(struct span event, struct span wanted)
{
	struct json_walk w;
	struct span name, value;
	if (json_walk_init(&w, event) < 0)
		return SPAN_NONE;
	while (json_walk(&w, &name, &value) > 0)
		if (json_string_is(name, wanted))
			return value;
	return SPAN_NONE;
}

/* Returns a hint that the format may have been detected wrongly, written to TO; "" if it was given, or is JSON, which
 * is not mistaken for anything else. */
static const char *doubt(const struct record *r, char *to, size_t size)
{
	if (!r->detected_format || (r->detected_format->flags & FORMAT_JSON))
		return "";
	snprintf(to, size, " (by its first lines this is format %s; else say --format)", r->detected_format->name);
	return to;
}

/* Rejects an event that has no ts. If it has a field with a usual name for a time, the message proposes that one. */
static enum next no_time(struct record *r)
{
	char doubted[96];
	static const char *const candidates[] = { "time", "timestamp", "@timestamp", "datetime", "date", "event_time",
		"eventTime", "event_timestamp", "created_at", "createdAt", "Time", "Timestamp", "DateTime", "Date", "t",
		"at", "when", "_time", "__time", "time_hour" };
	for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++) {
		const char *name = candidates[i];
		if (!member(r->event, span_of(name)).p)
			continue;
		bool plain = name[0] != '@';
		return (enum next)record_reject(r, "no time",
			"no time: there is no field ts; did you mean --time '%s%s%s'?", plain ? "." : ".[\"", name,
			plain ? "" : "\"]");
	}
	return (enum next)record_reject(r, "no time",
		"no time: there is no field ts; say where it is with --time EXPR, or --time now%s",
		doubt(r, doubted, sizeof doubted));
}

/* The time of arrival, in milliseconds. */
static struct stamp now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (struct stamp){ t.tv_sec, (int32_t)(t.tv_nsec / 1000000 * 1000000), 3 };
}

/* Reads VALUE as a time. WHERE names it in the message if that fails. */
static enum next read_time(struct event_out *m, struct record *r, const char *where, struct span value,
	struct stamp *out)
{
	struct err fault = ERR_INIT;
	if (json_time_parse(m->options->time_format, value, out, &fault) == 0)
		return NEXT_EVENT;
	return (enum next)record_reject(r, "no time that can be read", "%s: %s", where, fault.msg);
}

/* The value of --time. That it fails or is null for one event rejects that event only; no memory ends the run. */
static enum next by_expression(struct event_out *m, struct record *r, struct event_time *out, struct err *e)
{
	struct value v;
	struct err fault = ERR_INIT;
	const char *expr = m->options->time;
	char doubted[96];
	if (exprs_event(m->exprs, r->event, &fault) < 0 || exprs_eval(m->exprs, 0, &v, &fault) < 0)
		return fault.status == EX_OSERR ?
			(*e = fault, NEXT_ERROR) :
			(enum next)record_reject(r, "--time failed", "--time '%s': %s", expr, fault.msg);
	if (v.type == JSON_NULL)
		return (enum next)record_reject(r, "no time", "no time: --time '%s' gives null%s", expr,
			doubt(r, doubted, sizeof doubted));
	/* --time .ts or the like: the value is the member itself, in the same place. */
	out->time_from_ts = out->old_ts.p && v.text.p == out->old_ts.p;
	if (v.text.p)
		return read_time(m, r, expr, v.text, &out->stamp);
	buf_reset(&m->value);
	if (value_write(&v, &m->value) < 0)
		return (enum next)record_reject(r, "no time that can be read", "--time '%s' gives no time", expr);
	return read_time(m, r, expr, buf_span(&m->value), &out->stamp);
}

enum next event_time_find(struct event_out *m, struct record *r, struct event_time *out, struct err *e)
{
	*out = (struct event_time){ .old_ts = m->old[EVENT_OUT_TS] };
	if (m->exprs)
		return by_expression(m, r, out, e);
	if (m->options->time_now) {
		out->stamp = now();
		return NEXT_EVENT;
	}
	if (r->has_time) {
		out->stamp = r->time;
		out->time_from_ts = r->time_is_ts;
		return NEXT_EVENT;
	}
	if (!out->old_ts.p)
		return no_time(r);
	out->time_from_ts = true;
	return read_time(m, r, "ts", out->old_ts, &out->stamp);
}
