/* status.h -- the status line on standard error (--status, SIGUSR1) and the metrics file (--metrics FILE).
 *
 * The program describes itself when asked; between calls nothing runs, and no thread or timer is needed. */
#ifndef STREAM_STATUS_H
#define STREAM_STATUS_H
#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>

struct status {
	/* Set by the program. */
	bool line;                /* --status: repeat the line, and leave the last one */
	bool progress;            /* the same, but only painted on the terminal: nothing is left of it */
	const char *metrics_path; /* --metrics FILE, borrowed; NULL: none */
	/* Appends the text of the status line, without program name and newline ("1,200 events, 300/s, ..."). NULL:
	 * none. */
	void (*describe)(void *arg, struct buf *out);
	/* Appends Prometheus text (program/metrics.h). NULL: none. */
	void (*metrics)(void *arg, struct buf *out);
	void *arg; /* of both; borrowed */
	/* Kept by status_poll(). */
	int64_t next_ms;         /* when the next line is due; monotonic, and 0 is at once */
	int64_t next_metrics_ms; /* ... the next metrics file */
	bool metrics_written;    /* once at least: a failure from then on is passed over */
	bool metrics_reported;   /* that they cannot be written */
};

/* Does what is due: prints the line once a second (repainting it on a terminal), and once when status_flag is set;
 * writes the metrics every 10 s. To be called before waiting, and every few thousand events; cheap when nothing is
 * due. A file is replaced by renaming, so that a reader sees a whole one; a device, a pipe or a link is written to. */
void status_poll(struct status *s);

/* Prints the last line and writes the last metrics. */
void status_finish(struct status *s);
#endif
