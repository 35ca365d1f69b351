/* report.h -- the status line and the metrics of sp-agg. */
#ifndef AGG_REPORT_H
#define AGG_REPORT_H
#include "sp-agg/queue.h"
#include "stream/rejects.h"

/* Where the numbers come from; all borrowed. The argument of the two functions below. */
struct report {
	const struct queue *queue;
	const struct store *store;
	const struct rows *rows;
	const struct late *late;
	const struct rejects *rejects;
	const struct group_budget *budget;
	int64_t started_ms; /* monotonic */
};

/* For struct status: appends the text of the status line. ARG is a struct report. */
void report_describe(void *arg, struct buf *out);
/* For struct status: appends the metrics. ARG is a struct report. */
void report_metrics(void *arg, struct buf *out);
#endif
