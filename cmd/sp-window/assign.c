/* assign.c -- assigns each event to its slice and writes it with the bounds of the slice.
 *
 * A slice is the time between two neighbouring starts or ends of windows. All its events get the same bounds. The text
 * of the bounds is kept, so that writing an event takes only two copies.
 *
 * The watermark is the time up to which no more events are expected. The watermark of all earlier events decides
 * whether an event is late. After that, the event may move the watermark. An edge is a watermark at which a window may
 * end or stop taking late events. Except under --idle-close, a watermark line is written only when the watermark
 * reaches an edge. The output does not depend on how the input is read, nor on clocks except under --max-ahead and
 * --idle-close. */
#include "base/clock.h"
#include "base/diag.h"
#include "sp-window/run.h"
#include "stream/windowing_line.h"
#include "window/watermark.h"
#include <inttypes.h>

enum { COPY_MAX = 64 << 10 }; /* a longer event is written without a copy */

/* ---- control lines ---- */

/* Writes the windowing line, which describes the windows to later programs. It comes before the first event or
 * watermark line. Without it, sp-agg treats the stream as one without windows. Returns 0, or -1 with E set. */
static int write_windowing(struct run *r, struct err *e)
{
	r->windowing_written = true;
	buf_reset(&r->scratch);
	if (windowing_line_write(r->windowing, &r->scratch) < 0)
		return err_oom(e, "the windowing line");
	return writer_add(&r->filter.out, r->scratch.p, r->scratch.n, e);
}

/* Writes a watermark line, and before that the windowing line, if it was not written yet. Returns 0, or -1 with E
 * set. */
static int write_watermark(struct run *r, struct err *e)
{
	if (!r->windowing_written && write_windowing(r, e) < 0)
		return -1;
	buf_reset(&r->scratch);
	if (control_write_watermark(r->watermark, &r->scratch) < 0)
		return err_oom(e, "a watermark line");
	return writer_add(&r->filter.out, r->scratch.p, r->scratch.n, e);
}

/* The control lines of an earlier sp-window are dropped, because this sp-window writes new ones. If a stream was cut
 * off and another stream follows in the same input, the run ends before the second stream. */
int assign_control(struct run *r, enum control_kind kind, struct span line, struct err *e)
{
	if (r->filter.cut_before > 0)
		return FILTER_STOP;
	if (kind == CONTROL_WINDOWING || kind == CONTROL_WATERMARK || kind == CONTROL_END)
		return 0;
	return filter_pass(&r->filter, line, e);
}

/* The input may be the output of another sp-window. If this output was cut off, no end line is written here either, so
 * that sp-agg, which reads the end line, notices the cut too. */
int assign_end(struct run *r, struct err *e)
{
	if (!filter_is_cut(&r->filter))
		return filter_pass(&r->filter, SPAN(CONTROL_END_LINE), e);
	diag("%s: cut off after line %" PRIu64
	     ": the end line is missing, so the sp-window in front was killed or failed (0.1 wrote none); run the "
	     "pipeline again",
		FILTER_INPUT, filter_cut_line(&r->filter));
	return EX_TEMPFAIL;
}

/* ---- the watermark ---- */

/* Moves the watermark to WATERMARK, but never back. Sets r->any_fired if the first window with an event is complete. */
static void watermark_move(struct run *r, int64_t watermark)
{
	if (watermark > r->watermark)
		r->watermark = watermark;
	if (r->watermark >= r->first_end_ms - 1)
		r->any_fired = true;
}

int64_t assign_next_edge(const struct run *r)
{
	return r->windowing->kind == WINDOW_SESSION ? INT64_MAX : watermark_next_edge(r->windowing, r->watermark);
}

/* ---- the slice ---- */

/* Returns the kind of bounds that events get without --expand. If windows overlap, these are the bounds of the slice,
 * from which sp-agg finds the windows. */
static enum bounds_kind slice_bounds_kind(enum window_kind kind)
{
	switch (kind) {
	case WINDOW_SESSION: return BOUNDS_SESSION;
	case WINDOW_HOPPING:
	case WINDOW_CUMULATE: return BOUNDS_SLICE;
	default: return BOUNDS_WINDOW;
	}
}

/* Fills the cache for the slice that holds TS. The bounds of a session begin at the event, so they are valid only for
 * TS. */
static void slice_load(struct run *r, int64_t ts)
{
	const struct windowing *w = r->windowing;
	struct slice_cache *c = &r->cache;
	bool session = w->kind == WINDOW_SESSION;
	struct bounds first, last, old = c->slice;
	c->slice = windowing_slice(w, ts);
	c->from_ms = session ? ts : c->slice.start;
	c->to_ms = session ? ts + 1 : c->slice.end;
	first = last = c->slice;
	if (!session) {
		last = windowing_last(w, c->slice);
		(void)windowing_first(w, c->slice, &first);
	}
	/* Whether an event of a session is late depends on its key, so sp-agg decides. */
	c->forgotten_at_ms = session ? INT64_MAX : last.end - 1 + w->lateness;
	/* A forgotten window takes no more events. So --idle-close must not move the watermark to its end. */
	if (r->watermark < c->forgotten_at_ms && last.end > r->newest_end_ms)
		r->newest_end_ms = last.end;
	if (first.end - 1 > r->watermark && first.end < r->first_end_ms)
		r->first_end_ms = first.end;
	c->front_n = bounds_move(slice_bounds_kind(w->kind), old, c->slice, c->front, c->front_n);
}

/* ---- events ---- */

/* Writes the event EV as a line: the bounds FRONT, then "ts" if EV has its time from bounds, then EV without its
 * opening brace. Returns 0, or -1 with E set. */
static int write_line(struct run *r, const char *front, size_t front_n, const struct event *ev, struct err *e)
{
	struct writer *out = &r->filter.out;
	struct span rest = { ev->line.p + ev->body, ev->line.n - ev->body };
	char time[TIME_TEXT_MAX + 8] = "\"ts\":\"";
	size_t time_n = 0;
	if (ev->from_bounds) {
		time_n = 6 + time_write_ms(ev->ts, time + 6);
		memcpy(time + time_n, "\",", 2);
		time_n += 2;
	}
	/* If no field follows, remove the last comma. */
	if (*rest.p == '}') {
		if (time_n)
			time_n--;
		else
			front_n--;
	}
	char *p = writer_room(out, front_n + time_n + (rest.n > COPY_MAX ? 0 : rest.n) + 1, e);
	if (!p)
		return -1;
	memcpy(p, front, front_n);
	memcpy(p + front_n, time, time_n);
	writer_used(out, front_n + time_n);
	/* writer_add() writes a long event from the input buffer, without a copy. */
	if (rest.n > COPY_MAX)
		return writer_add(out, rest.p, rest.n, e) < 0 ? -1 : writer_add(out, "\n", 1, e);
	p += front_n + time_n;
	memcpy(p, rest.p, rest.n);
	p[rest.n] = '\n';
	writer_used(out, rest.n + 1);
	return 0;
}

/* Writes EV once for each of its windows that still takes events (--expand). Returns 0, or -1 with E set. */
static int write_windows(struct run *r, const struct event *ev, struct err *e)
{
	const struct windowing *w = r->windowing;
	const struct bounds slice = r->cache.slice;
	struct bounds window;
	char front[BOUNDS_TEXT_MAX];
	for (bool more = windowing_first(w, slice, &window); more; more = windowing_next(w, slice, &window)) {
		if (windowing_forgotten(w, window, r->watermark))
			continue;
		size_t n = bounds_write(BOUNDS_WINDOW, window, front);
		if (write_line(r, front, n, ev, e) < 0)
			return -1;
	}
	return 0;
}

/* Counts EV in *COUNT and appends it, exactly as it was read, to the file of --late if there is one. Returns 0, or -1
 * with E set. */
static int set_aside(struct run *r, const struct event *ev, uint64_t *count, struct err *e)
{
	(*count)++;
	return aside_add(&r->filter.late, SPAN_NONE, ev->raw, e);
}

/* Sets the late event EV aside. Finds out how much older than the newest event EV is. If no late event before was as
 * much older, notes the newest event: report_late() names it as the event that had closed the windows. Returns 0, or -1
 * with E set. */
static int set_late_aside(struct run *r, const struct event *ev, struct err *e)
{
	int64_t gap = r->max_ts - ev->ts;
	if (r->late == 0 || gap > r->closer_gap_ms) {
		r->closer_gap_ms = gap;
		r->closer_ts = r->max_ts;
		r->closer_line = r->max_line;
	}
	return set_aside(r, ev, &r->late, e);
}

/* Returns true if TS is too far ahead of the clock (--max-ahead). The clock is read only if TS is greater than the
 * limit that was computed at the last reading, so it is seldom read. */
static bool is_ahead(struct run *r, int64_t ts)
{
	if (r->config->max_ahead_ms < 0 || ts <= r->latest_now_ms)
		return false;
	r->latest_now_ms = clock_realtime_ms() + r->config->max_ahead_ms;
	return ts > r->latest_now_ms;
}

/* Writes EV and moves the watermark. Late events, and events too far ahead of the clock, are passed to set_aside()
 * instead and do not move the watermark. Returns 0, or -1 with E set. */
static inline int assign_event(struct run *r, const struct event *ev, struct err *e)
{
	const struct slice_cache *c = &r->cache;
	if (r->events++ == 0)
		r->first_event_ms = clock_monotonic_ms();
	if (is_ahead(r, ev->ts))
		return set_aside(r, ev, &r->ahead, e);
	if (ev->ts < c->from_ms || ev->ts >= c->to_ms)
		slice_load(r, ev->ts);
	if (r->watermark >= c->forgotten_at_ms)
		return set_late_aside(r, ev, e);
	if (!r->windowing_written && write_windowing(r, e) < 0)
		return -1;
	if (r->config->expand ? write_windows(r, ev, e) < 0 : write_line(r, c->front, c->front_n, ev, e) < 0)
		return -1;
	/* Only an event that is newer than all others moves the watermark. Later programs get a watermark line only if
	 * the watermark passes an edge. */
	if (ev->ts <= r->max_ts)
		return 0;
	r->max_ts = ev->ts;
	r->max_line = r->filter.in.number;
	watermark_move(r, watermark_of(r->windowing, ev->ts));
	if (r->watermark < r->next_edge_ms)
		return 0;
	r->next_edge_ms = assign_next_edge(r);
	return r->windowing->kind == WINDOW_SESSION ? 0 : write_watermark(r, e);
}

/* assign_event() is inlined here, because this runs for every event. */
int assign_line(void *arg, const struct line *line, struct err *e)
{
	struct run *r = arg;
	struct event ev;
	const char *kind = "not an event";
	int n = event_time_read(&r->event_time, line->text, &ev, &kind, e);
	if (n == 0 && r->keep.count > 0)
		n = keep_event(&r->keep, &ev, e);
	if (n != 0)
		return n < 0 ? -1 : filter_reject(&r->filter, line, kind, e->msg, e);
	return assign_event(r, &ev, e);
}

/* The last window fires when the watermark is the end of the window minus 1 ms. An event that comes for this window
 * after the pause is late, unless --lateness still accepts it. */
int assign_idle(struct run *r, struct err *e)
{
	if (r->newest_end_ms == INT64_MIN || r->watermark >= r->newest_end_ms - 1)
		return 0;
	watermark_move(r, r->newest_end_ms - 1);
	if (r->windowing->kind != WINDOW_SESSION)
		r->next_edge_ms = assign_next_edge(r);
	return write_watermark(r, e);
}
