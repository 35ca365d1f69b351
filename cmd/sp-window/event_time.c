/* event_time.c -- finding and reading the time of an event.
 *
 * Nearly every event comes from sp-capture and begins with {"ts":"...". Its time is read from there, and the rest is
 * not parsed. Any other event is searched for the path of --time. A row that sp-agg wrote has the bounds of its window
 * at its front and no ts. Its time is the last millisecond of its window, so that results of small windows can be added
 * up in larger ones. */
#include "sp-window/event_time.h"
#include "base/diag.h"
#include "json/json_time.h"
#include "json/path_text.h"
#include "json/scan.h"
#include "window/bounds.h"
#include "window/event_time.h"
#include "window/revisions.h"
#include <ctype.h>

/* The characters of a plain path such as user.time, whose first dot the user forgot. */
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."

/* Parses PATH into t->paths. Returns 0, or -1 with E set if PATH is not a plain path or memory is exhausted. */
static int event_time_add_path(struct event_time *t, const char *path, struct err *e)
{
	struct json_path_text p;
	const char *end = path;
	int r = -1;
	if (json_path_text_init(&p, e) < 0)
		return -1;
	bool bad = json_path_text_parse(&p, &end) < 0 || *end;
	if (bad && isalpha((unsigned char)path[0]) && strspn(path, NAME_BYTES) == strlen(path))
		err_set(e, EX_USAGE, "--time %s: write .%s", path, path);
	else if (bad)
		err_set(e, EX_USAGE,
			"--time %s: only a plain path such as .ts, .a.b, .a[0] or .[\"x y\"] works here; "
			"sp-capture --time takes any expression",
			path);
	else if ((t->paths = json_paths_new(e)) != NULL)
		r = json_paths_add(t->paths, p.steps, p.count, e) < 0 ? -1 : 0;
	/* The time that sp-capture writes at the front of the line is used only if the path is exactly .ts. */
	t->is_ts = r == 0 && p.count == 1 && p.steps[0].name.p && span_eq(p.steps[0].name, SPAN("ts"));
	json_path_text_release(&p);
	return r;
}

/* t->is_rfc3339 is set for "auto" as well, because "auto" tries RFC 3339 first. */
int event_time_init(struct event_time *t, const char *path, const char *format, const struct zone *zone, struct err *e)
{
	*t = (struct event_time){ .path = path };
	seen_init(&t->seen);
	seen_add(&t->seen, 0);
	t->is_rfc3339 = strcmp(format, "auto") == 0 || strcmp(format, "rfc3339") == 0;
	if (event_time_add_path(t, path, e) == 0 && time_format_new(format, zone, &t->format, e) == 0)
		return 0;
	event_time_release(t);
	return -1;
}

void event_time_release(struct event_time *t)
{
	json_paths_free(t->paths);
	time_format_free(t->format);
	seen_release(&t->seen);
	*t = (struct event_time){ .path = NULL };
}

void event_time_report(const struct event_time *t)
{
	struct buf hint;
	/* Without --time, the path is .ts. The message about the first rejected line then says enough. */
	if (t->is_ts || !seen_never(&t->seen, 0))
		return;
	buf_init(&hint, 8192);
	seen_hint(&t->seen, t->path, &hint);
	const char *text = buf_string(&hint);
	diag("--time %s: no event had it (%s)", t->path, text ? text : "");
	buf_release(&hint);
}

/* ---- reading ---- */

/* Reads the JSON value VALUE as a time into *TS. Returns 0, or -1 with E set if VALUE is not a time. */
static int event_time_value(struct event_time *t, struct span value, int64_t *ts, struct err *e)
{
	struct stamp stamp;
	/* Try RFC 3339 in quotes first, because nearly all times have this form. */
	if (t->is_rfc3339 && value.n > 2 && value.p[0] == '"' &&
		time_read_cached(&t->minute_cache, (struct span){ value.p + 1, value.n - 2 }, ts) == 0)
		return 0;
	if (json_time_parse(t->format, value, &stamp, e) < 0)
		return -1;
	*ts = stamp_ms(stamp);
	return 0;
}

/* Sets *KIND and E to REASON, a static string. Returns 1, which rejects the line. */
static int event_time_reject(const char **kind, struct err *e, const char *reason)
{
	*kind = reason;
	err_set(e, EX_DATAERR, "%s", reason);
	return 1;
}

/* Sets ev->ts to the time at the path of --time, or to the last millisecond of the bounds. Returns 0; 1 with *KIND and
 * E set if the line must be rejected; or -1 with E set if the whole input must be refused. */
static int event_time_find(struct event_time *t, struct event *ev, const char **kind, struct err *e)
{
	struct span value, line = ev->line;
	struct bounds bounds;
	int bad;
	enum bounds_kind bounds_kind = bounds_read(line, &bounds, &ev->body);
	if (bounds_kind != BOUNDS_NONE && revisions_begin((struct span){ line.p + ev->body, line.n - ev->body }))
		return revisions_refuse(e);
	int r = json_paths_run(t->paths, line, &value, &bad);
	if (r == -1)
		return event_time_reject(kind, e, "not a JSON object that can be read");
	seen_event(&t->seen, line, &value);
	/* A row of sp-agg has no time of its own. Take the last millisecond of its window. */
	if (r == 0 && !value.p && t->is_ts && bounds_kind == BOUNDS_WINDOW) {
		ev->ts = bounds.end - 1;
		ev->from_bounds = true;
		return 0;
	}
	if (r < 0 || !value.p || json_type(value) == JSON_NULL) {
		*kind = "no time";
		err_set(e, EX_DATAERR, "no time at %s: say where it is with --time", t->path);
		return 1;
	}
	if (event_time_value(t, value, &ev->ts, e) == 0)
		return 0;
	*kind = "no time that can be read";
	err_context(e, "%s", t->path);
	return 1;
}

/* A line with its time at the front is not parsed: if it also ends with a brace, it counts as an object. Later programs
 * check the parts that they use. */
int event_time_read(struct event_time *t, struct span line, struct event *ev, const char **kind, struct err *e)
{
	*ev = (struct event){ .raw = line, .line = line, .body = 1 };
	if (t->is_ts && t->is_rfc3339) {
		size_t n = event_time_in_front(&t->minute_cache, line, &ev->ts);
		if (n > 0 && (line.p[n] == ',' || line.p[n] == '}') && line.p[line.n - 1] == '}')
			return 0;
	}
	/* For any other line, find its braces: the code below and the writing of the event rely on them. */
	const char *end = line.p + line.n, *start = json_space(line.p, end);
	while (end > start && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	ev->line = (struct span){ start, (size_t)(end - start) };
	if (end - start < 2 || *start != '{' || end[-1] != '}')
		return event_time_reject(kind, e, "not a JSON object");
	/* Without bounds, the body begins after the opening brace and white space. */
	ev->body = (size_t)(json_space(start + 1, end) - start);
	return event_time_find(t, ev, kind, e);
}
