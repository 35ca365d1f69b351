/* status.h -- the status line on standard error (--status, SIGUSR1) and the metrics file (--metrics FILE).
 *
 * The program calls status_poll() now and then. When it is time to print or write, status_poll() calls describe() and
 * metrics(). So no thread or timer is needed. */
#ifndef STREAM_STATUS_H
#define STREAM_STATUS_H
#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>

struct status {
	/* Set by the program. */
	bool line;                /* --status: repeat the line; the last one remains */
	bool progress;            /* repeat the line while the program runs; the last one is erased */
	const char *metrics_path; /* --metrics FILE, borrowed; NULL: none */
	/* Appends the text of the status line ("1,200 events, 300/s, ..."), without program name and newline. May be
	 * NULL. */
	void (*describe)(void *arg, struct buf *out);
	/* Appends the metrics in Prometheus' text format. May be NULL. */
	void (*metrics)(void *arg, struct buf *out);
	void *arg; /* passed to describe() and metrics(); borrowed */
	/* Kept by status_poll(). */
	int64_t next_ms;         /* when to print the next line, by the monotonic clock; 0: now */
	int64_t next_metrics_ms; /* when to write the next metrics, by the monotonic clock; 0: now */
	bool metrics_written;    /* metrics were written at least once: later failures are not reported */
	bool metrics_reported;   /* a failure to write metrics was reported */
};

/* Prints the line if a second has passed or status_flag is set, and writes the metrics if 10 s have passed. The program
 * must call this before it waits and every few thousand events; a call is cheap. The metrics file is replaced by
 * renaming, so that readers never see an incomplete file. A device, a pipe or a link is written to directly. */
void status_poll(struct status *s);

/* Prints the last line, or erases the progress line, and writes the last metrics. */
void status_finish(struct status *s);
#endif
