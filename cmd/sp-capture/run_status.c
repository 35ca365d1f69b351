/* run_status.c -- the status line and the metrics of a run.
 *
 * This file writes what all types of sources have in common: events, rate, rejects, formats, progress. A type adds its
 * own part by describe() and metrics(). Without --status, the status line is still shown if a person is probably
 * waiting for the end. That is so if the sizes of all sources are known, standard error is a terminal, and standard
 * output is not. */
#include "sp-capture/run.h"
#include "program/metrics.h"
#include "base/clock.h"
#include "base/diag.h"
#include <unistd.h>

/* Prints that no format fits the first lines of S, and that each line of S is therefore read as text. */
static void report_text(const struct source *s)
{
	struct buf tried;
	buf_init(&tried, SIZE_MAX / 2);
	for (int i = 0; formats[i]; i++)
		if (formats[i]->probe || formats[i]->probe_sample)
			buf_addf(&tried, "%s%s", tried.n > 0 ? ", " : "", formats[i]->name);
	diag("%s: no format fits half of its first lines (tried: %.*s), so each line is text; --format NAME says which it is",
		s->name, (int)tried.n, tried.p);
	buf_release(&tried);
}

/* R->formats has one bit for each format, because the sources of a run may have different formats. */
void run_status_format(struct run *r, const struct source *s)
{
	r->last_format = s->format;
	for (unsigned i = 0; s->format && formats[i]; i++) {
		if (formats[i] != s->format || (r->formats >> i & 1))
			continue;
		r->formats |= 1U << i;
		if ((s->format->flags & FORMAT_TEXT) && !r->options->format)
			report_text(s);
	}
}

/* Appends N with a comma before each group of three digits: 1,234,567. Returns 0, or -1 if memory is exhausted. */
static int add_grouped(struct buf *out, uint64_t n)
{
	if (n >= 1000 && add_grouped(out, n / 1000) < 0)
		return -1;
	return n >= 1000 ? buf_addf(out, ",%03u", (unsigned)(n % 1000)) : buf_addf(out, "%u", (unsigned)n);
}

/* Returns how much of the sources was read, as a share from 0 to 1, or -1 if the type does not know it. */
static double progress(const struct run *r)
{
	const struct source_type *type = r->set.type;
	uint64_t done, total;
	if (!type->progress || !type->progress(&r->set, &done, &total))
		return -1;
	return (double)done / (double)total;
}

/* status.describe: appends the status line, such as "1,234 events, 567/s, 12% read, 3 rejected; format decided: csv".
 * The rate counts from the last status line on. */
static void describe(void *arg, struct buf *out)
{
	struct run *r = arg;
	int64_t now = clock_monotonic_ms(), since = now - r->shown_ms;
	uint64_t events = r->event_out.events, before = r->shown_events;
	/* If the last line was made less than 100 ms ago, no exact rate can be measured, so the average of the whole
	 * run is shown. */
	if (since < 100) {
		since = now - r->start_ms;
		before = 0;
	}
	add_grouped(out, events);
	buf_adds(out, events == 1 ? " event, " : " events, ");
	add_grouped(out, since > 0 ? (events - before) * 1000 / (uint64_t)since : events);
	buf_adds(out, "/s");
	r->shown_ms = now;
	r->shown_events = events;
	double share = progress(r);
	if (share >= 0)
		buf_addf(out, ", %u%% read", (unsigned)(share * 100.0));
	if (r->rejects.total > 0) {
		buf_adds(out, ", ");
		add_grouped(out, r->rejects.total);
		buf_adds(out, " rejected");
	}
	if (r->options->format_counts.empty_rows > 0) {
		buf_adds(out, ", ");
		add_grouped(out, r->options->format_counts.empty_rows);
		buf_adds(out, " empty rows skipped");
	}
	const char *join = r->options->format ? "; format " : "; format decided: ";
	for (unsigned i = 0; formats[i]; i++) {
		if (!(r->formats >> i & 1))
			continue;
		buf_addf(out, "%s%s", join, formats[i]->name);
		join = " + ";
	}
	if (r->formats == 0 && r->event_out.events == 0)
		buf_adds(out, "; nothing has come yet");
	if (r->set.type->describe)
		r->set.type->describe(&r->set, out);
}

/* status.metrics: appends the metrics of this run, then the metrics that only the type of its sources has. */
static void metrics(void *arg, struct buf *out)
{
	struct run *r = arg;
	metrics_counter(out, "sp_capture_events_total", "Events written.", r->event_out.events);
	metrics_counter(out, "sp_capture_rejected_total", "Records that were not events.", r->rejects.total);
	metrics_counter(out, "sp_capture_empty_rows_total", "Rows of tables without any value, which were skipped.",
		r->options->format_counts.empty_rows);
	metrics_counter(out, "sp_capture_written_bytes_total", "Bytes written.", r->out.bytes + r->out.n);
	double share = progress(r);
	if (share >= 0)
		metrics_decimal(out, "sp_capture_progress_ratio", "Part of the sources that was read.", share, 4);
	if (r->set.type->metrics)
		r->set.type->metrics(&r->set, out);
}

/* The status line is shown for the first time one second after the start. */
void run_status_init(struct run *r)
{
	const struct options *c = r->options;
	r->start_ms = r->shown_ms = clock_monotonic_ms();
	bool paint = !c->status && progress(r) >= 0 && isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
	r->status = (struct status){ .line = c->status,
		.progress = paint,
		.metrics_path = c->metrics,
		.describe = describe,
		.metrics = metrics,
		.arg = r,
		.next_ms = r->start_ms + 1000 };
}
