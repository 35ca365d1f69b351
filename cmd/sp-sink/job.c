/* job.c -- sp-sink as the end of a job: what it does at the control lines of checkpoints (checkpoint/stage.h).
 *
 * The store decides what is committed: it keeps the epoch together with the rows. The snapshot of sp-sink has only the
 * number of events, and which fields of --key were in the events. */
#include "base/clock.h"
#include "base/diag.h"
#include "sp-sink/run_state.h"
#include <inttypes.h>

enum {
	/* If an epoch took longer than this, the events of the next one are held until the barrier. Otherwise the store
	 * would be locked for longer than other programs wait for SQLite by default. */
	HOLD_MS = 2000,
	/* But the events of a busy stream are not held, unless the user has asked for long epochs: the programs before
	 * sp-sink would wait while all events of an epoch are stored at its end. */
	HOLD_BYTES = 8 << 20,
};

/* A file appears when it is complete, but a job may never end. */
#define JOB_REFUSED                                                                                             \
	"a file cannot be the end of a job with checkpoints: write to a folder of files (dir:PATH) or a table " \
	"(sqlite:FILE?table=NAME)"

/* ---- what the rows depend on ---- */

static int job_add(struct buf *out, const char *name, const char *value)
{
	return buf_addf(out, "%s: %s\n", name, value ? value : "");
}

/* Writes the options that decide the place and the form of the rows: these must not change in the middle of a job. The
 * path of the store is not among them. A store may be moved, and it knows whether it has the job. */
static int job_configuration(void *arg, struct buf *out, struct err *e)
{
	const struct run *r = arg;
	const struct target_config *c = &r->config->target;
	int failed = job_add(out, "TARGET", r->type->schemes ? r->type->schemes[0] : r->type->form);
	for (size_t i = 0; i < c->uri.param_count && !failed; i++)
		failed = job_add(out, c->uri.params[i].name, c->uri.params[i].value);
	if (failed || job_add(out, "--key", c->key) < 0 || job_add(out, "--partition", c->partition) < 0 ||
		job_add(out, "--format", c->format) < 0 || job_add(out, "--columns", c->encoding.columns) < 0 ||
		job_add(out, "--delimiter", c->encoding.delimiter) < 0 ||
		job_add(out, "--tz", r->config->zone_name) < 0)
		return err_oom(e, "the configuration");
	return 0;
}

static void job_open(void *arg, struct buf *out)
{
	const struct run *r = arg;
	uint64_t events = r->job_events + r->events;
	if (events > 0 && !r->closed)
		buf_addf(out, "the store of %" PRIu64 " events", events);
}

static int job_save(void *arg, struct save *s, struct err *e)
{
	const struct run *r = arg;
	(void)e;
	save_u64(s, r->closed ? 0 : r->job_events + r->events);
	fields_save(&r->fields, s);
	return 0;
}

static int job_load(void *arg, struct load *l, struct span old, struct err *e)
{
	struct run *r = arg;
	(void)old, (void)e; /* the snapshot does not depend on the configuration; the stage checks L's errors */
	r->job_events = load_u64(l);
	fields_load(&r->fields, l);
	return 0;
}

static void job_status(void *arg, struct status_fields *out)
{
	const struct run *r = arg;
	out->events_in = r->lines_in;
	out->events_out = r->events;
}

/* ---- the store ---- */

static int job_recover(void *arg, const char *job, struct epoch *out, struct err *e)
{
	struct run *r = arg;
	if (r->type->guarantee == TARGET_REFUSES_JOBS)
		return err_set(e, EX_USAGE, "%s", JOB_REFUSED);
	r->job.name = job;
	r->epoch_began_ms = clock_monotonic_ms();
	return r->type->recover(r->target, &r->job, out, e);
}

static int job_adopt(void *arg, const struct epoch *from, struct err *e)
{
	struct run *r = arg;
	return r->type->adopt(r->target, from, e);
}

static int job_close(void *arg, struct err *e)
{
	struct run *r = arg;
	(void)e;
	r->closed = true;
	return 0;
}

/* Puts the held lines now: those that are rejected must be dead letters before these are forced to the disk. */
static int job_flush(void *arg, struct err *e)
{
	struct run *r = arg;
	if (run_put_held(r, e) < 0)
		return -1;
	/* Rows that would replace each other must not be committed, and the barrier cannot wait for a later event. */
	if (run_is_job(r) && fields_lack_key(&r->fields))
		return fields_refuse(&r->fields, e);
	return r->type->pause ? r->type->pause(r->target, e) : 0;
}

/* Commits an epoch of a target that keeps no epochs. job_flush() has written the events. Returns 0, or -1 with E
 * set. */
static int job_commit_plain(struct run *r, const struct epoch *epoch, bool last, struct err *e)
{
	if (epoch->number == 1)
		diag("the target %s gets events at least once: after a crash some may come twice; dir: and sqlite: store "
		     "each exactly once",
			r->type->form);
	return last && r->type->finish ? r->type->finish(r->target, e) : 0;
}

static int job_commit(void *arg, const struct epoch *epoch, bool last, struct err *e)
{
	struct run *r = arg;
	if (r->type->guarantee == TARGET_AT_LEAST_ONCE)
		return job_commit_plain(r, epoch, last, e);
	enum target_boundary boundary = r->closed ? TARGET_END : last ? TARGET_STOP : TARGET_BARRIER;
	if (r->type->commit_epoch(r->target, epoch, boundary, e) < 0)
		return -1;
	int64_t now = clock_monotonic_ms();
	bool quiet = r->filter.in.offset - r->epoch_began_offset <= HOLD_BYTES;
	r->holding = r->type->exclusive && (r->long_epochs || (quiet && now - r->epoch_began_ms > HOLD_MS));
	r->epoch_began_ms = now;
	r->epoch_began_offset = r->filter.in.offset;
	return 0;
}

int job_init(struct run *r, struct err *e)
{
	struct checkpoint_settings settings;
	if (checkpoint_settings_read(&settings, e) < 0)
		return -1;
	if ((settings.dir || r->config->checkpoint) && r->type->guarantee == TARGET_REFUSES_JOBS)
		return err_set(e, EX_USAGE, "%s", JOB_REFUSED);
	r->job.any_fs = settings.any_fs;
	r->long_epochs = settings.every_ms > HOLD_MS;
	r->holding = r->type->exclusive && r->long_epochs;
	r->stage = (struct stage_hooks){ .configuration = job_configuration,
		.open = job_open,
		.save = job_save,
		.load = job_load,
		.close = job_close,
		.flush = job_flush,
		.status = job_status,
		.recover = r->type->guarantee == TARGET_AT_LEAST_ONCE ? NULL : job_recover,
		.adopt = job_adopt,
		.commit = job_commit,
		.pace_ms = r->type->pace_ms ? r->type->pace_ms(&r->config->target) : 0,
		.arg = r };
	return 0;
}
