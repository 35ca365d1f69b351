/* event_time.c -- an event's time: in front in the stream's own form, or anywhere a plain path leads. */
#include "json/json_time.h"
#include "sp-window/window.h"
#include "window/event_time.h"
#include "window/revisions.h"

int clock_init(struct clock *k, const char *path, const char *format, const struct zone *zone, struct err *e)
{
	struct path p;
	const char *end = path;
	int r = -1;
	*k = (struct clock){ .path = path };
	if (path_init(&p, e) < 0)
		return -1;
	if (path_parse(&p, &end) < 0 || *end) {
		err_set(e, EX_USAGE,
			"--time %s: only a plain path such as .ts, .a.b, .a[0] or .[\"x y\"] works here; "
			"sp-capture --time takes any expression",
			path);
	} else if (time_format_new(format, zone, &k->format, e) == 0 && (k->pick = json_paths_new(e)) != NULL) {
		r = json_paths_add(k->pick, p.steps, p.count, e) < 0 ? -1 : 0;
	}
	k->is_ts = r == 0 && p.count == 1 && p.steps[0].name.p && span_eq(p.steps[0].name, SPAN("ts"));
	k->is_common = strcmp(format, "auto") == 0 || strcmp(format, "rfc3339") == 0;
	path_release(&p);
	if (r < 0)
		clock_release(k);
	return r;
}

void clock_release(struct clock *k)
{
	json_paths_free(k->pick);
	time_format_free(k->format);
	*k = (struct clock){ .path = NULL };
}

/* ---- reading ---- */

/* The time in VALUE, which was found at the path. */
static int read_value(struct clock *k, struct span value, int64_t *ts, struct err *e)
{
	struct stamp t;
	if (k->is_common && value.n > 2 && value.p[0] == '"' &&
		time_read_cached(&k->minute_cache, (struct span){ value.p + 1, value.n - 2 }, ts) == 0)
		return 0;
	if (json_time_parse(k->format, value, &t, e) < 0)
		return -1;
	*ts = stamp_ms(t);
	return 0;
}

static int no_event(const char **kind, struct err *e, const char *why)
{
	*kind = why;
	err_set(e, EX_DATAERR, "%s", why);
	return 1;
}

static int read_slow(struct clock *k, struct event *ev, const char **kind, struct err *e)
{
	struct span value, line = ev->line;
	struct bounds b;
	int bad;
	enum bounds_kind kind_of_bounds = bounds_read(line, &b, &ev->body);
	if (kind_of_bounds != BOUNDS_NONE && revisions_begin((struct span){ line.p + ev->body, line.n - ev->body }))
		return revisions_refuse(e);
	int r = json_paths_run(k->pick, line, &value, &bad);
	if (r == -1)
		return no_event(kind, e, "not a JSON object that can be read");
	if (r == 0 && !value.p && k->is_ts && kind_of_bounds == BOUNDS_WINDOW) {
		ev->ts = b.end - 1;
		ev->from_bounds = true;
		return 0;
	}
	*kind = "no time";
	if (r < 0 || !value.p || json_type(value) == JSON_NULL)
		err_set(e, EX_DATAERR, "no time at %s: say where it is with --time", k->path);
	else if (read_value(k, value, &ev->ts, e) == 0)
		return 0;
	else {
		*kind = "a time that cannot be read";
		err_context(e, "%s", k->path);
	}
	return 1;
}

int clock_read(struct clock *k, struct span line, struct event *ev, const char **kind, struct err *e)
{
	*ev = (struct event){ .raw = line, .line = line, .body = 1 };
	if (k->is_ts && k->is_common) {
		size_t n = event_time_in_front(&k->minute_cache, line, &ev->ts);
		if (n > 0 && n < line.n && (line.p[n] == ',' || line.p[n] == '}') && line.p[line.n - 1] == '}')
			return 0;
	}
	const char *end = line.p + line.n, *start = json_space(line.p, end);
	while (end > start && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	ev->line = (struct span){ start, (size_t)(end - start) };
	if (end - start < 2 || *start != '{' || end[-1] != '}')
		return no_event(kind, e, "not a JSON object");
	ev->body = (size_t)(json_space(start + 1, end) - start);
	return read_slow(k, ev, kind, e);
}
