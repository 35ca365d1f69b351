/* intake.c -- reads each line as an event for the store, or rejects the line.
 *
 * An event is read in this order: the bounds at the beginning of its line, the key, the arguments, the time. An event
 * enters the queue only if all these parts can be read, so a rejected event changes no group. But a rejected event
 * still moves the watermark, because sp-window has used its time already. For tumbling windows sp-window writes the new
 * watermark as a line. For other windows sp-agg computes the watermark itself.
 *
 * Neighbouring events mostly have the same bounds. So the bytes of the bounds are compared with those of the event
 * before. The bounds are read only if the bytes differ.
 *
 * The bounds of the first event decide which store the stream gets. A later event with bounds of another kind ends the
 * run: two streams were mixed, and every result would be wrong. */
#include "sp-agg/intake.h"
#include "sp-agg/keys.h"
#include "sp-agg/store/table.h"
#include "sp-agg/values.h"
#include "window/revisions.h"
#include "window/watermark.h"

/* What a step of reading an event returns. */
enum { EVENT_REJECTED = 1, EVENT_GOOD = 0, RUN_ENDS = -1 };

/* ---- bounds ---- */

int intake_begin(struct intake *in, enum bounds_kind kind, struct err *e)
{
	static const char *const names[] = { NULL, "windows", "slices", "sessions" };
	const struct config *c = in->config;
	if (!in->store->env.windowing && kind > BOUNDS_WINDOW)
		return err_set(e, EX_DATAERR,
			"%s without a windowing line: a filter has dropped the line that sp-window "
			"writes first; let lines that begin with {\"$sp\":\" through",
			names[kind]);
	if (kind != BOUNDS_NONE && c->count)
		return err_set(e, EX_DATAERR,
			"--count is for streams without windows: leave out sp-window, or --count");
	in->kind = kind;
	in->time.kind = kind; /* time_reader_read() takes the time of sessions from their bounds */
	return store_open(in->store, store_choose(kind, c), &in->plan->folds, kind, e);
}

/* Returns true if events can have bounds of KIND after the windowing line W, or if W is NULL. sp-window --expand writes
 * windows even where it would otherwise write slices. */
static bool fits(const struct windowing *w, enum bounds_kind kind)
{
	if (!w)
		return true;
	if (w->kind == WINDOW_SESSION)
		return kind == BOUNDS_SESSION;
	return kind == BOUNDS_WINDOW || (kind == BOUNDS_SLICE && w->kind != WINDOW_TUMBLING);
}

/* Decides whether an event with bounds of KIND belongs to this stream, and opens the store for the first event. Returns
 * EVENT_REJECTED if the event has bounds and the others do not, or the reverse. Returns RUN_ENDS if the stream has
 * bounds of another kind, because then two streams were mixed. */
static int check_bounds(struct intake *in, enum bounds_kind kind, struct err *e)
{
	const struct windowing *w = in->store->env.windowing;
	bool open = in->store->type != NULL;
	if (kind == BOUNDS_NONE && (w || in->kind != BOUNDS_NONE)) {
		err_set(e, EX_DATAERR, "event without window bounds in a stream of windows: it did not pass sp-window");
		return EVENT_REJECTED;
	}
	if (kind != BOUNDS_NONE && open && in->kind == BOUNDS_NONE) {
		err_set(e, EX_DATAERR, "event with window bounds in a stream that began without");
		return EVENT_REJECTED;
	}
	if (kind != BOUNDS_NONE && (!fits(w, kind) || (open && kind != in->kind)))
		return err_set(e, EX_DATAERR,
			"bounds of another kind than the stream's: two streams were mixed; join them before "
			"sp-window");
	return open ? EVENT_GOOD : intake_begin(in, kind, e);
}

/* Reads and checks the bounds of LINE, which differ from those of the event before. Adds the waiting events to their
 * groups first, except for sessions. Opens the store at the first event. Returns EVENT_GOOD, EVENT_REJECTED with E set,
 * or RUN_ENDS. */
static int read_new_bounds(struct intake *in, struct span line, struct err *e)
{
	struct buf *text = &in->bounds_text;
	const struct store *s = in->store;
	size_t prefix;
	/* Events of sessions with different bounds can wait together, because the store keeps all sessions in one
	 * table. */
	if (in->kind != BOUNDS_SESSION && queue_flush(&in->queue, e) < 0)
		return RUN_ENDS;
	if (s->type && s->type->bounds_changed)
		s->type->bounds_changed(s->self);
	if (control_lines_confirm(&in->control, e) < 0)
		return RUN_ENDS;
	/* If an empty store was loaded, and the stream has other windows now, the store was removed. */
	if (!s->type)
		in->kind = BOUNDS_NONE;
	buf_reset(text);
	enum bounds_kind kind = bounds_read(line, &in->bounds, &prefix);
	int r = check_bounds(in, kind, e);
	if (r == EVENT_GOOD && kind != BOUNDS_NONE && buf_add(text, line.p, prefix) < 0)
		return err_oom(e, "the bounds of an event");
	if (r == EVENT_GOOD && kind == BOUNDS_WINDOW && !s->env.windowing)
		in->control_missing |= span_starts((struct span){ line.p + prefix, line.n - prefix }, SPAN("\"ts\""));
	return r;
}

/* Sets text, prefix and bounds of the current event. In a stream without windows, only looks for an event that begins
 * with the bounds of a window; check_bounds() rejects such an event. Returns EVENT_GOOD, EVENT_REJECTED with E set, or
 * RUN_ENDS. */
static int read_bounds(struct intake *in, struct span line, struct err *e)
{
	const struct buf *last = &in->bounds_text;
	bool global = in->kind == BOUNDS_NONE && in->store->type;
	bool same = global ? !span_starts(line, SPAN("{\"window_start\"")) :
			     last->n && line.n >= last->n && memcmp(line.p, last->p, last->n) == 0;
	if (!same) {
		int r = read_new_bounds(in, line, e);
		if (r != EVENT_GOOD)
			return r;
	}
	struct event *ev = in->queue.current;
	ev->text = line;
	ev->prefix = last->n;
	ev->bounds = in->bounds;
	return EVENT_GOOD;
}

/* Returns -1 with E set if EV is a row of another sp-agg and has a revision number; otherwise 0. Such a row can come
 * several times, and each revision of it would be counted as an event. */
static int refuse_revisions(const struct event *ev, struct err *e)
{
	size_t at = ev->prefix ? ev->prefix : 1;
	struct span rest = { ev->text.p + at, ev->text.n - at };
	return revisions_begin_numbered(rest) ? revisions_refuse(e) : 0;
}

/* ---- events ---- */

/* Returns true if LINE ends with a brace and optional white space. A line without the brace is truncated, or not an
 * object. It is rejected even if no expression would read the missing part. */
static bool is_whole(struct span line)
{
	while (line.n > 0 && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t' || line.p[line.n - 1] == '\r'))
		line.n--;
	return line.n >= 2 && line.p[line.n - 1] == '}';
}

/* Returns the text of EV without its bounds. bounds_hide() has put the opening brace at the last byte of the prefix, so
 * the result begins there. */
static struct span event_body(const struct event *ev)
{
	size_t skip = ev->prefix ? ev->prefix - 1 : 0;
	return (struct span){ ev->text.p + skip, ev->text.n - skip };
}

/* Reads the key, the arguments and the time of EV, whose bounds are hidden by bounds_hide(). Returns EVENT_GOOD, or
 * EVENT_REJECTED with E set. Then *KIND says what was wrong, for the count of rejected lines. */
static int read_event(struct intake *in, struct event *ev, const char **kind, struct err *e)
{
	const struct plan *p = in->plan;
	*kind = "event that cannot be read";
	bool is_json = exprs_event(p->x, event_body(ev), e) == 0;
	if (is_json) {
		*kind = "expression or value";
		if (keys_make(p, ev, e) == 0 && values_read(p, ev, e) == 0) {
			*kind = "event without a time";
			if (!in->time.needed || time_reader_read(&in->time, ev, e) == 0)
				return EVENT_GOOD;
		}
	}
	if (in->kind == BOUNDS_SLICE)
		time_reader_read_rejected(&in->time, ev, event_body(ev), is_json);
	return EVENT_REJECTED;
}

/* Moves the watermark if the time of the last event makes a window fire, or lets the groups of a window be freed.
 * Called after an event was queued or rejected. Returns 0, or -1 with E set. */
static int follow_time(struct intake *in, struct err *e)
{
	int64_t watermark;
	if (!time_reader_passes_edge(&in->time, &watermark) || watermark <= in->store->env.watermark)
		return 0;
	return queue_flush(&in->queue, e) < 0 ? -1 : store_advance(in->store, watermark, e);
}

/* Moves the watermark after an event of a slice or a session was rejected. The time of an event of a session is the
 * start of its bounds. Does nothing for other events, or if the bounds could not be read. Returns 0, or -1 with E
 * set. */
static int follow_rejected(struct intake *in, struct err *e)
{
	if (in->bounds_text.n == 0)
		return 0;
	if (in->kind == BOUNDS_SLICE)
		return follow_time(in, e);
	if (in->kind != BOUNDS_SESSION)
		return 0;
	if (queue_flush(&in->queue, e) < 0)
		return -1;
	return store_advance(in->store, watermark_of(&in->control.windowing, in->bounds.start), e);
}

/* The order matters: an event is queued only after the last check. Its bounds stay hidden until the queue has added the
 * event to its group. */
int intake_line(struct intake *in, const struct line *line, struct err *e)
{
	const char *kind = "bounds";
	if (!is_whole(line->text)) {
		err_set(e, EX_DATAERR,
			line->text.n && line->text.p[0] == '{' ? "truncated JSON object" : "not a JSON object");
		return filter_reject(in->filter, line, "no event", e->msg, e);
	}
	int r = read_bounds(in, line->text, e);
	if (r == EVENT_GOOD) {
		struct event *ev = in->queue.current;
		char *buffer = in->filter->in.p;
		if (refuse_revisions(ev, e) < 0)
			return -1;
		ev->line = line->number;
		bounds_hide(ev, buffer + (ev->text.p - buffer));
		r = read_event(in, ev, &kind, e);
		if (r == EVENT_GOOD) {
			in->time.last_ts = ev->fold.ts;
			r = queue_take(&in->queue, e);
		} else {
			bounds_restore(ev);
		}
	}
	if (r == EVENT_GOOD)
		return in->time.tracks_time && in->time.last_ts >= in->time.next_ts ? follow_time(in, e) : 0;
	if (r < 0 || filter_reject(in->filter, line, kind, e->msg, e) < 0)
		return -1;
	return follow_rejected(in, e);
}

int intake_init(struct intake *in, struct rows *rows, struct err *e)
{
	/* sp-window writes bounds of at most BOUNDS_TEXT_MAX bytes. The limit is larger, because a filter after
	 * sp-window can have put white space into them. */
	buf_init(&in->bounds_text, BOUNDS_TEXT_MAX * 8);
	in->control.config = in->config;
	in->control.plan = in->plan;
	in->control.store = in->store;
	in->control.rows = rows;
	in->control.filter = in->filter;
	in->control.time = &in->time;
	control_lines_init(&in->control);
	if (queue_init(&in->queue, in->plan, in->store, e) < 0)
		return -1;
	return time_reader_open(&in->time, in->plan, NULL, e);
}

void intake_release(struct intake *in)
{
	queue_release(&in->queue);
	control_lines_release(&in->control);
	time_reader_release(&in->time);
	buf_release(&in->bounds_text);
}
