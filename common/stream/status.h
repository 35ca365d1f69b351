/* status.h -- the status line on stderr (--status, SIGUSR1) and the metrics file (--metrics FILE).
 * A program describes its state by filling in text when it is asked; nothing runs in between. */
#ifndef STREAM_STATUS_H
#define STREAM_STATUS_H
#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>

struct status {
	bool line;                /* --status */
	bool progress;            /* like it, but only painted while it runs: nothing stays at the end */
	const char *metrics_path; /* --metrics FILE, or NULL */
	/* Appends the status text, without program name and newline ("1.2M events, 3.4M/s, ..."). */
	void (*describe)(void *arg, struct buf *out);
	/* Appends Prometheus text exposition lines (version 0.0.4). */
	void (*metrics)(void *arg, struct buf *out);
	void *arg;
	int64_t next_ms;         /* monotonic time of the next line */
	int64_t next_metrics_ms; /* ... of the next metrics file */
	bool metrics_written, metrics_told;
};

/* Call once per some thousand events or per read, and before waiting: cheap when nothing is due. Prints at
 * most once a second (repainting one line if stderr is a terminal), and when status_flag is
 * set; writes the metrics file (temporary name, rename; a device, pipe or link as it is) every 10 s. */
void status_poll(struct status *s);
/* The last line and the last metrics. */
void status_finish(struct status *s);
#endif
