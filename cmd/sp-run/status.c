/* status.c -- `sp-run DIR --status` and `sp-run --dry-run`. */
#include "sp-run/status.h"
#include "base/diag.h"
#include "sp-run/job.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OUTPUT_MAX = 8 << 20, FAILED = 1, TOO_OLD = 2 };

/* Prints OUT, or an error if R is -1 because OUT could not be completed. Returns the exit status. */
static int print(int r, struct buf *out)
{
	struct err e = ERR_INIT;
	int status = r < 0 ? (err_oom(&e, "the status"), diag_err(&e)) : diag_print(buf_span(out).p, out->n);
	buf_release(out);
	return status;
}

/* Returns the exit status that R calls for. */
static int status_of(const struct report *r, int64_t max_age_ms)
{
	if (r->state >= REPORT_FAILED)
		return FAILED;
	bool old = r->committed_ms == INT64_MIN || r->now_ms - r->committed_ms > max_age_ms;
	return max_age_ms >= 0 && old ? TOO_OLD : 0;
}

int status_show(const struct run_options *o)
{
	struct report r;
	struct err e = ERR_INIT;
	struct buf out;
	buf_init(&out, OUTPUT_MAX);
	int status;
	if (report_read(&r, o->dir, &e) < 0) {
		status = diag_err(&e);
	} else {
		status = print(o->json ? status_write_json(&r, &out) : status_write_text(&r, &out), &out);
		status = status ? status : status_of(&r, o->max_age_ms);
	}
	report_release(&r);
	return status;
}

/* ---- --dry-run ---- */

/* Appends the programs of the line, and a warning if the last one stores nothing. */
static void add_programs(struct buf *out, const char *text, bool with_checkpoints)
{
	struct line line;
	line_read(&line, text);
	(void)buf_adds(out, "programs:  ");
	for (size_t i = 0; i < line.count; i++)
		(void)buf_addf(out, " %s%s", i > 0 ? "| " : "", line.stages[i].id);
	(void)buf_addc(out, '\n');
	const struct line_stage *end = line.count > 0 ? &line.stages[line.count - 1] : NULL;
	if (with_checkpoints && end && line.plain && strncmp(end->id, "sp-sink", 7) != 0 &&
		strncmp(end->id, "sp-publish", 10) != 0)
		(void)buf_addf(out, "warning:    %s is no program that stores: the line would commit nothing\n",
			end->id);
}

/* Appends what is known of a job that exists. */
static void add_job(struct buf *out, const struct report *r)
{
	(void)buf_addf(out, "job:        %s, %s\n", r->folder.job, report_state_names[r->state]);
	if (r->state <= REPORT_WAITING)
		(void)buf_addf(out, "            in use by sp-run (pid %lld): this run would end with %d, or wait\n",
			(long long)r->holder.pid, EX_TEMPFAIL);
	(void)buf_addf(out, "continues:  after epoch %llu\n", (unsigned long long)r->committed.epoch.number);
}

int status_dry_run(const struct run_options *o)
{
	struct report r;
	struct err e = ERR_INIT;
	struct buf out;
	struct stat s;
	char *cwd = o->chdir ? realpath(o->chdir, NULL) : getcwd(NULL, 0);
	buf_init(&out, OUTPUT_MAX);
	bool exists = o->dir && stat(o->dir, &s) == 0;
	if (!cwd)
		return err_errno(&e, EX_NOINPUT, errno, "%s", o->chdir ? o->chdir : "the current folder"), diag_err(&e);
	(void)buf_addf(&out, "line:       %s\n", o->line);
	add_programs(&out, o->line, o->dir != NULL);
	int failed = exists ? report_read(&r, o->dir, &e) : 0;
	if (exists && failed == 0)
		add_job(&out, &r);
	else if (o->dir && !exists)
		(void)buf_addf(&out, "job:        new: %s would be made\n", o->dir);
	(void)buf_addf(&out, "runs in:    %s\n", exists && failed == 0 && !o->chdir ? r.folder.cwd : cwd);
	if (exists)
		report_release(&r);
	free(cwd);
	if (failed < 0) {
		buf_release(&out);
		return diag_err(&e);
	}
	return print(buf_adds(&out, ""), &out);
}
