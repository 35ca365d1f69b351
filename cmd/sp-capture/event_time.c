/* event_time.c -- finds the time of an event.
 *
 * An event without a time cannot be assigned to a window, so it is rejected. The usual causes are a time that has
 * another name than ts, or a format that was detected wrongly. For both causes, the message names the option
 * that helps. */
#include "sp-capture/event_time.h"
#include "json/json_time.h"
#include <inttypes.h>
#include <time.h>

/* Returns the value of the top-level member of EVENT that is named WANTED, or SPAN_NONE if there is none. */
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

/* Writes to TO, which has SIZE bytes, a hint that the format may have been detected wrongly, and returns TO. Returns ""
 * if --format was given. Returns "" for JSON as well, because no other format is mistaken for JSON. */
static const char *detection_hint(const struct record *r, char *to, size_t size)
{
	if (!r->detected_format || (r->detected_format->flags & FORMAT_JSON))
		return "";
	snprintf(to, size, " (by its first lines this is format %s; else say --format)", r->detected_format->name);
	return to;
}

/* Returns true if VALUE, the text of a JSON value, is a string that begins like a time of day, such as "10:39:58". */
static bool is_time_of_day(struct span value)
{
	return value.n >= 7 && value.p[0] == '"' && value.p[1] >= '0' && value.p[1] <= '2' && value.p[2] >= '0' &&
		value.p[2] <= '9' && value.p[3] == ':';
}

/* Rejects the event of R, which has no ts. Its date is in the field DATE and its time of day in the field CLOCK, so the
 * message proposes both fields for --time. Always returns NEXT_REJECTED. */
static enum next reject_two_fields(struct record *r, const char *date, const char *clock)
{
	return (enum next)record_reject(r, "no time",
		"no time: there is no field ts; did you mean --time '.%s + \" \" + .%s'?", date, clock);
}

/* Rejects the event of R, which has no ts. If it has a field with a name that is usual for a time, the message proposes
 * that field for --time. Always returns NEXT_REJECTED. */
static enum next reject_without_time(struct record *r)
{
	char hint[96];
	static const char *const candidates[] = { "time", "timestamp", "@timestamp", "datetime", "date", "event_time",
		"eventTime", "event_timestamp", "created_at", "createdAt", "Time", "Timestamp", "DateTime", "Date", "t",
		"at", "when", "_time", "__time", "time_hour", "__REALTIME_TIMESTAMP" };
	if (is_time_of_day(member(r->event, SPAN("time"))) && member(r->event, SPAN("date")).p)
		return reject_two_fields(r, "date", "time");
	if (is_time_of_day(member(r->event, SPAN("Time"))) && member(r->event, SPAN("Date")).p)
		return reject_two_fields(r, "Date", "Time");
	for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++) {
		const char *name = candidates[i];
		struct span value = member(r->event, span_of(name));
		/* A time of day without a date is not proposed. */
		if (!value.p || is_time_of_day(value))
			continue;
		bool is_identifier = name[0] != '@';
		return (enum next)record_reject(r, "no time",
			"no time: there is no field ts; did you mean --time '%s%s%s'?", is_identifier ? "." : ".[\"",
			name, is_identifier ? "" : "\"]");
	}
	return (enum next)record_reject(r, "no time",
		"no time: there is no field ts; say where it is with --time EXPR, or --time now%s",
		detection_hint(r, hint, sizeof hint));
}

/* Returns the current time, cut to milliseconds. */
static struct stamp now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (struct stamp){ t.tv_sec, (int32_t)(t.tv_nsec / 1000000 * 1000000), 3 };
}

/* Sets *OUT to the time that VALUE holds. Returns NEXT_EVENT, or NEXT_REJECTED if VALUE is not a time. The message
 * then begins with WHERE, the origin of VALUE: "ts", or the expression of --time. */
static enum next read_time(struct event_out *output, struct record *r, const char *where, struct span value,
	struct stamp *out)
{
	struct err fault = ERR_INIT;
	/* All sources share the time format. But a time without a year gets its year from the earlier times of the same
	 * source, so the format must know them. */
	time_format_use_years(output->options->time_format, r->years);
	if (json_time_parse(output->options->time_format, value, out, &fault) == 0)
		return NEXT_EVENT;
	return (enum next)record_reject(r, "no time that can be read", "%s: %s", where, fault.msg);
}

/* Sets *OUT to the time that the expression of --time gives for the event of R. Returns
 * - NEXT_EVENT: *OUT is set;
 * - NEXT_REJECTED: the expression fails for this event, or gives null or something that is not a time;
 * - NEXT_ERROR with E set: memory is exhausted. */
static enum next time_by_expression(struct event_out *output, struct record *r, struct event_time *out, struct err *e)
{
	struct value v;
	struct err fault = ERR_INIT;
	const char *expr = output->options->time;
	char hint[96];
	if (exprs_event(output->exprs, r->event, &fault) < 0 || exprs_eval(output->exprs, 0, &v, &fault) < 0)
		return fault.status == EX_OSERR ?
			(*e = fault, NEXT_ERROR) :
			(enum next)record_reject(r, "--time failed", "--time '%s': %s", expr, fault.msg);
	if (v.type == JSON_NULL)
		return (enum next)record_reject(r, "no time", "no time: --time '%s' gives null%s", expr,
			detection_hint(r, hint, sizeof hint));
	/* An expression such as ".ts // .time" may give the value of the member ts itself. Then the result and that
	 * member begin at the same byte. */
	out->time_from_ts = out->old_ts.p && v.text.p == out->old_ts.p;
	if (v.text.p)
		return read_time(output, r, expr, v.text, &out->stamp);
	buf_reset(&output->value);
	if (value_write(&v, &output->value) < 0)
		return (enum next)record_reject(r, "no time that can be read", "--time '%s' gives no time", expr);
	return read_time(output, r, expr, buf_span(&output->value), &out->stamp);
}

/* Finds the time of the event of R for event_time_find(). The time may still be outside the years 0000 to 9999. Returns
 * NEXT_EVENT with *OUT set, NEXT_REJECTED, or NEXT_ERROR with E set. */
static enum next find_time(struct event_out *output, struct record *r, struct event_time *out, struct err *e)
{
	*out = (struct event_time){ .old_ts = output->old_values[EVENT_OUT_TS] };
	if (output->exprs)
		return time_by_expression(output, r, out, e);
	if (output->options->time_now) {
		out->stamp = now();
		return NEXT_EVENT;
	}
	if (r->has_time) {
		out->stamp = r->time;
		out->time_from_ts = r->time_is_ts;
		return NEXT_EVENT;
	}
	if (!out->old_ts.p)
		return reject_without_time(r);
	out->time_from_ts = true;
	return read_time(output, r, "ts", out->old_ts, &out->stamp);
}

/* A time outside the years 0000 to 9999 of UTC is rejected. RFC 3339 cannot express it, so later programs would refuse
 * the event. Such times exist: a Kafka message may have any timestamp, and a local time at the end of 9999 may be in
 * the year 10000 of UTC. */
enum next event_time_find(struct event_out *output, struct record *r, struct event_time *out, struct err *e)
{
	enum next n = find_time(output, r, out, e);
	if (n != NEXT_EVENT || (out->stamp.sec >= TIME_MS_MIN / 1000 && out->stamp.sec <= TIME_MS_MAX / 1000))
		return n;
	return (enum next)record_reject(r, "time out of range",
		"the time is %" PRId64 " seconds since 1970, outside the years 0000 to 9999", out->stamp.sec);
}
