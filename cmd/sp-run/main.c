/* sp-run -- runs a line of sp programs exactly once, and again after a failure.
 *
 * options.c reads the command line, job.c makes and locks the folder of the job, supervise.c runs the line until it is
 * done, and status.c shows what a job is doing. */
#include "base/diag.h"
#include "sp-run/options.h"
#include "sp-run/status.h"
#include "sp-run/supervise.h"

/* Runs the job of O. Returns the exit status. */
static int run(const struct run_options *o)
{
	struct job j;
	struct err e = ERR_INIT;
	int opened = job_open(&j, o, &e);
	int status = opened < 0 ? diag_err(&e) : opened > 0 ? 0 : supervise(&j);
	job_close(&j);
	return status;
}

int main(int argc, char *argv[])
{
	struct run_options o;
	struct err e = ERR_INIT;
	int status = 0;
	diag_init("sp-run");
	enum program_outcome outcome = run_options_read(&o, argc, argv, &status, &e);
	if (outcome == PROGRAM_FAILED)
		return diag_err(&e);
	if (outcome == PROGRAM_RUN)
		status = o.mode == RUN_STATUS ? status_show(&o) : o.dry_run ? status_dry_run(&o) : run(&o);
	return status;
}
