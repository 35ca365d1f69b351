/* report.h -- writes the status line and the metrics of sp-agg. */
#ifndef AGG_REPORT_H
#define AGG_REPORT_H
#include "sp-agg/queue.h"
#include "stream/rejects.h"

/* The parts of the program whose counts are reported. All pointers are borrowed. */
struct report {
	const struct queue *queue;
	const struct store *store;
	const struct rows *rows;
	const struct late *late;
	const struct rejects *rejects;
	const struct group_budget *budget;
	int64_t started_ms; /* the start of the run, on the monotonic clock */
};

/* Appends the status line to OUT: the numbers of events and rows, the watermark, and the memory in use. */
void report_describe(const struct report *r, struct buf *out);
/* Appends the metrics to OUT, in the format of Prometheus. */
void report_metrics(const struct report *r, struct buf *out);
#endif
