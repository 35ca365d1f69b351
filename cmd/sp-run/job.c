/* job.c -- makes and locks the folder of a job.
 *
 * When the lock of the job is taken, the line of an earlier sp-run that was killed may still run. Its programs hold
 * their own locks until they end, so a second line would only fail. job_open() finds these programs first, and names
 * the one to stop. */
#include "sp-run/job.h"
#include "base/clock.h"
#include "checkpoint/place.h"
#include "sp-run/last.h"
#include "sp-run/lock.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ORPHAN_PAUSE_MS = 50 };

void job_label(const char *job, char *label, size_t size)
{
	const char *dot = strrchr(job, '.');
	snprintf(label, size, "%.*s", dot && dot != job ? (int)(dot - job) : (int)strlen(job), job);
}

/* Sets *OUT to the file for SP_STATUS, "FOLDER/NAME.PID". The name has the process id of sp-run, because the shell of
 * an earlier sp-run that was killed may still write to its own file. Returns 0, or -1 with E set. */
static int name_exits(char **out, const char *folder, const char *name, struct err *e)
{
	return asprintf(out, "%s/%s.%ld", folder, name, (long)getpid()) >= 0 ? 0 : (*out = NULL, err_oom(e, "a path"));
}

/* Sets *OUT to "FOLDER/NAMETAIL", which the caller owns. Returns 0, or -1 with E set. */
static int join(char **out, const char *folder, const char *name, const char *tail, struct err *e)
{
	return asprintf(out, "%s/%s%s", folder, name, tail) >= 0 ? 0 : (*out = NULL, err_oom(e, "a path"));
}

/* Makes the folder PATH for this user alone. Refuses a folder of another user. Returns 0, or -1 with E set. */
static int make_private(const char *path, struct err *e)
{
	struct stat s;
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return err_errno(e, err_status_write(errno), errno, "%s", path);
	if (lstat(path, &s) < 0)
		return err_errno(e, err_status_write(errno), errno, "%s", path);
	if (!S_ISDIR(s.st_mode) || s.st_uid != geteuid() || (s.st_mode & 022))
		return err_set(e, EX_NOPERM, "%s: must be a folder of this user that others cannot write to: remove it",
			path);
	return 0;
}

/* ---- with checkpoints ---- */

/* Makes DIR and DIR/sp-run. Returns 0, or -1 with E set. */
static int make_folder(struct job *j, struct err *e)
{
	const struct run_options *o = j->o;
	j->cwd = o->chdir ? realpath(o->chdir, NULL) : getcwd(NULL, 0);
	if (!j->cwd)
		return err_errno(e, EX_NOINPUT, errno, "%s", o->chdir ? o->chdir : "the current folder");
	if (checkpoint_folder_create(&j->folder, o->dir, j->cwd, o->any_fs, e) < 0)
		return -1;
	job_label(j->folder.job, j->label, sizeof j->label);
	if (join(&j->place, j->folder.path, "sp-run", "", e) < 0 || make_private(j->place, e) < 0)
		return -1;
	return join(&j->lock_path, j->folder.path, "lock", "", e) < 0 ? -1 :
									name_exits(&j->exits, j->place, "exits", e);
}

int job_program_pid(const struct job *j, const char *id, int64_t *pid, struct err *e)
{
	return checkpoint_place_holder(&j->folder, id, pid, e);
}

bool job_any_program(const struct checkpoint_folder *f, char *id, int64_t *pid)
{
	DIR *d = opendir(f->path);
	struct dirent *entry;
	*pid = 0;
	while (d && *pid == 0 && (entry = readdir(d))) {
		struct err ignored = ERR_INIT;
		struct stat s;
		if (entry->d_name[0] == '.' || strlen(entry->d_name) >= LINE_NAME_MAX ||
			strcmp(entry->d_name, "sp-run") == 0 || fstatat(dirfd(d), entry->d_name, &s, 0) < 0 ||
			!S_ISDIR(s.st_mode))
			continue;
		snprintf(id, LINE_NAME_MAX, "%s", entry->d_name);
		if (checkpoint_place_holder(f, id, pid, &ignored) < 0)
			*pid = 0;
	}
	if (d)
		closedir(d);
	return *pid != 0;
}

/* Waits until no program of an earlier line runs, at most as long as --wait says. Returns 0, or -1 with E set
 * (EX_TEMPFAIL) if one still runs then. */
static int await_orphans(const struct job *j, struct err *e)
{
	int64_t wait_ms = j->o->wait_ms, until_ms = clock_monotonic_ms() + wait_ms, pid;
	char id[LINE_NAME_MAX];
	while (job_any_program(&j->folder, id, &pid)) {
		if (wait_ms >= 0 && clock_monotonic_ms() >= until_ms)
			return err_set(e, EX_TEMPFAIL,
				"%s: the line of an earlier sp-run still runs: %s (pid %lld); it ends with its input, "
				"or after kill %lld",
				j->o->dir, id, (long long)pid, (long long)pid);
		const struct timespec pause = { 0, ORPHAN_PAUSE_MS * 1000000 };
		nanosleep(&pause, NULL);
	}
	return 0;
}

/* Refuses DIR if it is a copy and the original is still there: without --chdir, the line of the copy would run in the
 * folder of the original, read its files and write into its store. Returns 0, or -1 with E set. */
static int refuse_copy(const struct job *j, struct err *e)
{
	struct last last;
	struct checkpoint_folder other = { .fd = -1 };
	struct stat a, b;
	struct err ignored = ERR_INIT;
	int r = 0;
	last_init(&last);
	const char *dir = last_read(&last, j->place) ? buf_string(&last.dir) : NULL;
	if (dir && *dir && strcmp(dir, j->folder.path) != 0) {
		bool same_job = checkpoint_folder_open(&other, dir, j->folder.job, &ignored) == 0;
		/* One folder may have several paths. */
		bool copy = same_job && fstat(other.fd, &a) == 0 && fstat(j->folder.fd, &b) == 0 &&
			(a.st_dev != b.st_dev || a.st_ino != b.st_ino);
		if (copy)
			r = err_set(e, EX_DATAERR,
				"%s is a copy of %s, and its line would run in %s like the original: give it a folder "
				"with a store of its own (--chdir), or remove the original",
				j->o->dir, dir, j->folder.cwd);
		checkpoint_folder_release(&other);
	}
	last_release(&last);
	return r;
}

/* Removes the SP_STATUS files of earlier sp-run processes that were killed. */
static void remove_old_exits(const struct job *j)
{
	DIR *d = opendir(j->place);
	for (const struct dirent *entry; d && (entry = readdir(d));)
		if (strncmp(entry->d_name, "exits.", 6) == 0)
			(void)unlinkat(dirfd(d), entry->d_name, 0);
	if (d)
		closedir(d);
}

/* ---- without checkpoints ---- */

/* Writes a name made of the line and the current folder to NAME: the program at its end, so that people recognize it,
 * and a hash (FNV-1a, 64 bits) of both. Returns 0, or -1 with E set. */
static int make_name(const struct job *j, char name[256], struct err *e)
{
	char *cwd = getcwd(NULL, 0);
	if (!cwd)
		return err_errno(e, EX_NOINPUT, errno, "the current folder");
	uint64_t hash = UINT64_C(14695981039346656037);
	const char *texts[] = { cwd, "\n", j->o->line };
	for (size_t i = 0; i < 3; i++)
		for (const char *p = texts[i]; *p; p++)
			hash = (hash ^ (unsigned char)*p) * UINT64_C(1099511628211);
	free(cwd);
	snprintf(name, 256, "line.%016llx", (unsigned long long)hash);
	return 0;
}

static int make_plain(struct job *j, struct err *e)
{
	char folder[64], name[256];
	snprintf(folder, sizeof folder, "/tmp/sp-run-%ld", (long)geteuid());
	snprintf(name, sizeof name, "%s", j->o->name ? j->o->name : "");
	if (make_private(folder, e) < 0 || (!j->o->name && make_name(j, name, e) < 0))
		return -1;
	snprintf(j->label, sizeof j->label, "%s", j->o->name ? name : "line");
	j->place = strdup(folder);
	if (!j->place)
		return err_oom(e, "a path");
	return join(&j->lock_path, folder, name, ".lock", e) < 0 ? -1 : name_exits(&j->exits, folder, name, e);
}

/* ---- both ---- */

/* Takes the lock. Returns as job_open() does. */
static int take_lock(struct job *j, struct err *e)
{
	struct lock_holder holder;
	j->lock = lock_take(j->lock_path, j->o->wait_ms, &holder, e);
	if (j->lock >= 0 || e->status != EX_TEMPFAIL)
		return j->lock >= 0 ? 0 : -1;
	if (j->o->skip)
		return 1;
	const char *since = holder.since;
	return err_set(e, EX_TEMPFAIL, "%s is in use by sp-run (pid %lld)%s%s; see --wait and --skip-if-running",
		job_has_checkpoints(j) ? j->o->dir : j->lock_path, (long long)holder.pid, *since ? " since " : "",
		since);
}

int job_open(struct job *j, const struct run_options *o, struct err *e)
{
	*j = (struct job){ .o = o, .folder.fd = -1, .lock = -1 };
	line_read(&j->line, o->line);
	if ((job_has_checkpoints(j) ? make_folder(j, e) : make_plain(j, e)) < 0)
		return -1;
	int r = take_lock(j, e);
	if (r != 0 || !job_has_checkpoints(j))
		return r;
	if (await_orphans(j, e) < 0)
		return o->skip ? 1 : -1;
	if (!o->chdir && refuse_copy(j, e) < 0)
		return -1;
	remove_old_exits(j);
	bool moves = o->chdir && strcmp(j->folder.cwd, j->cwd) != 0;
	return moves ? checkpoint_folder_set_cwd(&j->folder, j->cwd, e) : 0;
}

void job_close(struct job *j)
{
	if (j->lock >= 0) {
		(void)unlink(j->exits);
		close(j->lock);
	}
	if (j->o->mode != RUN_PLAIN)
		checkpoint_folder_release(&j->folder);
	free(j->cwd);
	free(j->place);
	free(j->lock_path);
	free(j->exits);
	*j = (struct job){ .o = j->o, .folder.fd = -1, .lock = -1 };
}
