/* report.c -- the status line and the metrics of sp-agg. */
#include "sp-agg/report.h"
#include "base/clock.h"
#include "sp-agg/store/store.h"
#include <inttypes.h>

static void describe(void *arg, struct buf *out)
{
	const struct agg *a = arg;
	int64_t ms = clock_monotonic_ms() - a->started_ms;
	char time[TIME_TEXT_MAX];
	buf_addf(out, "%" PRIu64 " events, %.0f/s, %" PRIu64 " rows", a->n.events,
		(double)a->n.events * 1000 / (double)(ms > 0 ? ms : 1), a->n.rows);
	if (a->mode == MODE_NONE)
		buf_adds(out, a->has_windowing ? ", no event yet" : ", nothing yet");
	if (a->mode == MODE_GLOBAL && !a->n.rows)
		buf_adds(out, ", no windows: rows come at the end of the input");
	if (a->mode == MODE_WINDOWS && !a->has_windowing && !a->n.rows)
		buf_adds(out, ", no watermark: rows come at the end of the input");
	if (a->watermark > TIME_MS_MIN && a->watermark <= TIME_MS_MAX)
		buf_addf(out, ", watermark %.*s", (int)time_write_ms(a->watermark, time), time);
	if (a->n.late)
		buf_addf(out, ", %" PRIu64 " late", a->n.late);
	if (a->rejects.total)
		buf_addf(out, ", %" PRIu64 " rejected", a->rejects.total);
	buf_addf(out, ", state %.1f MiB", (double)a->state_bytes / (1 << 20));
}

static void metric(struct buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
	buf_addf(out, "# HELP sp_agg_%s %s\n# TYPE sp_agg_%s %s\nsp_agg_%s %" PRIu64 "\n", name, help, name, type, name,
		value);
}

static void metrics(void *arg, struct buf *out)
{
	const struct agg *a = arg;
	metric(out, "events_total", "counter", "Events taken.", a->n.events);
	metric(out, "rows_total", "counter", "Rows written.", a->n.rows);
	metric(out, "windows_total", "counter", "Windows fired.", a->n.windows);
	metric(out, "late_total", "counter", "Late events of sessions.", a->n.late);
	metric(out, "rejected_total", "counter", "Lines rejected.", a->rejects.total);
	metric(out, "state_bytes", "gauge", "Memory of groups.", a->state_bytes);
	if (a->watermark > INT64_MIN && a->watermark < INT64_MAX)
		buf_addf(out,
			"# HELP sp_agg_watermark_seconds Watermark, as seconds since the epoch.\n"
			"# TYPE sp_agg_watermark_seconds gauge\nsp_agg_watermark_seconds %.3f\n",
			(double)a->watermark / 1000);
}

void report_init(struct agg *a)
{
	a->status = (struct status){ .line = a->c->status,
		.metrics_path = a->c->metrics,
		.describe = describe,
		.metrics = metrics,
		.arg = a };
}
