/* intake.c -- lines become control, rejects, or events in a store. A rejected event changes nothing but the watermark
 * of sessions, as it does in sp-window for the other kinds. */
#include "sp-agg/intake.h"
#include "sp-agg/groups.h"
#include "sp-agg/intake_control.h"
#include "sp-agg/store/store.h"
#include "stream/control.h"
#include "window/revisions.h"
#include "window/watermark.h"

#define SOURCE "standard input"

void layout(struct agg *a, size_t head)
{
	size_t n = head;
	for (size_t i = 0; i < a->c->fold_count; i++) {
		struct fold *f = &a->c->folds[i];
		f->offset = n;
		n += (f->type->state_size + 7) & ~(size_t)7;
		a->adders[i] = (struct adder){ f->type->add, f, f->offset, a->c->shared_of[i] };
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

/* The first event decides what the stream is. */
static int begin(struct agg *a, enum bounds_kind kind, struct err *e)
{
	static const char *const names[] = { NULL, "windows", "slices", "sessions" };
	const struct config *c = a->c;
	if (!a->has_windowing && kind > BOUNDS_WINDOW)
		return err_set(e, EX_DATAERR,
			"%s without a windowing line: a filter has dropped the line that sp-window "
			"writes first; let lines that begin with {\"$sp\":\" through",
			names[kind]);
	if (!a->has_windowing && kind == BOUNDS_NONE) {
		a->mode = MODE_GLOBAL;
	} else if (c->count) {
		return err_set(e, EX_DATAERR,
			"--count is for streams without windows: leave out sp-window, or --count");
	} else if (kind == BOUNDS_SESSION) {
		a->mode = MODE_SESSIONS;
	} else if (kind == BOUNDS_SLICE && c->emit == EMIT_CLOSE && !c->other) {
		a->mode = MODE_SLICES;
	} else {
		a->mode = MODE_WINDOWS;
	}
	a->bounds_kind = kind;
	return begin_store(a, e);
}

/* Which bounds must events have under the windowing line? Expanded or not, where there are slices. */
static bool fits(const struct agg *a, enum bounds_kind kind)
{
	if (!a->has_windowing)
		return true;
	if (a->w.kind == WINDOW_SESSION)
		return kind == BOUNDS_SESSION;
	return kind == BOUNDS_WINDOW || (kind == BOUNDS_SLICE && a->w.kind != WINDOW_TUMBLING);
}

/* 1: rejected, E says why. */
static int check_bounds(struct agg *a, enum bounds_kind kind, struct err *e)
{
	if (kind == BOUNDS_NONE && (a->has_windowing || a->mode == MODE_WINDOWS)) {
		err_set(e, EX_DATAERR,
			"event without window bounds in a stream that has them: it did not pass sp-window");
		return 1;
	}
	if (a->mode == MODE_GLOBAL && kind != BOUNDS_NONE) {
		err_set(e, EX_DATAERR, "event with window bounds in a stream that began without");
		return 1;
	}
	if (kind != BOUNDS_NONE && (!fits(a, kind) || (a->mode != MODE_NONE && kind != a->bounds_kind)))
		return err_set(e, EX_DATAERR,
			"bounds of another kind than the stream's: two streams were mixed; join them before "
			"sp-window");
	return a->mode == MODE_NONE ? begin(a, kind, e) : 0;
}

/* The bounds of LINE, which the queue's events have not: into a->bounds. 1: rejected, E says why. */
static int new_bounds(struct agg *a, struct span line, struct err *e)
{
	struct buf *text = &a->bounds_text;
	size_t prefix;
	/* each event of sessions has its own */
	if (a->mode != MODE_SESSIONS && intake_flush(a, e) < 0)
		return -1;
	a->hot = NULL;
	buf_reset(text);
	enum bounds_kind kind = bounds_read(line, &a->bounds, &prefix);
	int r = check_bounds(a, kind, e);
	if (r == 0 && kind != BOUNDS_NONE && buf_add(text, line.p, prefix) < 0)
		return out_of_memory(e);
	return r;
}

/* Bounds that are those of the last event, byte for byte, are not read again. */
static int read_bounds(struct agg *a, struct span line, struct err *e)
{
	struct event *ev = a->ev;
	const struct buf *last = &a->bounds_text;
	bool same = a->mode == MODE_GLOBAL ? !span_starts(line, SPAN("{\"window_start\"")) :
					     last->n && line.n >= last->n && memcmp(line.p, last->p, last->n) == 0;
	if (!same) {
		int r = new_bounds(a, line, e);
		if (r != 0)
			return r;
		ev = a->ev;
	}
	ev->text = line;
	ev->prefix = last->n;
	ev->b = a->bounds;
	return 0;
}

/* Rows that may come again cannot be added up. */
static int refuse_revisions(const struct event *ev, struct err *e)
{
	size_t at = ev->prefix ? ev->prefix : 1;
	struct span rest = { ev->text.p + at, ev->text.n - at };
	return revisions_begin_numbered(rest) ? revisions_refuse(e) : 0;
}

/* ---- the queue ---- */

static int store(struct agg *a, struct err *e)
{
	switch (a->mode) {
	case MODE_SLICES: return slices_take(a, e);
	case MODE_SESSIONS: return sessions_take(a, e);
	case MODE_WINDOWS: return windows_take(a, e);
	default: return global_take(a, e);
	}
}

/* The comma behind the bounds becomes the brace of the event without them, until the event is in its group. */
static void put_brace(struct agg *a)
{
	struct event *ev = a->ev;
	ev->brace = ev->prefix ? a->in.p + (ev->text.p - a->in.p) + ev->prefix - 1 : NULL;
	if (!ev->brace)
		return;
	ev->was = *ev->brace;
	*ev->brace = '{';
}

static void take_brace(const struct event *ev)
{
	if (ev->brace)
		*ev->brace = ev->was;
}

/* Sessions have no watermark lines, since only their key's events tell where they end. */
static int move_watermark(struct agg *a, int64_t start, struct err *e)
{
	int64_t w = watermark_of(&a->w, start);
	if (w <= a->watermark)
		return 0;
	a->watermark = w;
	return sessions_advance(a, e);
}

/* The event in hand, EV, into its group. */
static int store_event(struct agg *a, struct err *e)
{
	int r = store(a, e);
	if (r < 0 && e->status == EX_DATAERR)
		err_context(e, SOURCE ":%llu", (unsigned long long)a->ev->line);
	take_brace(a->ev);
	return r == 0 && a->mode == MODE_SESSIONS ? move_watermark(a, a->ev->b.start, e) : r;
}

/* Where the next events' groups are; NULL: not known. */
static const struct table *at_hand(const struct agg *a)
{
	return a->mode == MODE_SESSIONS ? sessions_table(a) : a->hot ? &a->hot->table : NULL;
}

int intake_flush(struct agg *a, struct err *e)
{
	const struct table *t = at_hand(a);
	size_t n = a->waiting;
	int r = 0;
	a->waiting = 0;
	for (size_t i = 0; i < n && t; i++)
		table_prefetch_record(t, a->queue[i].hash);
	for (size_t i = 0; i < n; i++) {
		a->ev = &a->queue[i];
		if (r == 0)
			r = store_event(a, e);
		else
			take_brace(a->ev);
	}
	a->ev = &a->queue[0];
	return r;
}

/* The current event goes into its group: at once, or, where there are so many groups that they cannot be in the
 * processor's cache, with some more, whose groups are fetched meanwhile. */
static int queue(struct agg *a, struct err *e)
{
	enum { FEW = 4096 };
	struct event *ev = a->ev;
	a->last_ts = ev->ts;
	ev->hash = table_hash(ev->key);
	ev->seq = a->n.events++;
	const struct table *t = at_hand(a);
	bool few = !t || t->count < FEW;
	if (few && a->waiting == 0)
		return store_event(a, e);
	a->waiting++;
	if (few || a->waiting == QUEUE || !values_last(a))
		return intake_flush(a, e);
	table_prefetch(t, ev->hash);
	a->ev++;
	return 0;
}

/* ---- lines ---- */

/* A slice holds what is late for some of its windows: they must have fired before. The events say when, as they do
 * to sp-window, so that a filter which drops watermark lines changes no result. */
static int follow_time(struct agg *a, struct err *e)
{
	int64_t w = watermark_of(&a->w, a->last_ts);
	if (w < a->edge || a->last_ts == INT64_MIN || a->bounds_kind != BOUNDS_SLICE)
		return 0;
	a->edge = watermark_next_edge(&a->w, w);
	if (w <= a->watermark)
		return 0;
	if (intake_flush(a, e) < 0)
		return -1;
	a->watermark = w;
	return intake_advance(a, e);
}

/* What is torn is no event, though nothing of it be looked at. */
static bool is_whole(struct span line)
{
	while (line.n > 0 && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t' || line.p[line.n - 1] == '\r'))
		line.n--;
	return line.n >= 2 && line.p[line.n - 1] == '}';
}

static int take_event(struct agg *a, const struct line *line, struct err *e)
{
	const char *kind = "bounds";
	if (!is_whole(line->text)) {
		err_set(e, EX_DATAERR,
			line->text.n && line->text.p[0] == '{' ? "JSON object is torn" : "no JSON object");
		return rejects_add(&a->rejects, "no event", e->msg, SOURCE, line->number, line->text, e);
	}
	int r = read_bounds(a, line->text, e);
	if (r == 0) {
		if (refuse_revisions(a->ev, e) < 0)
			return -1;
		a->ev->line = line->number;
		put_brace(a);
		r = values_read(a, &kind, e);
		if (r == 0)
			r = queue(a, e);
		else
			take_brace(a->ev);
	}
	if (r < 0 || (r > 0 && rejects_add(&a->rejects, kind, e->msg, SOURCE, line->number, line->text, e) < 0))
		return -1;
	if (a->follows && r == 0)
		return follow_time(a, e);
	/* a rejected event has a time, too */
	if (a->mode != MODE_SESSIONS || r == 0 || a->bounds_text.n == 0)
		return 0;
	return intake_flush(a, e) < 0 ? -1 : move_watermark(a, a->bounds.start, e);
}

static int take_line(struct agg *a, const struct line *line, struct err *e)
{
	if (line->too_long) {
		err_set(e, EX_DATAERR, "line over the limit of %zu bytes; see --max-event", a->c->max_event);
		return rejects_add(&a->rejects, "line over the limit", e->msg, SOURCE, line->number, line->text, e);
	}
	if (!control_is(line->text))
		return take_event(a, line, e);
	return intake_flush(a, e) < 0 ? -1 : intake_control(a, line->text, e);
}

int intake_line(struct agg *a, const struct line *line, struct err *e)
{
	if (take_line(a, line, e) == 0)
		return 0;
	if (e->status == EX_DATAERR && !span_starts(span_of(e->msg), SPAN(SOURCE ":")))
		err_context(e, SOURCE ":%llu", (unsigned long long)line->number);
	/* What came before the line that ends the run counts; what is wrong there comes first. */
	struct err earlier = ERR_INIT;
	if (intake_flush(a, &earlier) < 0)
		*e = earlier;
	return -1;
}

int intake_init(struct agg *a, struct err *e)
{
	buf_init(&a->bounds_text, BOUNDS_TEXT_MAX * 8);
	buf_init(&a->windowing_line, 64 << 10);
	a->ev = &a->queue[0];
	for (size_t i = 0; i < QUEUE; i++) {
		buf_init(&a->queue[i].key_text, (size_t)1 << 30);
		a->queue[i].args = calloc(a->c->shared_count + 1, FOLD_ARGS * sizeof(struct value));
		if (!a->queue[i].args)
			return out_of_memory(e);
		memset(a->queue[i].use, true, sizeof a->queue[i].use); /* for those that have no condition */
	}
	if (intake_time(a, e) < 0)
		return -1;
	values_init(a->c);
	return 0;
}

void intake_release(struct agg *a)
{
	for (size_t i = 0; i < QUEUE; i++) {
		buf_release(&a->queue[i].key_text);
		free(a->queue[i].args);
	}
	windowing_release(&a->w);
	time_format_free(a->time_format);
	buf_release(&a->bounds_text);
	buf_release(&a->windowing_line);
}
