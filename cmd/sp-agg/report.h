/* report.h -- the status line and the metrics of sp-agg. */
#ifndef AGG_REPORT_H
#define AGG_REPORT_H
#include "sp-agg/queue.h"
#include "stream/rejects.h"

/* Where the numbers come from; all borrowed. */
struct report {
	const struct queue *queue;
	const struct store *store;
	const struct rows *rows;
	const struct late *late;
	const struct rejects *rejects;
	const struct group_budget *budget;
	int64_t started_ms; /* monotonic */
};

/* Appends the text of the status line. */
void report_describe(const struct report *r, struct buf *out);
/* Appends the metrics. */
void report_metrics(const struct report *r, struct buf *out);
#endif
