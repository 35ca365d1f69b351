/* run_state.h -- one run of sp-sink: what run.c and job.c share. */
#ifndef SINK_RUN_STATE_H
#define SINK_RUN_STATE_H
#include "checkpoint/stage.h"
#include "program/filter.h"
#include "sp-sink/fields.h"
#include "sp-sink/held_lines.h"

struct run {
	const struct config *config;
	const struct target_type *type;
	struct target *target; /* NULL until open() has set it */
	struct filter filter;
	struct json_checker checker;
	struct event event;   /* the current line */
	struct fields fields; /* which fields of --key and --partition were in the events */
	uint64_t lines_in;    /* number of lines that are not control lines */
	uint64_t events;      /* number of events that the target has stored */

	/* ---- checkpoints (job.c) ---- */

	struct stage_hooks stage;
	struct target_job job; /* job.name is NULL if the stream has no checkpoints */
	bool closed;           /* the end line was read */
	uint64_t job_events;   /* events that earlier runs of the job have stored since its last end */
	bool long_epochs;      /* sp-run --every asks for long epochs */
	bool holding;          /* events are held until the barrier */
	struct held_lines held;
	int64_t epoch_began_ms;      /* when the last epoch was committed, by the monotonic clock */
	uint64_t epoch_began_offset; /* in the input, in bytes */
};

/* Returns true if only barriers may commit. */
static inline bool run_is_job(const struct run *r)
{
	return r->job.name != NULL;
}

/* Puts all held lines into the target. Returns 0, or -1 with E set. (run.c) */
int run_put_held(struct run *r, struct err *e) MUST_USE;

/* Prepares R to be the end of a job: reads the environment and fills r->stage. Sets E to EX_USAGE and returns -1 if
 * checkpoints are demanded and the target refuses them. Otherwise returns 0. (job.c) */
int job_init(struct run *r, struct err *e) MUST_USE;
#endif
