/* windowing_line.c -- the control line that describes the windows of a stream.
 *
 * The line comes from another process, perhaps of another version. So the range of each field is checked before use,
 * and windowing_init() checks all of them together. No line leads to windows that the command line would refuse. */
#include "stream/windowing_line.h"
#include "json/json.h"
#include "stream/control.h"
#include "text/utf8.h"
#include <inttypes.h>

/* The names of the kinds of windows, in the order of enum window_kind. */
static const char *const kinds[] = { "tumbling", "hopping", "cumulate", "session" };

/* Appends the field NAME with the length L to OUT: a number of calendar units such as months, or of milliseconds.
 * Returns 0, or -1 if memory is exhausted. */
static int windowing_line_add_length(struct buf *out, const char *name, struct window_length l)
{
	char text[WINDOW_LENGTH_TEXT_MAX];
	if (l.unit != LENGTH_MS)
		return buf_addf(out, "\"%s\":\"%s\",", name, window_length_text(l, text));
	return buf_addf(out, "\"%s\":\"%" PRId64 "\",", name, l.ms);
}

/* Appends the field NAME with TEXT as a JSON string, without a comma after it. Returns 0, or -1 if memory is
 * exhausted. */
static int windowing_line_add_text(struct buf *out, const char *name, const char *text)
{
	return buf_addf(out, "\"%s\":", name) < 0 ? -1 : json_quote(span_of(text), out);
}

/* Writes all fields in a fixed order, even those that the kind does not use. So two lines are equal as text if and only
 * if all their fields are equal. Returns 0, or -1 if memory is exhausted. */
int windowing_line_write(const struct windowing *w, struct buf *out)
{
	if (buf_addf(out, "{\"$sp\":\"windowing\",\"v\":1,\"kind\":\"%s\",", kinds[w->kind]) < 0 ||
		windowing_line_add_length(out, "size", w->size) < 0 ||
		windowing_line_add_length(out, "advance", w->advance) < 0 ||
		buf_addf(out, "\"gap\":\"%" PRId64 "\",\"offset\":\"%" PRId64 "\",", w->gap, w->offset) < 0 ||
		windowing_line_add_text(out, "tz", w->tz) < 0 ||
		buf_addf(out, ",\"delay\":\"%" PRId64 "\",\"lateness\":\"%" PRId64 "\",", w->delay, w->lateness) < 0 ||
		windowing_line_add_text(out, "time", w->time) < 0 || buf_addc(out, ',') < 0 ||
		windowing_line_add_text(out, "time_format", w->time_format) < 0)
		return -1;
	return buf_adds(out, "}\n");
}

/* Copies the string NAME of LINE into OUT, of SIZE bytes, with a final zero byte. Returns 0. Returns -1 with E set if
 * there is no such string, or if it is too long, contains a zero byte or is not UTF-8. */
static int windowing_line_text(struct span line, const char *name, char *out, size_t size, struct err *e)
{
	struct buf b;
	buf_init(&b, size - 1);
	int r = control_string(line, name, &b);
	if (r == 0 && b.n)
		memcpy(out, b.p, b.n);
	out[r == 0 ? b.n : 0] = '\0';
	if (r == 0 && (strlen(out) != b.n || utf8_valid(span_of(out)) != b.n))
		r = -1;
	buf_release(&b);
	return r == 0 ? 0 : err_set(e, EX_DATAERR, "windowing line: \"%s\" is missing or wrong", name);
}

/* Reads the number NAME of LINE into *OUT. Returns 0, or -1 with E set if the number is missing, less than LOW or too
 * large. */
static int windowing_line_ms(struct span line, const char *name, int64_t low, int64_t *out, struct err *e)
{
	/* A thousand years. No duration that can be typed is longer, and adding two of them cannot overflow. */
	const int64_t most = INT64_C(366000) * 24 * 3600 * 1000;
	if (control_i64(line, name, out) < 0 || *out < low || *out > most || *out < -most)
		return err_set(e, EX_DATAERR, "windowing line: \"%s\" is missing or wrong", name);
	return 0;
}

/* Reads the length in the field NAME of LINE into *OUT: a number of calendar units such as months, or of milliseconds.
 * Returns 0, or -1 with E set. */
static int windowing_line_length(struct span line, const char *name, struct window_length *out, struct err *e)
{
	char text[32];
	*out = (struct window_length){ 0, LENGTH_MS, 0 };
	if (windowing_line_text(line, name, text, sizeof text, e) < 0)
		return -1;
	if (text[strspn(text, "0123456789")])
		return window_length_parse(text, out, e) == 0 && out->unit != LENGTH_MS ?
			0 :
			err_set(e, EX_DATAERR, "windowing line: \"%s\" is missing or wrong", name);
	return windowing_line_ms(line, name, 0, &out->ms, e);
}

/* Reads the kind of LINE into *OUT. An unknown kind probably comes from a newer sp-window, and the message says so.
 * Returns 0, or -1 with E set. */
static int windowing_line_kind(struct span line, enum window_kind *out, struct err *e)
{
	char text[32];
	if (windowing_line_text(line, "kind", text, sizeof text, e) < 0)
		return -1;
	for (int i = 0; i < 4; i++) {
		if (strcmp(text, kinds[i]) == 0) {
			*out = (enum window_kind)i;
			return 0;
		}
	}
	return err_set(e, EX_DATAERR, "windowing line: unknown kind '%s'; it is from a newer version", text);
}

/* Checks that the version "v" is 1. "v" is the only number of the line that is not written as a string. Returns 0, or
 * -1 with E set. */
static int windowing_line_version(struct span line, struct err *e)
{
	struct json_walk w;
	struct span name, value;
	if (json_walk_init(&w, line) == 0)
		while (json_walk(&w, &name, &value) > 0)
			if (json_string_is(name, SPAN("v")) && span_eq(value, SPAN("1")))
				return 0;
	return err_set(e, EX_DATAERR,
		"windowing line of another version than 1: use sp-window and sp-agg of one release");
}

/* Reads LINE into *W. windowing_init() sets EX_USAGE, because it usually checks a command line. Here the input is
 * wrong, so the exit status becomes EX_DATAERR. Returns 0, or -1 with E set. */
int windowing_line_read(struct windowing *w, struct span line, struct err *e)
{
	*w = (struct windowing){ 0 };
	if (windowing_line_version(line, e) < 0 || windowing_line_kind(line, &w->kind, e) < 0 ||
		windowing_line_length(line, "size", &w->size, e) < 0 ||
		windowing_line_length(line, "advance", &w->advance, e) < 0 ||
		windowing_line_ms(line, "gap", 0, &w->gap, e) < 0 ||
		windowing_line_ms(line, "offset", INT64_MIN, &w->offset, e) < 0 ||
		windowing_line_ms(line, "delay", 0, &w->delay, e) < 0 ||
		windowing_line_ms(line, "lateness", 0, &w->lateness, e) < 0 ||
		windowing_line_text(line, "tz", w->tz, sizeof w->tz, e) < 0 ||
		windowing_line_text(line, "time", w->time, sizeof w->time, e) < 0 ||
		windowing_line_text(line, "time_format", w->time_format, sizeof w->time_format, e) < 0)
		return -1;
	if (windowing_init(w, e) == 0)
		return 0;
	e->status = EX_DATAERR;
	return err_context(e, "windowing line");
}
