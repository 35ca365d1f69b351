/* intake.c -- lines become control, rejects, or events in a store.
 *
 * All expressions of an event are evaluated, and all functions asked, before any state is touched: an event that
 * is rejected changes nothing but the watermark of sessions, as it does in sp-window for the other kinds. */
#include "intake.h"
#include "groups.h"
#include "intake_control.h"
#include "stores.h"
#include "stream/control.h"

#define SOURCE "standard input"

void layout(struct agg *a, size_t head)
{
	size_t n = head;
	for (size_t i = 0; i < a->c->fold_count; i++) {
		struct fold *f = &a->c->folds[i];
		f->offset = n;
		n += (f->type->state_size(f) + 7) & ~(size_t)7;
	}
	a->head_size = head;
	a->record_size = n ? n : 8;
}

/* ---- where windows come from ---- */

static int begin_store(struct agg *a, struct err *e)
{
	if (a->mode == MODE_SESSIONS)
		return sessions_init(a, e);
	return a->mode == MODE_SLICES ? slices_init(a, e) : 0;
}

/* The first event decides what the stream is. CODE: its bounds, -1 none. */
static int begin(struct agg *a, int code, struct err *e)
{
	static const char *const names[] = { "windows", "slices", "sessions" };
	const struct config *c = a->c;
	if (!a->has_windowing && code > 0)
		return err_set(e, EX_DATAERR, "%s without a windowing line: a filter has dropped the line that sp-window "
			"writes first; let lines that begin with {\"$sp\":\" through", names[code]);
	if (!a->has_windowing && code < 0) {
		a->mode = MODE_GLOBAL;
	} else if (c->count) {
		return err_set(e, EX_DATAERR, "--count is for streams without windows: leave out sp-window, or --count");
	} else if (code == 2) {
		a->mode = MODE_SESSIONS;
	} else if (code == 1 && c->emit == EMIT_CLOSE && !c->other) {
		a->mode = MODE_SLICES;
	} else {
		a->mode = MODE_WINDOWS;
	}
	a->code = code;
	return begin_store(a, e);
}

/* Which bounds must events have under the windowing line? Expanded or not, where there are slices. */
static bool fits(const struct agg *a, int code)
{
	if (!a->has_windowing)
		return true;
	if (a->w.kind == WINDOW_SESSION)
		return code == 2;
	return code == 0 || (code == 1 && a->w.kind != WINDOW_TUMBLING);
}

/* 1: rejected, E says why. */
static int check_bounds(struct agg *a, int code, struct err *e)
{
	if (code < 0 && (a->has_windowing || a->mode == MODE_WINDOWS)) {
		err_set(e, EX_DATAERR, "event without window bounds in a stream that has them: it did not pass sp-window");
		return 1;
	}
	if (a->mode == MODE_GLOBAL && code >= 0) {
		err_set(e, EX_DATAERR, "event with window bounds in a stream that began without");
		return 1;
	}
	if (code >= 0 && (!fits(a, code) || (a->mode != MODE_NONE && code != a->code)))
		return err_set(e, EX_DATAERR, "bounds of another kind than the stream's: two streams were mixed; join them before "
			"sp-window");
	return a->mode == MODE_NONE ? begin(a, code, e) : 0;
}

/* {"window_start": ... of the last event again? Else reads them; CODE -1: none. */
static int read_bounds(struct agg *a, struct span line, struct err *e)
{
	struct event *ev = &a->ev;
	struct buf *last = &a->bounds_text;
	ev->text = line;
	if (last->n && line.n >= last->n && memcmp(line.p, last->p, last->n) == 0)
		return 0;
	a->hot = NULL;
	ev->prefix = 0;
	buf_reset(last);
	a->bounds_code = -1;
	if (a->mode == MODE_GLOBAL && !span_starts(line, SPAN("{\"window_start\"")))
		return 0;
	if (!windowing_read_bounds(line, &ev->b, &a->bounds_code, &ev->prefix)) {
		a->bounds_code = -1;
		return check_bounds(a, -1, e);
	}
	if (buf_add(last, line.p, ev->prefix) < 0)
		return out_of_memory(e);
	int r = check_bounds(a, a->bounds_code, e);
	if (r != 0)
		buf_reset(last);
	return r;
}

/* ---- values ---- */

/* Rows of sp-agg that can come again. */
static int refuse_revisions(const struct event *ev, struct err *e)
{
	size_t at = ev->prefix ? ev->prefix : 1;
	struct span rest = { ev->text.p + at, ev->text.n - at };
	if (!span_starts(rest, SPAN("\"revision\":")) || !memmem(rest.p, rest.n < 40 ? rest.n : 40, "\"final\":", 8))
		return 0;
	return err_set(e, EX_DATAERR, "rows with revisions as input, which would count twice: run the first sp-agg with "
		"--emit close and no lateness, or pass on its last rows only: jq -c 'select(.final)|del(.revision,.final)'");
}

/* The arguments number N of the current event, and whether they are to be used. */
static int eval_shared(struct agg *a, size_t n, struct err *e)
{
	const struct shared *s = &a->c->shared[n];
	struct event *ev = &a->ev;
	struct value *args = ev->args[n];
	ev->use[n] = true;
	if (s->where >= 0) {
		struct value where;
		if (exprs_eval(a->c->x, s->where, &where, e) < 0)
			return err_context(e, "%s", s->name);
		ev->use[n] = value_true(&where);
		if (!ev->use[n])
			return 0;
	}
	for (int i = 0; i < s->arg_count; i++) {
		if (s->args[i] < 0)
			continue;
		if (exprs_eval(a->c->x, s->args[i], &args[i], e) < 0)
			return err_context(e, "%s", s->name);
		if (s->numeric && args[i].type == JSON_NUMBER && !args[i].is_num)
			args[i] = (struct value){ JSON_NUMBER, true, SPAN_NONE, value_num(&args[i]) };
	}
	return 0;
}

/* Every argument of every function, and every function asked whether it takes them. */
static int eval_folds(struct agg *a, struct err *e)
{
	const struct config *c = a->c;
	for (size_t i = 0; i < c->shared_count; i++)
		if (eval_shared(a, i, e) < 0)
			return -1;
	for (size_t i = 0; i < c->fold_count; i++) {
		const struct fold *f = &c->folds[i];
		size_t s = c->shared_of[i];
		if (f->type->check && a->ev.use[s] && f->type->check(f, a->ev.args[s], e) < 0)
			return err_context(e, "%s", f->name);
	}
	return 0;
}

/* What the time is where there is none at the path. */
static int no_time(struct agg *a, struct err *e)
{
	if (a->has_windowing)
		return err_set(e, EX_DATAERR, "no time at %s, though sp-window has read one there", a->w.time);
	a->ev.ts = a->mode == MODE_WINDOWS ? a->ev.b.end - 1 : a->last_ts;
	return 0;
}

static int read_time(struct agg *a, struct err *e)
{
	struct event *ev = &a->ev;
	struct value v;
	struct stamp t;
	if (a->mode == MODE_SESSIONS) {
		ev->ts = ev->b.start;
		return 0;
	}
	if (exprs_eval(a->c->x, a->time_expr, &v, e) < 0)
		return err_context(e, "time");
	if (v.type == JSON_NULL)
		return no_time(a, e);
	bool string = v.type == JSON_STRING && v.text.n > 2;
	if (string && time_read_fast((struct span){ v.text.p + 1, v.text.n - 2 }, &ev->ts) == 0)
		return 0;
	if (time_parse(a->time_format, v.text, &t, e) < 0)
		return err_context(e, "time");
	ev->ts = stamp_ms(t);
	return 0;
}

/* 1: E says why the event is rejected; *KIND groups such. */
static int read_values(struct agg *a, const char **kind, struct err *e)
{
	*kind = "event that cannot be read";
	struct span event = { a->ev.text.p + (a->ev.prefix ? a->ev.prefix - 1 : 0),
		a->ev.text.n - (a->ev.prefix ? a->ev.prefix - 1 : 0) };
	if (exprs_event(a->c->x, event, e) < 0)
		return 1;
	*kind = "expression or value";
	if (keys_make(a, e) < 0 || eval_folds(a, e) < 0)
		return 1;
	*kind = "event without a time";
	if (a->c->timed && read_time(a, e) < 0)
		return 1;
	return 0;
}

/* ---- one event ---- */

static int store(struct agg *a, struct err *e)
{
	a->last_ts = a->ev.ts;
	a->ev.hash = table_hash(a->ev.key);
	a->ev.seq = a->n.events++;
	switch (a->mode) {
	case MODE_SLICES:
		return slices_take(a, e);
	case MODE_SESSIONS:
		return sessions_take(a, e);
	case MODE_WINDOWS:
		return windows_take(a, e);
	default:
		return global_take(a, e);
	}
}

/* Sessions have no watermark lines, since only their key's events tell where they end. */
static int move_watermark(struct agg *a, struct err *e)
{
	int64_t w = windowing_watermark(&a->w, a->ev.b.start);
	if (w <= a->watermark)
		return 0;
	a->watermark = w;
	return sessions_advance(a, e);
}

static int take_event(struct agg *a, const struct line *line, struct err *e)
{
	const char *kind = "bounds";
	int r = read_bounds(a, line->text, e);
	if (r < 0)
		return -1;
	if (r == 0) {
		if (refuse_revisions(&a->ev, e) < 0)
			return -1;
		/* The comma behind the bounds becomes the brace of the event without them, for as long as it takes. */
		char *brace = a->ev.prefix ? a->in.p + (line->text.p - a->in.p) + a->ev.prefix - 1 : NULL;
		char was = brace ? *brace : 0;
		if (brace)
			*brace = '{';
		r = read_values(a, &kind, e);
		if (r == 0)
			r = store(a, e);
		if (brace)
			*brace = was;
		if (r < 0)
			return -1;
	}
	if (r > 0 && rejects_add(&a->rejects, kind, e->msg, SOURCE, line->number, line->text, e) < 0)
		return -1;
	return a->mode == MODE_SESSIONS && a->ev.prefix ? move_watermark(a, e) : 0;
}

int intake_line(struct agg *a, const struct line *line, struct err *e)
{
	int r;
	if (line->too_long) {
		err_set(e, EX_DATAERR, "line over the limit of %zu bytes; see --max-event", a->c->max_event);
		return rejects_add(&a->rejects, "line over the limit", e->msg, SOURCE, line->number, line->text, e);
	}
	r = control_is(line->text) ? intake_control(a, line->text, e) : take_event(a, line, e);
	return r < 0 && e->status == EX_DATAERR ?
		err_context(e, SOURCE ":%llu", (unsigned long long)line->number) : r;
}
