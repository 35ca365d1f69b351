/* assign.c -- from an event's time to the line that goes out.
 *
 * An event is judged by the watermark of the events before it; then it moves the watermark. Its bounds stand
 * ready from the event before if that was in the same slice: then a line is two copies. */
#include "stream/control.h"
#include "stream/windowing_line.h"
#include "window/watermark.h"
#include "base/clock.h"
#include "sp-window/window.h"

enum { SMALL = 64 << 10 }; /* lines up to here are put together in the writer's buffer */

static int begin(struct run *r, struct err *e)
{
	r->began = true;
	buf_reset(&r->scratch);
	if (windowing_line_write(r->w, &r->scratch) < 0)
		return err_set(e, EX_OSERR, "out of memory");
	return writer_add(&r->out, r->scratch.p, r->scratch.n, e);
}

static int write_watermark(struct run *r, struct err *e)
{
	if (!r->began && begin(r, e) < 0)
		return -1;
	buf_reset(&r->scratch);
	if (control_write_watermark(r->watermark, &r->scratch) < 0)
		return err_set(e, EX_OSERR, "out of memory");
	return writer_add(&r->out, r->scratch.p, r->scratch.n, e);
}

/* Sessions have no edges here: only sp-agg, which knows the keys, can tell where they end. */
static int64_t next_edge(const struct run *r)
{
	return r->w->kind == WINDOW_SESSION ? INT64_MAX : watermark_next_edge(r->w, r->watermark);
}

static void move_watermark(struct run *r, int64_t watermark)
{
	if (watermark > r->watermark)
		r->watermark = watermark;
	if (r->watermark >= r->first_end - 1)
		r->fired = true;
}

/* Makes the slice of TS the one at hand. */
static void load(struct run *r, int64_t ts)
{
	bool session = r->w->kind == WINDOW_SESSION;
	struct bounds first, last, old = r->slice;
	r->slice = windowing_slice(r->w, ts);
	r->from = session ? ts : r->slice.start;
	r->to = session ? ts + 1 : r->slice.end;
	first = last = r->slice;
	if (!session) {
		last = windowing_last(r->w, r->slice);
		(void)windowing_first(r->w, r->slice, &first);
	}
	r->forgotten_at = session ? INT64_MAX : last.end - 1 + r->w->lateness;
	if (r->watermark < r->forgotten_at && last.end > r->newest_end)
		r->newest_end = last.end;
	if (first.end - 1 > r->watermark && first.end < r->first_end)
		r->first_end = first.end;
	bool slices = r->w->kind == WINDOW_HOPPING || r->w->kind == WINDOW_CUMULATE;
	enum bounds_kind kind = session ? BOUNDS_SESSION : slices ? BOUNDS_SLICE : BOUNDS_WINDOW;
	r->front_n = bounds_move(kind, old, r->slice, r->front, r->front_n);
}

/* FRONT, the time where the event has none, the event without its '{'. */
static int write_line(struct run *r, const char *front, size_t front_n, const struct event *ev, struct err *e)
{
	struct span rest = { ev->line.p + ev->body, ev->line.n - ev->body };
	char time[TIME_TEXT_MAX + 8] = "\"ts\":\"";
	size_t time_n = 0;
	if (ev->from_bounds) {
		time_n = 6 + time_write_ms(ev->ts, time + 6);
		memcpy(time + time_n, "\",", 2);
		time_n += 2;
	}
	if (*rest.p == '}') { /* nothing in it: no comma */
		if (time_n)
			time_n--;
		else
			front_n--;
	}
	char *p = writer_room(&r->out, front_n + time_n + (rest.n > SMALL ? 0 : rest.n) + 1, e);
	if (!p)
		return -1;
	memcpy(p, front, front_n);
	memcpy(p + front_n, time, time_n);
	writer_used(&r->out, front_n + time_n);
	if (rest.n > SMALL)
		return writer_add(&r->out, rest.p, rest.n, e) < 0 ? -1 : writer_add(&r->out, "\n", 1, e);
	p += front_n + time_n;
	memcpy(p, rest.p, rest.n);
	p[rest.n] = '\n';
	writer_used(&r->out, rest.n + 1);
	return 0;
}

/* --expand: a line for each window that is not forgotten. */
static int write_windows(struct run *r, const struct event *ev, struct err *e)
{
	struct bounds win;
	char front[BOUNDS_TEXT_MAX];
	for (bool more = windowing_first(r->w, r->slice, &win); more; more = windowing_next(r->w, r->slice, &win)) {
		if (windowing_forgotten(r->w, win, r->watermark))
			continue;
		size_t n = bounds_write(BOUNDS_WINDOW, win, front);
		if (write_line(r, front, n, ev, e) < 0)
			return -1;
	}
	return 0;
}

/* Into --late, as the line that was read. */
static int set_aside(struct run *r, const struct event *ev, uint64_t *count, struct err *e)
{
	(*count)++;
	if (r->late.fd < 0)
		return 0;
	if (writer_add(&r->late, ev->raw.p, ev->raw.n, e) < 0)
		return -1;
	return writer_add(&r->late, "\n", 1, e);
}

static bool is_ahead(struct run *r, int64_t ts)
{
	if (r->c->max_ahead < 0 || ts <= r->latest_now)
		return false;
	r->latest_now = clock_realtime_ms() + r->c->max_ahead;
	return ts > r->latest_now;
}

int assign_event(struct run *r, const struct event *ev, struct err *e)
{
	if (r->events++ == 0)
		r->first_ms = clock_monotonic_ms();
	if (is_ahead(r, ev->ts))
		return set_aside(r, ev, &r->ahead_count, e);
	if (ev->ts < r->from || ev->ts >= r->to)
		load(r, ev->ts);
	if (r->watermark >= r->forgotten_at)
		return set_aside(r, ev, &r->late_count, e);
	if (!r->began && begin(r, e) < 0)
		return -1;
	if (r->c->expand ? write_windows(r, ev, e) < 0 : write_line(r, r->front, r->front_n, ev, e) < 0)
		return -1;
	if (ev->ts <= r->max_ts)
		return 0;
	r->max_ts = ev->ts;
	move_watermark(r, watermark_of(r->w, ev->ts));
	if (r->watermark < r->next_edge)
		return 0;
	r->next_edge = next_edge(r);
	return r->w->kind == WINDOW_SESSION ? 0 : write_watermark(r, e);
}

int assign_control(struct run *r, struct span line, struct err *e)
{
	enum control_kind kind = control_kind(line);
	if (kind == CONTROL_WINDOWING || kind == CONTROL_WATERMARK)
		return 0; /* of an sp-window before: this one's windows count */
	if (writer_add(&r->out, line.p, line.n, e) < 0)
		return -1;
	return writer_add(&r->out, "\n", 1, e);
}

int assign_idle(struct run *r, struct err *e)
{
	if (r->newest_end == INT64_MIN || r->watermark >= r->newest_end - 1)
		return 0;
	move_watermark(r, r->newest_end - 1);
	if (r->w->kind != WINDOW_SESSION)
		r->next_edge = next_edge(r);
	if (write_watermark(r, e) < 0)
		return -1;
	return writer_flush(&r->out, e);
}
