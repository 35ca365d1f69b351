/* dir_job.c -- stages files in the folder of the job, and delivers them by rename(2).
 *
 * A delivery is idempotent because a rename removes the staged file and never replaces another one. If the staged file
 * exists, it is not delivered yet. If it does not, it is delivered, even if somebody has moved the delivered file away
 * since. The names of delivered files have the epoch and the run. The manifest has these names, so a redo uses the same
 * ones. */
#include "sp-sink/target/dir_job.h"
#include "base/diag.h"
#include "base/fault.h"
#include "base/vec.h"
#include "checkpoint/folder.h"
#include "outbox/outbox.h"
#include "sp-sink/place/dirs.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A staged file that waits for the next commit. Owned. */
struct dir_staged {
	char *name, *folder, *suffix;
};

struct dir_job {
	const char *root;
	char *path; /* of the folder of the job; owned */
	int fd;     /* of the folder of the job, for reading; locked */
	struct outbox outbox;
	struct dir_staged *staged;
	size_t staged_count, staged_cap;
	char **folders; /* those that settle() must sync, below root; owned */
	size_t folder_count, folder_cap;
	uint64_t opened; /* staged files so far */
};

/* ---- delivering ---- */

/* Remembers that the folder of TARGET has a new name in it, for dir_job_settle(). */
static int dir_job_touch(struct dir_job *j, const char *target, struct err *e)
{
	const char *slash = strrchr(target, '/');
	size_t n = slash ? (size_t)(slash - target) : 0;
	char **last = j->folder_count ? &j->folders[j->folder_count - 1] : NULL;
	if (last && strlen(*last) == n && memcmp(*last, target, n) == 0)
		return 0;
	char **p = vec_room(j->folders, &j->folder_cap, j->folder_count + 1, sizeof *p);
	if (!p)
		return err_oom(e, "the folders of an epoch");
	j->folders = p;
	char *folder = strndup(target, n);
	if (!folder)
		return err_oom(e, "the folders of an epoch");
	j->folders[j->folder_count++] = folder;
	return 0;
}

/* Returns true if TARGET stays below the root: a manifest that somebody has changed must not write elsewhere. */
static bool dir_job_is_below(const char *target)
{
	for (const char *p = target;; p++) {
		size_t n = strcspn(p, "/");
		if (n == 0 || (n == 1 && *p == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
			return false;
		p += n;
		if (*p == '\0')
			return true;
	}
}

/* The staged file is gone: the run before has delivered it. */
static int dir_job_was_delivered(struct dir_job *j, const char *target, struct err *e)
{
	char path[PATH_MAX];
	if (snprintf(path, sizeof path, "%s/%s", j->root, target) < PATH_MAX && access(path, F_OK) < 0)
		diag("%s was stored by the run before, and somebody has moved or removed it since", path);
	/* The run before may have died between the rename and the sync of the folder. */
	return dir_job_touch(j, target, e);
}

/* Renames STAGED to NAME in FOLDER, and never replaces a file. Returns 0, or -1 with errno. */
static int dir_job_rename(const struct dir_job *j, const char *staged, int folder, const char *name)
{
	struct stat a, b;
	if (renameat2(j->fd, staged, folder, name, RENAME_NOREPLACE) == 0)
		return 0;
	int why = errno;
	/* EINVAL: the file system does not know RENAME_NOREPLACE, so a check for the name comes first. */
	if (why == EINVAL) {
		why = faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ? EEXIST : errno;
		if (why == ENOENT)
			return renameat(j->fd, staged, folder, name);
	}
	/* Both names are of one file: a file system without a journal has lost the second half of a rename. */
	if (why == EEXIST && fstatat(j->fd, staged, &a, AT_SYMLINK_NOFOLLOW) == 0 &&
		fstatat(folder, name, &b, AT_SYMLINK_NOFOLLOW) == 0 && a.st_ino == b.st_ino && a.st_dev == b.st_dev)
		return unlinkat(j->fd, staged, 0);
	errno = why;
	return -1;
}

/* Copies the span S into TEXT of SIZE bytes, with a NUL. Returns false if it does not fit or has a NUL inside. */
static bool dir_job_text(struct span s, char *text, size_t size)
{
	if (s.n == 0 || s.n >= size || memchr(s.p, '\0', s.n))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	return true;
}

static int dir_job_deliver(void *arg, const struct outbox_part *part, bool redo, struct err *e)
{
	struct dir_job *j = arg;
	char staged[NAME_MAX + 1], target[PATH_MAX], below[PATH_MAX];
	if (!dir_job_text(part->staged, staged, sizeof staged) || !dir_job_text(part->target, target, sizeof target) ||
		strchr(staged, '/') || !dir_job_is_below(target))
		return err_set(e, EX_DATAERR, "%s: a manifest names a file that is not below %s", j->path, j->root);
	if (redo && faccessat(j->fd, staged, F_OK, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT)
		return dir_job_was_delivered(j, target, e);
	const char *slash = strrchr(target, '/'), *name = slash ? slash + 1 : target;
	snprintf(below, sizeof below, "%.*s", slash ? (int)(slash - target) : 0, target);
	int folder = dirs_open(j->root, below, e);
	if (folder < 0)
		return -1;
	int r = dir_job_rename(j, staged, folder, name), why = errno;
	close(folder);
	if (r < 0 && why == EEXIST)
		return err_set(e, EX_CANTCREAT,
			"%s/%s: is there already and is not replaced; move it away and start again", j->root, target);
	if (r < 0)
		return err_errno(e, err_status_write(why), why, "%s/%s", j->root, target);
	return dir_job_touch(j, target, e);
}

static int dir_job_by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Forces the names of the delivered files to the disk: syncs each folder once. */
static int dir_job_settle(void *arg, struct err *e)
{
	struct dir_job *j = arg;
	char path[PATH_MAX];
	int r = 0;
	if (j->folder_count)
		qsort(j->folders, j->folder_count, sizeof *j->folders, dir_job_by_text);
	for (size_t i = 0; i < j->folder_count && r == 0; i++) {
		if (i > 0 && strcmp(j->folders[i], j->folders[i - 1]) == 0)
			continue;
		bool fits = snprintf(path, sizeof path, "%s/%s", j->root, j->folders[i]) < PATH_MAX;
		int fd = fits ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
		/* ENOENT: somebody has removed the folder with what was delivered into it. */
		if (fd < 0 && errno != ENOENT)
			r = err_errno(e, EX_IOERR, errno, "%s", path);
		if (fd >= 0) {
			r = dirs_sync(fd, path, e);
			close(fd);
		}
	}
	for (size_t i = 0; i < j->folder_count; i++)
		free(j->folders[i]);
	j->folder_count = 0;
	return r;
}

/* Removes everything in the folder of the job but the manifests. */
static int dir_job_discard(void *arg, struct err *e)
{
	const struct dir_job *j = arg;
	const struct dirent *entry;
	struct manifest_name name;
	DIR *d = opendir(j->path);
	if (!d)
		return err_errno(e, EX_IOERR, errno, "%s", j->path);
	while ((entry = readdir(d)))
		if (!manifest_name_read(&name, entry->d_name))
			(void)unlinkat(dirfd(d), entry->d_name, 0);
	closedir(d);
	return 0;
}

/* ---- opening ---- */

/* Opens the folder of the job, and makes it if needed. */
static int dir_job_open_folder(struct dir_job *j, bool any_fs, struct err *e)
{
	int folder = dirs_open(j->root, j->path + strlen(j->root) + 1, e);
	if (folder < 0)
		return -1;
	/* The O_PATH descriptor can be neither locked nor synced, so the folder is opened once more. */
	j->fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int why = errno;
	close(folder);
	if (j->fd < 0)
		return err_errno(e, err_status_write(why), why, "%s", j->path);
	const char *network = checkpoint_network_fs(j->fd);
	if (network && !any_fs)
		return err_set(e, EX_CONFIG,
			"%s is on %s, where locks and renames cannot be relied on after a crash; use a local disk, or give "
			"--any-fs",
			j->root, network);
	return 0;
}

struct dir_job *dir_job_open(const char *root, const char *job, bool any_fs, struct epoch *last, struct err *e)
{
	struct dir_job *j = calloc(1, sizeof *j);
	if (!j || asprintf(&j->path, "%s/.sp-job-%s", root, job) < 0) {
		free(j);
		err_oom(e, "a job");
		return NULL;
	}
	j->root = root;
	j->fd = -1;
	const struct outbox_hooks hooks = { .deliver = dir_job_deliver,
		.settle = dir_job_settle,
		.discard = dir_job_discard,
		.arg = j };
	if (dir_job_open_folder(j, any_fs, e) < 0 || outbox_open(&j->outbox, j->fd, j->path, job, &hooks, e) < 0 ||
		outbox_recover(&j->outbox, last, e) < 0) {
		dir_job_free(j);
		return NULL;
	}
	return j;
}

static void dir_job_forget_staged(struct dir_job *j)
{
	for (size_t i = 0; i < j->staged_count; i++) {
		free(j->staged[i].name);
		free(j->staged[i].folder);
		free(j->staged[i].suffix);
	}
	j->staged_count = 0;
}

void dir_job_free(struct dir_job *j)
{
	if (!j)
		return;
	dir_job_forget_staged(j);
	for (size_t i = 0; i < j->folder_count; i++)
		free(j->folders[i]);
	outbox_release(&j->outbox);
	if (j->fd >= 0)
		close(j->fd);
	free(j->staged);
	free(j->folders);
	free(j->path);
	free(j);
}

/* ---- staging ---- */

int dir_job_create(struct dir_job *j, struct outfile *f, char name[DIR_STAGED_NAME], const struct compressor_type *type,
	struct err *e)
{
	snprintf(name, DIR_STAGED_NAME, "%06" PRIu64 ".part", ++j->opened);
	return outfile_create_in(f, j->fd, j->path, name, type, e);
}

int dir_job_stage(struct dir_job *j, struct outfile *f, const char *name, const char *folder, const char *suffix,
	struct err *e)
{
	if (outfile_commit_in(f, -1, e) < 0)
		return -1;
	fault_point("after-file-fsync");
	struct dir_staged *p = vec_room(j->staged, &j->staged_cap, j->staged_count + 1, sizeof *p);
	if (!p)
		return err_oom(e, "the files of an epoch");
	j->staged = p;
	p += j->staged_count++;
	*p = (struct dir_staged){ strdup(name), strdup(folder), strdup(suffix) };
	return p->name && p->folder && p->suffix ? 0 : err_oom(e, "the files of an epoch");
}

void dir_job_drop(struct dir_job *j, const char *name)
{
	(void)unlinkat(j->fd, name, 0);
}

/* ---- commits ---- */

/* Gives staged file number I of EPOCH to the outbox. */
static int dir_job_name(struct dir_job *j, const struct epoch *epoch, size_t i, struct err *e)
{
	const struct dir_staged *s = &j->staged[i];
	char target[PATH_MAX];
	int n = snprintf(target, sizeof target, "%s%spart-%08" PRIu64 "-%.8s-%06zu%s", s->folder, *s->folder ? "/" : "",
		epoch->number, epoch->run, i + 1, s->suffix);
	if (n < 0 || (size_t)n >= sizeof target)
		return err_set(e, EX_CANTCREAT, "%s/%.200s...: the path is too long", j->root, s->folder);
	return outbox_stage(&j->outbox, span_of(s->name), span_of(target), e) < 0 ? -1 : 0;
}

int dir_job_commit(struct dir_job *j, const struct epoch *epoch, struct err *e)
{
	for (size_t i = 0; i < j->staged_count; i++)
		if (dir_job_name(j, epoch, i, e) < 0)
			return -1;
	/* The names of the staged files must be on the disk before the manifest that names them. */
	if (j->staged_count && dirs_sync(j->fd, j->path, e) < 0)
		return -1;
	if (outbox_seal(&j->outbox, epoch, e) < 0 || outbox_deliver(&j->outbox, e) < 0)
		return -1;
	dir_job_forget_staged(j);
	return 0;
}

int dir_job_adopt(struct dir_job *j, const struct epoch *epoch, struct err *e)
{
	return outbox_adopt(&j->outbox, epoch, e);
}
