/* job.h -- the job that sp-run runs: its folder, its lock, and the files of its last run.
 *
 * A job with checkpoints lives in DIR (checkpoint/folder.h). sp-run's own files are in DIR/sp-run:
 *
 *	DIR/sp-run/exits.PID	SP_STATUS of the present try (endings.h)
 *	DIR/sp-run/last.json	last.h
 *
 * A job without checkpoints has only NAME.lock and NAME.PID in /tmp/sp-run-UID. This folder does not depend on
 * XDG_RUNTIME_DIR, which cron does not set, so that a run by hand and one by cron meet the same lock. */
#ifndef SP_RUN_JOB_H
#define SP_RUN_JOB_H
#include "checkpoint/folder.h"
#include "sp-run/line.h"
#include "sp-run/options.h"

struct job {
	const struct run_options *o;     /* borrowed */
	struct checkpoint_folder folder; /* path is NULL for a job without checkpoints */
	struct line line;
	char label[256]; /* the job in messages: "web" */
	char *place;     /* the folder of sp-run's own files; owned */
	char *lock_path; /* owned */
	char *exits;     /* the file for SP_STATUS; owned */
	char *cwd;       /* where --chdir says, or the current folder; NULL without checkpoints; owned */
	int lock;        /* descriptor of the lock; -1: not held */
};

/* Makes the folders and the files of the job of O, and takes its lock. Returns 0; 1 if the job runs already and
 * --skip-if-running is given; or -1 with E set, with EX_TEMPFAIL if the job runs already. The caller must call
 * job_close() in any case. */
int job_open(struct job *j, const struct run_options *o, struct err *e) MUST_USE;
void job_close(struct job *j);

static inline bool job_has_checkpoints(const struct job *j)
{
	return j->o->mode == RUN_CHECKPOINTS;
}

/* Sets *PID to the process of the line that holds the lock of program ID, or to 0. Returns 0, or -1 with E set. */
int job_program_pid(const struct job *j, const char *id, int64_t *pid, struct err *e) MUST_USE;
/* Looks for a running program of the job in F. If there is one, returns true and sets ID (LINE_NAME_MAX bytes) and
 * *PID. */
bool job_any_program(const struct checkpoint_folder *f, char *id, int64_t *pid);
/* Writes to LABEL (SIZE bytes) the name of JOB without its random digits: "web" for "web.9f2c77ab". */
void job_label(const char *job, char *label, size_t size);
#endif
