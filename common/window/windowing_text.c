/* windowing_text.c -- the windowing line, and bounds in front of events. */
#include "stream/control.h"
#include "text/utf8.h"
#include "window/windowing_internal.h"
#include "json/json.h"
#include <inttypes.h>

static const char *const kinds[] = { "tumbling", "hopping", "cumulate", "session" };
static const char *const units[] = { "", "day", "week", "month" };

/* ---- the control line ---- */

static int write_length(struct buf *out, const char *name, struct window_length l)
{
	if (l.unit != LENGTH_MS)
		return buf_addf(out, "\"%s\":\"%s\",", name, units[l.unit]);
	return buf_addf(out, "\"%s\":\"%" PRId64 "\",", name, l.ms);
}

static int write_text(struct buf *out, const char *name, const char *text)
{
	return buf_addf(out, "\"%s\":", name) < 0 ? -1 : json_quote(span_of(text), out);
}

int windowing_write(const struct windowing *w, struct buf *out)
{
	if (buf_addf(out, "{\"$sp\":\"windowing\",\"v\":1,\"kind\":\"%s\",", kinds[w->kind]) < 0 ||
		write_length(out, "size", w->size) < 0 || write_length(out, "advance", w->advance) < 0 ||
		buf_addf(out, "\"gap\":\"%" PRId64 "\",\"offset\":\"%" PRId64 "\",", w->gap, w->offset) < 0 ||
		write_text(out, "tz", w->tz) < 0 ||
		buf_addf(out, ",\"delay\":\"%" PRId64 "\",\"lateness\":\"%" PRId64 "\",", w->delay, w->lateness) < 0 ||
		write_text(out, "time", w->time) < 0 || buf_addc(out, ',') < 0 ||
		write_text(out, "time_format", w->time_format) < 0)
		return -1;
	return buf_adds(out, "}\n");
}

/* The value of NAME as text in OUT of SIZE bytes. */
static int read_text(struct span line, const char *name, char *out, size_t size, struct err *e)
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

static int read_ms(struct span line, const char *name, int64_t low, int64_t *out, struct err *e)
{
	/* As long as anything that can be typed: sums of two stay far from overflow. */
	const int64_t most = INT64_C(366000) * DAY_MS;
	if (control_i64(line, name, out) < 0 || *out < low || *out > most || *out < -most)
		return err_set(e, EX_DATAERR, "windowing line: \"%s\" is missing or wrong", name);
	return 0;
}

static int read_length(struct span line, const char *name, struct window_length *out, struct err *e)
{
	char text[32];
	*out = (struct window_length){ 0, LENGTH_MS };
	if (read_text(line, name, text, sizeof text, e) < 0)
		return -1;
	if (text[0] && (text[0] < '0' || text[0] > '9'))
		return window_length_parse(text, out, e) < 0 ? err_context(e, "windowing line") : 0;
	return read_ms(line, name, 0, &out->ms, e);
}

static int read_kind(struct span line, enum window_kind *out, struct err *e)
{
	char text[32];
	if (read_text(line, "kind", text, sizeof text, e) < 0)
		return -1;
	for (int i = 0; i < 4; i++) {
		if (strcmp(text, kinds[i]) == 0) {
			*out = (enum window_kind)i;
			return 0;
		}
	}
	return err_set(e, EX_DATAERR, "windowing line: unknown kind '%s'; it is from a newer version", text);
}

static int read_version(struct span line, struct err *e)
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

int windowing_read(struct windowing *w, struct span line, struct err *e)
{
	*w = (struct windowing){ 0 };
	if (read_version(line, e) < 0 || read_kind(line, &w->kind, e) < 0 ||
		read_length(line, "size", &w->size, e) < 0 || read_length(line, "advance", &w->advance, e) < 0 ||
		read_ms(line, "gap", 0, &w->gap, e) < 0 || read_ms(line, "offset", INT64_MIN, &w->offset, e) < 0 ||
		read_ms(line, "delay", 0, &w->delay, e) < 0 || read_ms(line, "lateness", 0, &w->lateness, e) < 0 ||
		read_text(line, "tz", w->tz, sizeof w->tz, e) < 0 ||
		read_text(line, "time", w->time, sizeof w->time, e) < 0 ||
		read_text(line, "time_format", w->time_format, sizeof w->time_format, e) < 0)
		return -1;
	if (windowing_init(w, e) == 0)
		return 0;
	e->status = EX_DATAERR;
	return err_context(e, "windowing line");
}

/* ---- bounds in front of an event ---- */

static const struct {
	struct span start, end; /* as they are written, up to the first digit */
	const char *start_name, *end_name;
} fronts[] = {
	[BOUNDS_WINDOW] = { { "{\"window_start\":\"", 17 }, { "\",\"window_end\":\"", 16 }, "window_start",
		"window_end" },
	[BOUNDS_SLICE] = { { "{\"slice_start\":\"", 16 }, { "\",\"slice_end\":\"", 15 }, "slice_start", "slice_end" },
	[BOUNDS_SESSION] = { { "{\"session_start\":\"", 18 }, { "\",\"session_end\":\"", 17 }, "session_start",
		"session_end" },
};

size_t windowing_write_bounds(enum bounds_kind kind, struct bounds b, char out[BOUNDS_TEXT_MAX])
{
	char *p = out;
	memcpy(p, fronts[kind].start.p, fronts[kind].start.n);
	p += fronts[kind].start.n;
	p += time_write_ms(b.start, p);
	memcpy(p, fronts[kind].end.p, fronts[kind].end.n);
	p += fronts[kind].end.n;
	p += time_write_ms(b.end, p);
	memcpy(p, "\",", 2);
	return (size_t)(p + 2 - out);
}

/* OLD's time, which stands at P with milliseconds, becomes that of MS; false: not of the same day, or without. */
static bool move_time(char *p, int64_t old, int64_t ms)
{
	int64_t day = floor_div(ms, DAY_MS);
	unsigned v = (unsigned)(ms - day * DAY_MS), fraction = v % 1000, sec = v / 1000, min = sec / 60;
	if (fraction == 0 || old % 1000 == 0 || floor_div(old, DAY_MS) != day)
		return false;
	const unsigned part[] = { min / 60, min % 60, sec % 60 };
	p += sizeof "2024-05-01T" - 1;
	for (int i = 0; i < 3; i++, p += 3) {
		p[0] = (char)('0' + part[i] / 10);
		p[1] = (char)('0' + part[i] % 10);
	}
	p[0] = (char)('0' + fraction / 100);
	p[1] = (char)('0' + fraction / 10 % 10);
	p[2] = (char)('0' + fraction % 10);
	return true;
}

enum { TIME = sizeof "2024-05-01T10:39:58.487Z" - 1, TIME_SHORT = sizeof "2024-05-01T10:39:58Z" - 1 };

size_t windowing_move_bounds(enum bounds_kind kind, struct bounds old, struct bounds b, char text[BOUNDS_TEXT_MAX],
	size_t n)
{
	size_t start = fronts[kind].start.n, end = start + TIME + fronts[kind].end.n;
	if (n != end + TIME + 2 || old.start % 1000 == 0 || !move_time(text + end, old.end, b.end) ||
		!move_time(text + start, old.start, b.start))
		return windowing_write_bounds(kind, b, text);
	return n;
}

/* A time as it is written from year 0 to 9999; S moves behind it. S has room for the longest. */
static bool quick_time(struct span *s, int64_t *ms)
{
	size_t n = s->p[TIME_SHORT - 1] == 'Z' ? TIME_SHORT : TIME;
	if (time_read_fast((struct span){ s->p, n }, ms) < 0)
		return false;
	*s = (struct span){ s->p + n, s->n - n };
	return true;
}

/* What is written stands at P; it has at least 15 bytes and at most 18. */
static inline bool stands(const char *p, struct span written)
{
	return span_bytes_eq(p, written.p, 15) && span_bytes_eq(p + written.n - 4, written.p + written.n - 4, 4);
}

/* Bounds just as windowing_write_bounds() writes nearly all. */
static bool read_quick(struct span line, enum bounds_kind kind, struct bounds *b, size_t *prefix)
{
	const struct span start = fronts[kind].start, end = fronts[kind].end;
	struct span s = { line.p + start.n, line.n - start.n };
	if (line.n < start.n + end.n + 2 * (TIME + 2) || !stands(line.p, start))
		return false;
	if (!quick_time(&s, &b->start) || !stands(s.p, end))
		return false;
	s = (struct span){ s.p + end.n, s.n - end.n };
	/* what stands behind may be white space */
	if (!quick_time(&s, &b->end) || s.p[0] != '"' || s.p[1] != ',' || s.p[2] <= ' ')
		return false;
	*prefix = (size_t)(s.p + 2 - line.p);
	return true;
}

/* A cursor that skips white space and expects things. */
static bool token(struct span *s, char c)
{
	const char *end = s->p + s->n, *p = json_space(s->p, end);
	if (p >= end || *p != c)
		return false;
	*s = (struct span){ p + 1, (size_t)(end - p - 1) };
	return true;
}

/* A string without escapes. */
static bool string(struct span *s, struct span *out)
{
	if (!token(s, '"'))
		return false;
	const char *quote = memchr(s->p, '"', s->n);
	if (!quote)
		return false;
	*out = (struct span){ s->p, (size_t)(quote - s->p) };
	*s = (struct span){ quote + 1, s->n - out->n - 1 };
	return true;
}

static bool bound(struct span *s, const char *name, int64_t *ms)
{
	struct span text;
	return string(s, &text) && span_eq(text, span_of(name)) && token(s, ':') && string(s, &text) &&
		time_read_ms(text, ms) == 0;
}

enum bounds_kind windowing_read_bounds(struct span line, struct bounds *b, size_t *prefix)
{
	struct span s = line, name;
	for (enum bounds_kind kind = BOUNDS_WINDOW; kind <= BOUNDS_SESSION; kind++)
		if (read_quick(line, kind, b, prefix))
			return kind;
	if (!token(&s, '{'))
		return BOUNDS_NONE;
	const struct span begin = s;
	if (!string(&s, &name))
		return BOUNDS_NONE;
	for (enum bounds_kind kind = BOUNDS_WINDOW; kind <= BOUNDS_SESSION; kind++) {
		if (!span_eq(name, span_of(fronts[kind].start_name)))
			continue;
		s = begin;
		if (!bound(&s, fronts[kind].start_name, &b->start) || !token(&s, ',') ||
			!bound(&s, fronts[kind].end_name, &b->end))
			return BOUNDS_NONE;
		(void)token(&s, ',');
		*prefix = (size_t)(json_space(s.p, s.p + s.n) - line.p);
		return *prefix < line.n ? kind : BOUNDS_NONE;
	}
	return BOUNDS_NONE;
}
