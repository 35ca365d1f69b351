/* report.c -- the status line and the metrics of sp-agg.
 *
 * A user who sees no row asks why: so as long as none has been written, the status line says what is missing. */
#include "sp-agg/report.h"
#include "base/clock.h"
#include <inttypes.h>

void report_describe(void *arg, struct buf *out)
{
	const struct report *r = arg;
	const struct store_env *env = &r->store->env;
	bool open = r->store->type != NULL;
	uint64_t events = r->queue->count, rows = r->rows->count;
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
	if (env->watermark > TIME_MS_MIN && env->watermark <= TIME_MS_MAX)
		buf_addf(out, ", watermark %.*s", (int)time_write_ms(env->watermark, time), time);
	if (r->late->count)
		buf_addf(out, ", %" PRIu64 " late", r->late->count);
	if (r->rejects->total)
		buf_addf(out, ", %" PRIu64 " rejected", r->rejects->total);
	buf_addf(out, ", state %.1f MiB", (double)r->budget->bytes / (1 << 20));
}

/* Appends one metric in the Prometheus text format. */
static void metric(struct buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
	buf_addf(out, "# HELP sp_agg_%s %s\n# TYPE sp_agg_%s %s\nsp_agg_%s %" PRIu64 "\n", name, help, name, type, name,
		value);
}

void report_metrics(void *arg, struct buf *out)
{
	const struct report *r = arg;
	int64_t watermark = r->store->env.watermark;
	metric(out, "events_total", "counter", "Events taken.", r->queue->count);
	metric(out, "rows_total", "counter", "Rows written.", r->rows->count);
	metric(out, "windows_total", "counter", "Windows fired.", r->rows->windows);
	metric(out, "late_total", "counter", "Late events of sessions.", r->late->count);
	metric(out, "rejected_total", "counter", "Lines rejected.", r->rejects->total);
	metric(out, "state_bytes", "gauge", "Memory of groups.", r->budget->bytes);
	if (watermark > INT64_MIN && watermark < INT64_MAX)
		buf_addf(out,
			"# HELP sp_agg_watermark_seconds Watermark, as seconds since the epoch.\n"
			"# TYPE sp_agg_watermark_seconds gauge\nsp_agg_watermark_seconds %.3f\n",
			(double)watermark / 1000);
}
