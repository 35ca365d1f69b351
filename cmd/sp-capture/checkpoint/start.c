/* start.c -- how a run with checkpoints begins: the folder, the lock, the snapshot, the start line (checkpoint.h).
 *
 * COMMITTED decides which snapshot is used. A newer snapshot belongs to an epoch that was not committed, so the records
 * of that epoch must be read again. */
#include "sp-capture/checkpoint/checkpoint_internal.h"
#include "base/clock.h"
#include "base/fault.h"
#include "sp-capture/checkpoint/configuration.h"
#include "sp-capture/checkpoint/match.h"
#include "stream/barrier.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct checkpoint *checkpoint_new(const struct checkpoint_settings *s, struct err *e)
{
	struct checkpoint *c = calloc(1, sizeof *c);
	if (!c) {
		err_oom(e, "checkpoints");
		return NULL;
	}
	c->settings = s;
	c->hooks = (struct run_checkpoints){ checkpoint_poll, checkpoint_finish, c };
	c->folder.fd = c->place.fd = c->place.lock = -1;
	committed_init(&c->committed);
	buf_init(&c->configuration, SIZE_MAX / 2);
	char *cwd = getcwd(NULL, 0);
	int status = cwd ? 0 : err_errno(e, EX_OSERR, errno, "the working folder");
	if (status == 0)
		status = s->supervised ? checkpoint_folder_open(&c->folder, s->dir, NULL, e) :
					 checkpoint_folder_create(&c->folder, s->dir, cwd, s->any_fs, e);
	free(cwd);
	/* All control lines of the stream have the run of this try. */
	if (status == 0 && s->run)
		memcpy(c->last.run, s->run, sizeof c->last.run);
	else if (status == 0)
		status = checkpoint_new_run(c->last.run, e);
	if (status == 0)
		status = checkpoint_place_open(&c->place, &c->folder, CHECKPOINT_SOURCE_ID, c->last.run, e);
	if (status == 0 && !(c->sum = sum_new(e)))
		status = -1;
	if (status == 0)
		return c;
	checkpoint_free(c);
	return NULL;
}

void checkpoint_free(struct checkpoint *c)
{
	if (!c)
		return;
	known_release(&c->known);
	dead_letters_release(&c->dead_letters);
	sum_free(c->sum);
	buf_release(&c->configuration);
	committed_release(&c->committed);
	checkpoint_place_release(&c->place);
	checkpoint_folder_release(&c->folder);
	free(c);
}

/* Reads the state of snapshot S. Returns 0, or -1 with E set. */
static int load(struct checkpoint *c, struct snapshot *s, struct err *e)
{
	struct load *l = &s->body;
	if (load_u64(l) != CHECKPOINT_STATE_VERSION)
		load_fail(l, "of another version of sp, or damaged");
	c->rejected_before = load_u64(l);
	if (dead_letters_load(&c->dead_letters, l, e) < 0 || known_load(&c->known, l, e) < 0)
		return -1;
	return load_finish(l, e) < 0 ? err_context(e, "the snapshot of %s", CHECKPOINT_SOURCE_ID) : 0;
}

/* Reads the snapshot of the epoch FROM. Returns 0, or -1 with E set. */
static int load_snapshot(struct checkpoint *c, const struct epoch *from, struct err *e)
{
	struct snapshot s;
	int status = snapshot_read(&c->place, from, &s, e);
	if (status == 0)
		status = snapshot_compare(&s, buf_span(&c->configuration), c->settings->upgrade, CHECKPOINT_SOURCE_ID,
			e);
	if (status >= 0)
		status = load(c, &s, e);
	snapshot_release(&s);
	return status;
}

/* Writes the start line and flushes it, so that the later programs take their locks while this one seeks.
 * Returns 0, or -1 with E set. */
static int write_start(struct checkpoint *c, struct run *r, const struct epoch *from, struct err *e)
{
	struct start_line line;
	struct buf text;
	start_line_init(&line);
	buf_init(&text, SIZE_MAX / 2);
	memcpy(line.job, c->folder.job, sizeof line.job);
	memcpy(line.run, c->last.run, sizeof line.run);
	line.from = *from;
	int status = buf_adds(&line.dir, c->folder.path) < 0 || buf_adds(&line.path, CHECKPOINT_SOURCE_ID) < 0 ||
			start_line_write(&line, &text) < 0 ?
		err_oom(e, "a start line") :
		writer_add(&r->out, text.p, text.n, e);
	if (status == 0)
		status = writer_sum_begin(&r->out, e);
	buf_release(&text);
	start_line_release(&line);
	return status;
}

/* The known defect "trust-pointer" (base/fault.h): sets *FROM to the epoch of the newest snapshot, committed or not. */
static void trust_newest(const struct checkpoint *c, struct epoch *from)
{
	struct stat st;
	struct timespec newest = { 0, 0 };
	int fd = openat(c->place.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	for (const struct dirent *entry; d && (entry = readdir(d));) {
		struct epoch found;
		if (sscanf(entry->d_name, "%" SCNu64 "-%32[0-9a-f].snap", &found.number, found.run) != 2 ||
			fstatat(c->place.fd, entry->d_name, &st, 0) < 0 || st.st_mtim.tv_sec < newest.tv_sec ||
			(st.st_mtim.tv_sec == newest.tv_sec && st.st_mtim.tv_nsec < newest.tv_nsec))
			continue;
		newest = st.st_mtim;
		*from = found;
	}
	if (d)
		closedir(d);
}

int checkpoint_start(struct checkpoint *c, struct run *r, struct err *e)
{
	fault_point("after-lock");
	if (configuration_text(r->options, &c->configuration, e) < 0 ||
		dead_letters_open(&c->dead_letters, &c->place, &r->rejects, c->settings->supervised, e) < 0 ||
		committed_read(&c->folder, &c->committed, e) < 0)
		return -1;
	struct epoch from = c->committed.epoch;
	if (fault_mutant("trust-pointer"))
		trust_newest(c, &from);
	if (from.number > 0 && load_snapshot(c, &from, e) < 0)
		return -1;
	if (dead_letters_note(&c->dead_letters, &from, e) < 0)
		return -1;
	fault_point("after-load");
	if (match_sources(&c->known, &r->set, c->settings->lost_ok, e) < 0)
		return -1;
	fault_point("before-start");
	if (write_start(c, r, &from, e) < 0)
		return -1;
	fault_point("after-start");
	c->last.number = from.number;
	c->barrier_ms = clock_monotonic_ms();
	c->status_ms = c->barrier_ms + CHECKPOINT_STATUS_MS;
	return 0;
}

const struct run_checkpoints *checkpoint_hooks(const struct checkpoint *c)
{
	return &c->hooks;
}
