/* report.c -- writes the status line and the metrics of sp-agg.
 *
 * A user who sees no row asks why. So until the first row is written, the status line says what is missing. */
#include "sp-agg/report.h"
#include "base/clock.h"
#include "base/diag.h"
#include "program/metrics.h"
#include "sp-agg/slips.h"
#include <inttypes.h>

void report_describe(const struct report *r, struct buf *out)
{
	const struct store_env *env = &r->store->env;
	bool open = r->store->type != NULL;
	uint64_t events = r->intake->queue.count - r->intake->queue.first, rows = r->rows->count;
	int64_t ms = clock_monotonic_ms() - r->started_ms;
	char time[TIME_TEXT_MAX];
	buf_addf(out, "%" PRIu64 " events, %.0f/s, %" PRIu64 " rows", events,
		(double)events * 1000 / (double)(ms > 0 ? ms : 1), rows);
	if (!open)
		buf_adds(out, env->windowing ? ", no event yet" : ", nothing yet");
	if (open && env->kind == BOUNDS_NONE && !rows)
		buf_adds(out, ", no windows: rows come at the end of the input");
	if (open && env->kind == BOUNDS_WINDOW && !env->windowing && !rows)
		buf_adds(out, ", no watermark: rows come at the end of the input");
	/* Before the first watermark and at the end of the input, env->watermark is INT64_MIN or INT64_MAX, not a
	 * date. */
	if (env->watermark > TIME_MS_MIN && env->watermark <= TIME_MS_MAX)
		buf_addf(out, ", watermark %.*s", (int)time_write_ms(env->watermark, time), time);
	if (r->late->count)
		buf_addf(out, ", %" PRIu64 " late", r->late->count);
	if (r->rejects->total)
		buf_addf(out, ", %" PRIu64 " rejected", r->rejects->total);
	buf_addf(out, ", state %.1f MiB", (double)r->budget->bytes / (1 << 20));
	slips_add(r->intake->plan, out);
}

/* Without control lines the rows are correct, but all of them come at the end of the input. Also, nothing then shows
 * whether the stream was cut off. */
void report_missing(struct report *r, int64_t now_ms, bool ended)
{
	static const char cure[] =
		"let lines that begin with {\"$sp\":\" through, as in grep -e '^{\"$sp\"' -e PATTERN";
	if (!r->intake->control_missing || r->missing_said)
		return;
	if (r->missing_ms == 0)
		r->missing_ms = now_ms;
	bool silent = r->rows->count == 0 && now_ms - r->missing_ms >= REPORT_SILENCE_MS;
	r->missing_said = ended || silent;
	if (ended)
		diag("sp-window's control lines were filtered out: a cut stream cannot be noticed; %s", cure);
	else if (silent)
		diag("no row in 30 s: sp-window's control lines were filtered out, so rows come only at the end of the "
		     "input; %s",
			cure);
}

/* The names of the metrics must not change, because dashboards of users refer to the names. */
void report_metrics(const struct report *r, struct buf *out)
{
	int64_t watermark = r->store->env.watermark;
	metrics_counter(out, "sp_agg_events_total", "Events taken.", r->intake->queue.count - r->intake->queue.first);
	metrics_counter(out, "sp_agg_rows_total", "Rows written.", r->rows->count);
	metrics_counter(out, "sp_agg_windows_total", "Windows fired.", r->rows->windows);
	metrics_counter(out, "sp_agg_late_total", "Late events of sessions.", r->late->count);
	metrics_counter(out, "sp_agg_rejected_total", "Lines rejected.", r->rejects->total);
	metrics_gauge(out, "sp_agg_state_bytes", "Memory of groups.", r->budget->bytes);
	if (watermark > INT64_MIN && watermark < INT64_MAX)
		metrics_seconds(out, "sp_agg_watermark_seconds", "Watermark, as seconds since the epoch.", watermark);
}
