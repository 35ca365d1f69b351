/* metrics.c -- Prometheus text for --metrics.
 *
 * The format requires that # HELP and # TYPE of a metric come before its first sample, and that no other metric stands
 * between its samples. */
#include "program/metrics.h"
#include <inttypes.h>

void metrics_head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metrics_counter(struct buf *out, const char *name, const char *help, uint64_t value)
{
	metrics_head(out, name, "counter", help);
	buf_addf(out, "%s %" PRIu64 "\n", name, value);
}

void metrics_gauge(struct buf *out, const char *name, const char *help, uint64_t value)
{
	metrics_head(out, name, "gauge", help);
	buf_addf(out, "%s %" PRIu64 "\n", name, value);
}

void metrics_decimal(struct buf *out, const char *name, const char *help, double value, int decimals)
{
	metrics_head(out, name, "gauge", help);
	buf_addf(out, "%s %.*f\n", name, decimals, value);
}

/* Prometheus asks for base units: seconds, not milliseconds. Three decimals keep every millisecond. */
void metrics_seconds(struct buf *out, const char *name, const char *help, int64_t ms)
{
	metrics_decimal(out, name, help, (double)ms / 1000, 3);
}
