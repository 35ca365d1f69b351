/* metrics.h -- Prometheus text for --metrics (text exposition format 0.0.4).
 *
 * Each function appends the # HELP and # TYPE lines of a metric and its value to OUT. NAME is the full name, such as
 * sp_window_events_total, so that a name from a dashboard can be found in the source. HELP is a sentence without a
 * newline. Exhausted memory is not reported: metrics never stop a program. */
#ifndef PROGRAM_METRICS_H
#define PROGRAM_METRICS_H
#include "base/buf.h"
#include <stdint.h>

/* Appends a count that only grows. NAME ends in _total. */
void metrics_counter(struct buf *out, const char *name, const char *help, uint64_t value);

/* Appends a whole number that may grow or fall. */
void metrics_gauge(struct buf *out, const char *name, const char *help, uint64_t value);

/* Appends a number that may grow or fall, with DECIMALS digits after the point. */
void metrics_decimal(struct buf *out, const char *name, const char *help, double value, int decimals);

/* Appends MS, a time or a duration in milliseconds, as seconds. NAME ends in _seconds. */
void metrics_seconds(struct buf *out, const char *name, const char *help, int64_t ms);

/* Appends only the # HELP and # TYPE lines, for a metric with labels: the caller appends its values. TYPE is "counter"
 * or "gauge". */
void metrics_head(struct buf *out, const char *name, const char *type, const char *help);
#endif
