/* report.c -- the messages, status line and metrics of sp-window.
 *
 * Users usually ask why there are no results. The usual reason is that no event is new enough yet to end the first
 * window. So the status line shows the watermark, the values from which the watermark is computed, and the event time
 * that must come before a window ends. A message after 30 s without results shows the same. */
#include "base/amount.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/dur.h"
#include "program/metrics.h"
#include "sp-window/run.h"

enum { SILENCE_MS = 30000 }; /* after this time without results, report_silence() explains why */

/* Writes the time MS to OUT ("2024-05-01T10:39:59.999Z") and returns OUT. Returns "none yet" if MS is INT64_MIN. */
static const char *report_instant(int64_t ms, char out[TIME_TEXT_MAX + 1])
{
	if (ms == INT64_MIN)
		return "none yet";
	out[time_write_ms(ms, out)] = '\0';
	return out;
}

/* Appends when the next window ends and which event time it waits for. Before any window is complete, the next window
 * is the first one with an event. Later it is the next window to end, with or without events. If the advance does not
 * divide the size, the end shown may be too early. For sessions only the first end is shown: later ends depend on the
 * key, which only sp-agg knows. */
static void report_next_window(const struct run *r, struct buf *out)
{
	char end_text[TIME_TEXT_MAX + 1], until_text[TIME_TEXT_MAX + 1];
	bool session = r->windowing->kind == WINDOW_SESSION;
	if (r->max_ts == INT64_MIN || (session && r->any_fired))
		return;
	int64_t end = r->first_end_ms;
	if (r->any_fired)
		end = windowing_slice(r->windowing, r->watermark + 1).end;
	buf_addf(out, "; the %s window ends at %s and waits for an event at %s or later",
		r->any_fired ? "next" : "first", report_instant(end, end_text),
		report_instant(end + r->windowing->delay, until_text));
}

/* Appends the watermark and the two values from which it is computed, then the next end of a window. */
static void report_watermark(const struct run *r, struct buf *out)
{
	char mark[TIME_TEXT_MAX + 1], newest[TIME_TEXT_MAX + 1], delay[32];
	buf_addf(out, "watermark %s (newest event %s, delay %s)", report_instant(r->watermark, mark),
		report_instant(r->max_ts, newest), dur_format(r->windowing->delay, delay));
	report_next_window(r, out);
}

/* Counts of late, ahead and rejected events are left out if they are 0, so that the line fits into a terminal. */
void report_describe(void *arg, struct buf *out)
{
	const struct run *r = arg;
	char n[AMOUNT_TEXT_MAX];
	int64_t passed_ms = clock_monotonic_ms() - r->filter.started_ms;
	uint64_t rate = passed_ms > 0 ? r->events * 1000 / (uint64_t)passed_ms : 0;
	buf_addf(out, "%s events", amount_format(r->events, n));
	buf_addf(out, ", %s/s", amount_format(rate, n));
	if (r->late)
		buf_addf(out, ", %s late", amount_format(r->late, n));
	if (r->ahead)
		buf_addf(out, ", %s ahead of the clock", amount_format(r->ahead, n));
	if (r->filter.rejects.total)
		buf_addf(out, ", %s rejected", amount_format(r->filter.rejects.total, n));
	buf_adds(out, "; ");
	report_watermark(r, out);
}

/* The names must stay the same: they are documented in the manual page, and dashboards depend on them. */
void report_metrics(void *arg, struct buf *out)
{
	const struct run *r = arg;
	metrics_counter(out, "sp_window_events_total", "Events read.", r->events);
	metrics_counter(out, "sp_window_late_total", "Events whose windows were closed.", r->late);
	metrics_counter(out, "sp_window_ahead_total", "Events too far ahead of the clock.", r->ahead);
	metrics_counter(out, "sp_window_rejected_total", "Lines that are not events.", r->filter.rejects.total);
	if (r->watermark != INT64_MIN)
		metrics_seconds(out, "sp_window_watermark_seconds", "Watermark, as seconds since 1970.", r->watermark);
	if (r->max_ts != INT64_MIN)
		metrics_seconds(out, "sp_window_newest_event_seconds", "Greatest event time, as seconds since 1970.",
			r->max_ts);
}

/* The message is printed once only, because repeating it would not help the user. */
void report_silence(struct run *r)
{
	if (r->any_fired || r->silence_reported || r->max_ts == INT64_MIN ||
		clock_monotonic_ms() - r->first_event_ms < SILENCE_MS)
		return;
	struct buf text;
	buf_init(&text, 1024);
	r->silence_reported = true;
	report_watermark(r, &text);
	const char *explanation = buf_string(&text);
	diag("no window has ended in 30 s: %s", explanation ? explanation : "");
	buf_release(&text);
}

/* Prints how many events were late. Also names the event that had closed the windows of the event that was furthest
 * behind. If the named event is ahead of the clock, its time is probably wrong and a longer delay would not help. The
 * message then suggests --max-ahead, and is printed even if the file of --late keeps the late events. */
static void report_late(const struct run *r)
{
	char n[AMOUNT_TEXT_MAX], time[TIME_TEXT_MAX + 1];
	const char *were = r->late == 1 ? " was" : "s were";
	amount_format(r->late, n);
	report_instant(r->closer_ts, time);
	if (r->closer_ts > clock_realtime_ms())
		diag("%s late event%s set aside: line %llu had closed the windows; its time, %s, is ahead of the clock: "
		     "set such events aside with --max-ahead 1h%s",
			n, were, (unsigned long long)r->closer_line, time,
			r->config->late ? "" : ", and keep late ones with --late FILE");
	else if (!r->config->late)
		diag("%s late event%s left out: the windows were closed already, by line %llu (%s); "
		     "keep them with --late FILE, or wait longer with --delay",
			n, were, (unsigned long long)r->closer_line, time);
}

/* Results are incomplete without the events that were left out. So their number is printed, unless the file of --late
 * keeps them. */
void report_left_out(void *arg)
{
	const struct run *r = arg;
	char n[AMOUNT_TEXT_MAX], limit[32];
	keep_report(&r->keep);
	if (r->events == 0)
		event_time_report(&r->event_time);
	if (r->late)
		report_late(r);
	if (r->config->late)
		return;
	if (r->ahead)
		diag("%s event%s left out: more than %s ahead of the clock; keep them with --late FILE",
			amount_format(r->ahead, n), r->ahead == 1 ? " was" : "s were",
			dur_format(r->config->max_ahead_ms, limit));
}
