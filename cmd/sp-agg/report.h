/* report.h -- writes the status line and the metrics of sp-agg. */
#ifndef AGG_REPORT_H
#define AGG_REPORT_H
#include "sp-agg/intake.h"
#include "stream/rejects.h"

/* The parts of the program whose counts are reported. All pointers are borrowed. */
struct report {
	const struct intake *intake;
	const struct store *store;
	const struct rows *rows;
	const struct late *late;
	const struct rejects *rejects;
	const struct group_budget *budget;
	int64_t started_ms; /* the start of the run, on the monotonic clock */
	int64_t missing_ms; /* when report_missing() first found control lines missing; 0: not yet */
	bool missing_said;  /* report_missing() has printed its message */
};

enum { REPORT_SILENCE_MS = 30000 }; /* after this time without rows, report_missing() prints its message */

/* Appends the status line to OUT: the numbers of events and rows, the watermark, and the memory in use. */
void report_describe(const struct report *r, struct buf *out);
/* Prints, at most once, that a filter has dropped the control lines of sp-window. The message is printed when the lines
 * have been missing for REPORT_SILENCE_MS and no row was written. Otherwise it is printed at the end of the input, when
 * ENDED is true. NOW_MS is the time of the monotonic clock. Does nothing if no control lines are missing. */
void report_missing(struct report *r, int64_t now_ms, bool ended);
/* Appends the metrics to OUT, in the format of Prometheus. */
void report_metrics(const struct report *r, struct buf *out);
#endif
