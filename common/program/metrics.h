/* metrics.h -- Prometheus text for --metrics (text exposition format 0.0.4).
 *
 * Each call appends a metric's # HELP and # TYPE lines and its value. NAME is the full name
 * ("sp_window_events_total"), so that it is found by searching the source for what a dashboard shows; HELP is a
 * sentence without newline. Failing to append is not reported: metrics never stop a program. */
#ifndef PROGRAM_METRICS_H
#define PROGRAM_METRICS_H
#include "base/buf.h"
#include <stdint.h>

/* A count that only grows; NAME ends in _total. */
void metrics_counter(struct buf *out, const char *name, const char *help, uint64_t value);

/* A whole number that may fall. */
void metrics_gauge(struct buf *out, const char *name, const char *help, uint64_t value);

/* A gauge with DECIMALS digits after the point. */
void metrics_decimal(struct buf *out, const char *name, const char *help, double value, int decimals);

/* A point in time or a length of it: MS milliseconds as seconds; NAME ends in _seconds. */
void metrics_seconds(struct buf *out, const char *name, const char *help, int64_t ms);

/* The # HELP and # TYPE lines alone, for a metric with labels, whose values the caller appends. TYPE: "counter" or
 * "gauge". */
void metrics_head(struct buf *out, const char *name, const char *type, const char *help);
#endif
