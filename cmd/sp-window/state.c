/* state.c -- what sp-window keeps at checkpoints (checkpoint/stage.h): its clock and its totals, some hundred bytes.
 *
 * The events are not kept here but in the windows of sp-agg. The next edge and the cache of the slice are not saved:
 * they are computed again from the options and the clock. */
#include "base/clock.h"
#include "base/dur.h"
#include "sp-window/run.h"

enum { STATE_VERSION = 1 };

/* Appends the line "--NAME: LENGTH". Returns 0, or -1 if memory is exhausted. */
static int add_length(struct buf *out, const char *name, struct window_length l)
{
	char text[WINDOW_LENGTH_TEXT_MAX], ms[32];
	return buf_addf(out, "--%s: %s\n", name,
		l.unit == LENGTH_MS ? dur_format(l.ms, ms) : window_length_text(l, text));
}

/* Writes the options that change the results of open windows. Not --delay, --lateness and --keep: sp-agg reads the
 * first two from the windowing line, and only later programs use the fields that --keep leaves. */
static int on_configuration(void *arg, struct buf *out, struct err *e)
{
	static const char *const kinds[] = { "tumbling", "hopping", "cumulate", "session" };
	const struct run *r = arg;
	const struct windowing *w = r->windowing;
	char ms[32];
	int failed = w->kind == WINDOW_SESSION ? buf_addf(out, "--session: %s\n", dur_format(w->gap, ms)) :
						 add_length(out, kinds[w->kind], w->size);
	if (w->kind == WINDOW_HOPPING || w->kind == WINDOW_CUMULATE)
		failed |= add_length(out, "advance", w->advance);
	failed |= buf_addf(out, "--offset: %s%s\n", w->offset < 0 ? "-" : "",
		dur_format(w->offset < 0 ? -w->offset : w->offset, ms));
	failed |= buf_addf(out, "--tz: %s\n--time: %s\n--time-format: %s\n--expand: %s\n", w->tz, w->time,
		w->time_format, r->config->expand ? "yes" : "no");
	return failed ? err_oom(e, "the options as text") : 0;
}

static bool has_open(const struct run *r)
{
	return r->newest_end_ms != INT64_MIN && r->watermark < r->newest_end_ms - 1;
}

static void on_open(void *arg, struct buf *out)
{
	const struct run *r = arg;
	char time[TIME_TEXT_MAX];
	if (has_open(r))
		buf_addf(out, "windows up to %.*s", (int)time_write_ms(r->newest_end_ms, time), time);
}

static int on_save(void *arg, struct save *s, struct err *e)
{
	const struct run *r = arg;
	(void)e; /* errors are in S */
	save_u64(s, STATE_VERSION);
	save_i64(s, r->max_ts);
	save_i64(s, r->watermark);
	save_i64(s, r->newest_end_ms);
	save_i64(s, r->first_end_ms);
	save_bool(s, r->any_fired);
	save_u64(s, r->max_line);
	save_u64(s, r->earlier.events + r->events);
	save_u64(s, r->earlier.late + r->late);
	save_u64(s, r->earlier.ahead + r->ahead);
	return 0;
}

/* The clock is a time, so it is right under other windows too. No other part of the state depends on the
 * configuration. */
static int on_load(void *arg, struct load *l, struct span old, struct err *e)
{
	struct run *r = arg;
	(void)old, (void)e; /* errors are in L */
	if (load_u64(l) != STATE_VERSION)
		load_fail(l, "of another version of sp, or damaged");
	r->max_ts = load_i64(l);
	r->watermark = load_i64(l);
	r->newest_end_ms = load_i64(l);
	r->first_end_ms = load_i64(l);
	r->any_fired = load_bool(l);
	r->max_line = load_u64(l);
	r->earlier.events = load_u64(l);
	r->earlier.late = load_u64(l);
	r->earlier.ahead = load_u64(l);
	/* The first event of a job always makes a watermark line. Later events do so only at an edge. */
	if (!load_failed(l) && r->max_ts != INT64_MIN)
		r->next_edge_ms = assign_next_edge(r);
	/* report_silence() counts from here if there was an event in an earlier run. */
	r->first_event_ms = clock_monotonic_ms();
	return 0;
}

/* After an end line, all windows that have an event are forgotten: a later event must not open one again, because its
 * row would lack the events before. So under --lateness, events soon after these windows are late too in a later run.
 * No watermark line is written: at the end line, which follows, sp-agg closes its windows and moves its own watermark
 * in the same way (store_close()). Windows that it closes there have their final rows. */
static int on_close(void *arg, struct err *e)
{
	struct run *r = arg;
	(void)e;
	if (r->newest_end_ms == INT64_MIN)
		return 0;
	int64_t forgotten_at = r->newest_end_ms - 1 + r->windowing->lateness;
	if (forgotten_at <= r->watermark)
		return 0;
	r->watermark = forgotten_at;
	r->any_fired = true;
	r->next_edge_ms = assign_next_edge(r);
	return 0;
}

static void on_status(void *arg, struct status_fields *out)
{
	const struct run *r = arg;
	out->events_in = r->events;
	out->events_out = r->events - r->late - r->ahead;
	out->late = r->earlier.late + r->late;
	out->watermark_ms = r->watermark;
}

void state_hooks(struct run *r)
{
	r->stage = (struct stage_hooks){ .configuration = on_configuration,
		.open = on_open,
		.save = on_save,
		.load = on_load,
		.close = on_close,
		.status = on_status,
		.arg = r };
}
