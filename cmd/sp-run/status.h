/* status.h -- prints what a job is doing, for `sp-run DIR --status`, and what sp-run would do, for --dry-run. */
#ifndef SP_RUN_STATUS_H
#define SP_RUN_STATUS_H
#include "sp-run/options.h"
#include "sp-run/report.h"

/* Prints the status of the job of O. Returns the exit status: 0 if the job runs or its last run ended well, 1 if not, 2
 * if the last commit is older than --max-age. */
int status_show(const struct run_options *o);
/* Prints what sp-run with the options O would do. Returns the exit status. */
int status_dry_run(const struct run_options *o);

/* Append R to OUT as text for people, at most 80 columns wide but for long names and paths, or as one JSON object
 * (sp-run(1)). Return 0, or -1 if memory is exhausted. */
int status_write_text(const struct report *r, struct buf *out) MUST_USE;
int status_write_json(const struct report *r, struct buf *out) MUST_USE;
#endif
