/* report.c -- what people are told: status, metrics, why nothing has come out, what was left out. */
#include "base/amount.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/dur.h"
#include "sp-window/window.h"
#include <inttypes.h>

enum { SILENCE_MS = 30000 };

/* "2024-05-01T10:39:59.999Z", or "none yet". */
static const char *instant(int64_t ms, char out[TIME_TEXT_MAX + 1])
{
	if (ms == INT64_MIN)
		return "none yet";
	out[time_write_ms(ms, out)] = '\0';
	return out;
}

/* The end of the window that is next to fire. */
static int64_t next_end(const struct run *r)
{
	if (!r->fired || r->w->kind == WINDOW_SESSION)
		return r->first_end;
	return windowing_slice(r->w, r->watermark + 1).end;
}

static void describe_next(const struct run *r, struct buf *out)
{
	char end[TIME_TEXT_MAX + 1], until[TIME_TEXT_MAX + 1];
	if (r->max_ts == INT64_MIN || (r->w->kind == WINDOW_SESSION && r->fired))
		return;
	int64_t next = next_end(r);
	buf_addf(out, "; the %s window ends at %s and waits for an event at %s or later", r->fired ? "next" : "first",
		instant(next, end), instant(next + r->w->delay, until));
}

static void describe(void *arg, struct buf *out)
{
	const struct run *r = arg;
	char n[32], mark[TIME_TEXT_MAX + 1], newest[TIME_TEXT_MAX + 1], delay[32];
	int64_t passed = clock_monotonic_ms() - r->started_ms;
	uint64_t rate = passed > 0 ? r->events * 1000 / (uint64_t)passed : 0;
	buf_addf(out, "%s events", amount_format(r->events, n));
	buf_addf(out, ", %s/s", amount_format(rate, n));
	if (r->late_count)
		buf_addf(out, ", %s late", amount_format(r->late_count, n));
	if (r->ahead_count)
		buf_addf(out, ", %s ahead of the clock", amount_format(r->ahead_count, n));
	if (r->rejects.total)
		buf_addf(out, ", %s rejected", amount_format(r->rejects.total, n));
	buf_addf(out, "; watermark %s (newest event %s, delay %s)", instant(r->watermark, mark),
		instant(r->max_ts, newest), dur_format(r->w->delay, delay));
	describe_next(r, out);
}

static void counter(struct buf *out, const char *name, const char *help, uint64_t value)
{
	buf_addf(out,
		"# HELP sp_window_%s_total %s\n# TYPE sp_window_%s_total counter\nsp_window_%s_total %" PRIu64 "\n",
		name, help, name, name, value);
}

static void gauge(struct buf *out, const char *name, const char *help, int64_t ms)
{
	if (ms != INT64_MIN)
		buf_addf(out,
			"# HELP sp_window_%s_seconds %s\n# TYPE sp_window_%s_seconds gauge\nsp_window_%s_seconds %.3f\n",
			name, help, name, name, (double)ms / 1000);
}

static void metrics(void *arg, struct buf *out)
{
	const struct run *r = arg;
	counter(out, "events", "Events read.", r->events);
	counter(out, "late", "Events whose windows were forgotten.", r->late_count);
	counter(out, "ahead", "Events too far ahead of the clock.", r->ahead_count);
	counter(out, "rejected", "Lines that are no events.", r->rejects.total);
	gauge(out, "watermark", "Watermark, as seconds since 1970.", r->watermark);
	gauge(out, "newest_event", "Greatest event time, as seconds since 1970.", r->max_ts);
}

void report_init(struct run *r)
{
	r->status = (struct status){ .line = r->c->status,
		.metrics_path = r->c->metrics,
		.describe = describe,
		.metrics = metrics,
		.arg = r };
}

static void tell_why(struct run *r)
{
	char mark[TIME_TEXT_MAX + 1], newest[TIME_TEXT_MAX + 1], delay[32];
	struct buf next;
	r->told = true;
	buf_init(&next, 512);
	describe_next(r, &next);
	const char *text = buf_string(&next);
	diag("nothing has come out for 30 s: watermark %s (newest event %s, delay %s)%s", instant(r->watermark, mark),
		instant(r->max_ts, newest), dur_format(r->w->delay, delay), text ? text : "");
	buf_release(&next);
}

void report_poll(struct run *r)
{
	status_poll(&r->status);
	if (!r->fired && !r->told && r->max_ts != INT64_MIN && clock_monotonic_ms() - r->first_ms >= SILENCE_MS)
		tell_why(r);
}

void report_finish(struct run *r)
{
	char n[32], d[32];
	if (r->late_count && !r->c->late)
		diag("%s late event%s left out: the windows were closed already; keep them with --late FILE, or wait longer with --delay",
			amount_format(r->late_count, n), r->late_count == 1 ? " was" : "s were");
	if (r->ahead_count && !r->c->late)
		diag("%s event%s more than %s ahead of the clock left out; keep them with --late FILE",
			amount_format(r->ahead_count, n), r->ahead_count == 1 ? "" : "s",
			dur_format(r->c->max_ahead, d));
	status_finish(&r->status);
}
