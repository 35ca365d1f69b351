/* report.c -- what sp-window says about itself.
 *
 * The usual question is "why does nothing come out?". The answer is always the same: no event is new enough yet to
 * end the first window. So the status line, and a message after half a minute of silence, name the watermark, what
 * it is made of, and the event time that is waited for. */
#include "base/amount.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/dur.h"
#include "program/metrics.h"
#include "sp-window/run.h"

enum { SILENCE_MS = 30000 }; /* a stream without results for so long needs an explanation */

/* Writes MS as "2024-05-01T10:39:59.999Z" to OUT, or returns "none yet". */
static const char *report_instant(int64_t ms, char out[TIME_TEXT_MAX + 1])
{
	if (ms == INT64_MIN)
		return "none yet";
	out[time_write_ms(ms, out)] = '\0';
	return out;
}

/* Appends which window fires next and what it waits for. Of sessions only the first end is known here. */
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

/* Appends the watermark and the two values that it follows from, then the window that waits for it. */
static void report_watermark(const struct run *r, struct buf *out)
{
	char mark[TIME_TEXT_MAX + 1], newest[TIME_TEXT_MAX + 1], delay[32];
	buf_addf(out, "watermark %s (newest event %s, delay %s)", report_instant(r->watermark, mark),
		report_instant(r->max_ts, newest), dur_format(r->windowing->delay, delay));
	report_next_window(r, out);
}

/* Counts that are zero are left out: the line is to fit into a terminal. */
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

/* Names are those of the manual page: dashboards depend on them. */
void report_metrics(void *arg, struct buf *out)
{
	const struct run *r = arg;
	metrics_counter(out, "sp_window_events_total", "Events read.", r->events);
	metrics_counter(out, "sp_window_late_total", "Events whose windows were forgotten.", r->late);
	metrics_counter(out, "sp_window_ahead_total", "Events too far ahead of the clock.", r->ahead);
	metrics_counter(out, "sp_window_rejected_total", "Lines that are no events.", r->filter.rejects.total);
	if (r->watermark != INT64_MIN)
		metrics_seconds(out, "sp_window_watermark_seconds", "Watermark, as seconds since 1970.", r->watermark);
	if (r->max_ts != INT64_MIN)
		metrics_seconds(out, "sp_window_newest_event_seconds", "Greatest event time, as seconds since 1970.",
			r->max_ts);
}

/* Reported once: a user who knows it is not told again and again. */
void report_silence(struct run *r)
{
	if (r->any_fired || r->silence_reported || r->max_ts == INT64_MIN ||
		clock_monotonic_ms() - r->first_event_ms < SILENCE_MS)
		return;
	struct buf text;
	buf_init(&text, 1024);
	r->silence_reported = true;
	report_watermark(r, &text);
	const char *why = buf_string(&text);
	diag("no window has ended in 30 s: %s", why ? why : "");
	buf_release(&text);
}

/* Events that are left out without a trace would make results wrong in silence: so the counts are printed, unless a
 * file keeps the events. */
void report_left_out(void *arg)
{
	const struct run *r = arg;
	char n[AMOUNT_TEXT_MAX], d[32];
	if (r->config->late)
		return;
	if (r->late)
		diag("%s late event%s left out: the windows were closed already; "
		     "keep them with --late FILE, or wait longer with --delay",
			amount_format(r->late, n), r->late == 1 ? " was" : "s were");
	if (r->ahead)
		diag("%s event%s more than %s ahead of the clock left out; keep them with --late FILE",
			amount_format(r->ahead, n), r->ahead == 1 ? "" : "s", dur_format(r->config->max_ahead_ms, d));
}
