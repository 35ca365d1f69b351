/* folder.c -- makes and opens the folder of checkpoints of a job (folder.h).
 *
 * FORMAT is made last, so a folder with FORMAT is complete. While FORMAT is made, the folder itself is locked. So two
 * programs that start at the same time get the same job. */
#include "checkpoint/folder.h"
#include "base/hex.h"
#include "json/json.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { FORMAT_MAX = 64 << 10 };

const char *checkpoint_network_fs(int fd)
{
	/* The magic numbers of statfs(2). */
	static const struct {
		uint32_t type;
		const char *name;
	} known[] = {
		{ 0x6969, "NFS" },
		{ 0x517B, "SMB" },
		{ 0xFF534D42, "SMB" },
		{ 0xFE534D42, "SMB" },
		{ 0x01021997, "9p" },
		{ 0x65735546, "FUSE" },
	};
	struct statfs fs;
	if (fstatfs(fd, &fs) < 0)
		return NULL;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if ((uint32_t)fs.f_type == known[i].type)
			return known[i].name;
	return NULL;
}

/* Writes N random bytes as hexadecimal digits and a NUL to TO. Returns 0, or -1 with E set. */
static int random_hex(char *to, size_t n, struct err *e)
{
	unsigned char bytes[16];
	if (getrandom(bytes, n, 0) != (ssize_t)n)
		return err_errno(e, EX_OSERR, errno, "no random numbers");
	for (size_t i = 0; i < n; i++)
		to = hex_put(to, bytes[i]);
	*to = '\0';
	return 0;
}

int checkpoint_new_run(char run[RUN_TEXT], struct err *e)
{
	return random_hex(run, (RUN_TEXT - 1) / 2, e);
}

/* ---- opening ---- */

void checkpoint_folder_release(struct checkpoint_folder *f)
{
	if (f->fd >= 0)
		close(f->fd);
	free(f->path);
	free(f->cwd);
	*f = (struct checkpoint_folder){ .fd = -1 };
}

/* Opens DIR and finds its absolute path. Returns 0, or -1 with E set if it is missing or belongs to somebody else. */
static int open_own(struct checkpoint_folder *f, const char *dir, struct stat *st, struct err *e)
{
	*f = (struct checkpoint_folder){ .fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
	if (f->fd < 0 && errno == ENOENT)
		return err_set(e, EX_DATAERR,
			"%s: there is no folder of checkpoints here; sp-run, or sp-capture --checkpoint, makes it",
			dir);
	if (f->fd < 0 || fstat(f->fd, st) < 0)
		return err_errno(e, errno == EACCES ? EX_NOPERM : EX_DATAERR, errno,
			"%s cannot be opened as a folder of checkpoints", dir);
	f->path = realpath(dir, NULL);
	if (!f->path)
		return err_errno(e, EX_OSERR, errno, "%s: no absolute path", dir);
	if (st->st_uid != geteuid())
		return err_set(e, EX_NOPERM,
			"%s belongs to another user (%u): run as that user, or take another folder", f->path,
			(unsigned)st->st_uid);
	return 0;
}

/* Refuses a folder that others may read or write. Returns 0, or -1 with E set. */
static int check_closed(const struct checkpoint_folder *f, const struct stat *st, struct err *e)
{
	if ((st->st_mode & 077) == 0)
		return 0;
	return err_set(e, EX_NOPERM, "%s is open to other users (mode %o): close it with chmod 700 %s", f->path,
		(unsigned)st->st_mode & 07777, f->path);
}

/* Reads job and cwd from FORMAT, the text of the file, and sets *VERSION to its version. Returns 0, or -1 if a member
 * is missing or wrong. */
static int take_format(struct checkpoint_folder *f, struct span format, struct span *version)
{
	struct json_walk w;
	struct span name, value;
	struct buf job, cwd;
	int r = json_walk_init(&w, format), next = 0;
	buf_init(&job, JOB_TEXT);
	buf_init(&cwd, FORMAT_MAX);
	while (r == 0 && (next = json_walk(&w, &name, &value)) > 0) {
		bool text = json_type(value) == JSON_STRING && value.n >= 2;
		struct span inner = text ? (struct span){ value.p + 1, value.n - 2 } : SPAN_NONE;
		if (json_string_is(name, SPAN("sp")))
			*version = value;
		else if (json_string_is(name, SPAN("job")))
			r = text && job.n == 0 ? json_unescape(inner, &job) : -1;
		else if (json_string_is(name, SPAN("cwd")))
			r = text && cwd.n == 0 ? json_unescape(inner, &cwd) : -1;
	}
	const char *job_text = buf_string(&job), *cwd_text = buf_string(&cwd);
	if (r < 0 || next < 0 || !job_text || !cwd_text || job.n == 0 || strlen(job_text) != job.n ||
		strlen(cwd_text) != cwd.n || !(f->cwd = strdup(cwd_text)))
		r = -1;
	else
		memcpy(f->job, job_text, job.n + 1);
	buf_release(&job);
	buf_release(&cwd);
	return r;
}

/* Reads DIR/FORMAT into F. Returns 1, 0 if there is no such file, or -1 with E set. */
static int read_format(struct checkpoint_folder *f, struct err *e)
{
	struct buf text;
	struct span version = SPAN_NONE;
	char path[4200];
	snprintf(path, sizeof path, "%s/FORMAT", f->path);
	buf_init(&text, FORMAT_MAX);
	int r = checkpoint_file_read(f->fd, "FORMAT", path, &text, e);
	if (r > 0 && take_format(f, buf_span(&text), &version) < 0 && (!version.p || span_eq(version, SPAN("1"))))
		r = err_set(e, EX_DATAERR,
			"%s is damaged: restore %s from a copy, or start over with rm -r %s and an empty store", path,
			f->path, f->path);
	else if (r > 0 && !span_eq(version, SPAN("1")))
		r = err_set(e, EX_DATAERR,
			"%s was written by a newer version of sp (format %.*s; this version knows 1): use that version",
			path, version.n > 20 ? 20 : (int)version.n, version.p ? version.p : "");
	buf_release(&text);
	return r;
}

int checkpoint_folder_open(struct checkpoint_folder *f, const char *dir, const char *job, struct err *e)
{
	struct stat st, format;
	if (open_own(f, dir, &st, e) < 0)
		return -1;
	/* Asked first, so that nobody is told to close /usr. */
	if (fstatat(f->fd, "FORMAT", &format, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT)
		return err_set(e, EX_DATAERR, "%s has no file FORMAT: it is no folder of checkpoints", f->path);
	if (check_closed(f, &st, e) < 0)
		return -1;
	int r = read_format(f, e);
	if (r == 0)
		r = err_set(e, EX_DATAERR, "%s/FORMAT was removed just now", f->path);
	if (r > 0 && job && strcmp(job, f->job) != 0)
		return err_set(e, EX_DATAERR,
			"%s belongs to the job %s, but the stream is of the job %s: give each line a folder of its own",
			f->path, f->job, job);
	return r < 0 ? -1 : 0;
}

/* ---- making ---- */

/* Looks for a file in the folder FD that does not belong in a new folder of checkpoints. Writes its name, or "" if
 * there is none, to NAME (256 bytes), and returns NAME. Returns NULL with E set if the folder cannot be read. */
static const char *strange_file(int fd, const char *path, char *name, struct err *e)
{
	static const char *const ours[] = { ".", "..", "lock", ".FORMAT.tmp", "lost+found" };
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = again < 0 ? NULL : fdopendir(again);
	*name = '\0';
	if (!d) {
		err_errno(e, EX_IOERR, errno, "%s cannot be read", path);
		if (again >= 0)
			close(again);
		return NULL;
	}
	for (const struct dirent *entry; !*name && (entry = readdir(d));) {
		bool known = false;
		for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
			known = known || strcmp(entry->d_name, ours[i]) == 0;
		if (!known)
			snprintf(name, 256, "%s", entry->d_name);
	}
	closedir(d);
	return name;
}

/* Chooses a name for the new job: the last component of the path, a dot, and 8 random digits. Replaces by '_' every
 * character that is unsafe in the name of a file, a topic or a database object. Returns 0, or -1 with E set. */
static int choose_job(struct checkpoint_folder *f, struct err *e)
{
	const char *slash = strrchr(f->path, '/');
	int n = snprintf(f->job, sizeof f->job, "%.200s", slash && slash[1] ? slash + 1 : "job");
	for (char *p = f->job; *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", *p))
			*p = '_';
	if (f->job[0] == '.') /* a name that begins with a dot would be hidden */
		f->job[0] = '_';
	f->job[n] = '.';
	return random_hex(f->job + n + 1, 4, e);
}

/* Writes FORMAT with the job of F and CWD. Returns 0, or -1 with E set. */
static int write_format(const struct checkpoint_folder *f, const char *cwd, struct err *e)
{
	char path[4200];
	struct buf text;
	buf_init(&text, FORMAT_MAX);
	int r = buf_addf(&text, "{\"sp\":1,\"job\":\"%s\",\"cwd\":", f->job);
	if (r < 0 || json_quote(span_of(cwd), &text) < 0 || buf_adds(&text, ",\"shard\":null}\n") < 0)
		r = err_oom(e, "the file FORMAT");
	snprintf(path, sizeof path, "%s/FORMAT", f->path);
	if (r == 0)
		r = checkpoint_file_write(f->fd, "FORMAT", path, buf_span(&text), "format", e);
	buf_release(&text);
	return r;
}

/* Writes FORMAT for a new job into the folder, which must be empty. Returns 0, or -1 with E set. */
static int make_format(struct checkpoint_folder *f, const char *cwd, struct err *e)
{
	char name[256];
	if (!strange_file(f->fd, f->path, name, e))
		return -1;
	if (*name)
		return err_set(e, EX_CANTCREAT,
			"%s has other files ('%s') and no file FORMAT: take a new or an empty folder for checkpoints",
			f->path, name);
	/* mkdir(1) makes folders that others may read. The folder is empty, so closing it breaks nothing. */
	if (fchmod(f->fd, 0700) < 0)
		return err_errno(e, EX_NOPERM, errno, "%s cannot be closed to other users", f->path);
	return choose_job(f, e) < 0 ? -1 : write_format(f, cwd, e);
}

int checkpoint_folder_set_cwd(struct checkpoint_folder *f, const char *cwd, struct err *e)
{
	char *copy = strdup(cwd);
	if (!copy)
		return err_oom(e, "a path");
	if (write_format(f, cwd, e) < 0) {
		free(copy);
		return -1;
	}
	free(f->cwd);
	f->cwd = copy;
	return 0;
}

/* Makes the folder DIR and forces its name to the disk. Accepts a folder that exists. Returns 0, or -1 with E set. */
static int make_folder(const char *dir, struct err *e)
{
	char parent[4200];
	int made = mkdir(dir, 0700);
	if (made < 0 && errno == EEXIST)
		return 0;
	if (made < 0)
		return err_errno(e, err_status_write(errno), errno, "%s cannot be made as a folder of checkpoints%s",
			dir, errno == ENOENT ? " (make the folder above it first)" : "");
	snprintf(parent, sizeof parent, "%s/..", dir);
	int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 || fsync(fd) < 0 ? err_errno(e, EX_IOERR, errno, "%s cannot be forced to the disk", parent) : 0;
	if (fd >= 0)
		close(fd);
	return r;
}

int checkpoint_folder_create(struct checkpoint_folder *f, const char *dir, const char *cwd, bool any_fs, struct err *e)
{
	struct stat st;
	*f = (struct checkpoint_folder){ .fd = -1 };
	if (make_folder(dir, e) < 0 || open_own(f, dir, &st, e) < 0)
		return -1;
	const char *network = any_fs ? NULL : checkpoint_network_fs(f->fd);
	if (network)
		return err_set(e, EX_CONFIG,
			"%s is on %s, whose locks and renames cannot be relied on: take a folder on a local disk, or "
			"give --any-fs at your own risk",
			f->path, network);
	while (flock(f->fd, LOCK_EX) < 0)
		if (errno != EINTR)
			return err_errno(e, EX_OSERR, errno, "%s cannot be locked", f->path);
	int r = read_format(f, e);
	if (r > 0)
		r = check_closed(f, &st, e);
	else if (r == 0 && (r = make_format(f, cwd, e)) == 0 && (r = read_format(f, e)) > 0)
		r = 0;
	(void)flock(f->fd, LOCK_UN);
	return r;
}
