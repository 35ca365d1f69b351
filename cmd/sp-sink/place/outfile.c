/* outfile.c -- writes new files that appear complete, and appends to files.
 *
 * The protocol of a new file: create .NAME.PID-RANDOM.sp-tmp, lock it (tempfile.h), write, fsync(2), rename(2) to NAME,
 * fsync(2) the folder. Before the rename a crash leaves a temporary file, which the next run removes. After the rename
 * the file is complete. The last fsync makes the name survive a loss of power.
 *
 * The protocol of appending: lock the file, so that lines of two runs are not mixed, and add whole lines. When the run
 * fails, the file is cut to its last whole line. A compressed file consists of members, parts that are compressed each
 * by itself (in zstd, frames). A run adds one member. The member is built in a temporary file and copied at the end
 * with signals blocked, because bytes after an incomplete member cannot be read. */
#include "sp-sink/place/outfile.h"
#include "base/fault.h"
#include "sp-sink/place/dirs.h"
#include "sp-sink/place/outpath.h"
#include "sp-sink/place/tempfile.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct outfile outfile_closed = { .fd = -1, .out = { .out.fd = -1 } };

/* Returns the path of the folder that PATH is in, which the caller frees, or NULL if memory is exhausted. */
static char *outfile_folder_of(const char *path)
{
	size_t n = outpath_folder(path);
	return n ? strndup(path, n) : strdup(".");
}

/* Opens the folder that PATH is in, for ...at() calls. Returns a descriptor, or -1 with E set. */
static int outfile_open_folder(const char *path, struct err *e)
{
	char *folder = outfile_folder_of(path);
	if (!folder)
		return err_oom(e, "an output file");
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		err_errno(e, err_status_write(errno), errno, "%s", folder);
	free(folder);
	return fd;
}

/* Returns "DIR/.NAME.PID-RANDOM.sp-tmp", which the caller frees, or NULL after a failure. NAME is PATH's last
 * component. If DIR is NULL, the result has no "DIR/". */
static char *outfile_temp_name(const char *dir, const char *path)
{
	uint64_t random = 0;
	char *name = NULL;
	size_t at = outpath_folder(path);
	/* The name has a random part, because runs in different containers may have the same process number. */
	if (getrandom(&random, sizeof random, 0) != sizeof random)
		return NULL;
	/* A file's name may have 255 bytes, and a temporary name is longer than NAME. So only the first 200 bytes of
	 * NAME are used. */
	if (asprintf(&name, "%s%s.%.200s.%ld-%016" PRIx64 TEMPFILE_SUFFIX, dir ? dir : "", dir ? "/" : "", path + at,
		    (long)getpid(), random) < 0)
		return NULL;
	return name;
}

/* Returns a temporary name in PATH's own folder, which the caller frees, or NULL after a failure. */
static char *outfile_temp_beside(const char *path)
{
	size_t n = outpath_folder(path);
	if (n == 0)
		return outfile_temp_name(NULL, path);
	/* The folder of "/file" is the root, whose path would be empty here without its slash. So "/." is used. */
	char *dir = n == 1 ? strdup("/.") : strndup(path, n - 1);
	char *name = dir ? outfile_temp_name(dir, path) : NULL;
	free(dir);
	return name;
}

/* Removes the temporary files that killed runs left behind when they wrote PATH. Errors are ignored. */
static void outfile_clean_beside(const char *path)
{
	char *folder = outfile_folder_of(path), *prefix = NULL;
	if (folder && asprintf(&prefix, ".%.200s.", path + outpath_folder(path)) > 0)
		tempfile_clean(folder, prefix);
	free(prefix);
	free(folder);
}

/* Creates the temporary file in TEMP_DIR, or in the file's own folder if TEMP_DIR is NULL. The file's permissions are
 * MODE. If MODE is 0, the umask decides. Returns 0, or -1 with E set. */
static int outfile_open_temp(struct outfile *f, const char *temp_dir, mode_t mode, struct err *e)
{
	f->temp = temp_dir ? outfile_temp_name(temp_dir, f->path) : outfile_temp_beside(f->path);
	if (!f->temp)
		return err_set(e, EX_OSERR, "out of memory: a temporary name for %s", f->path);
	f->fd = tempfile_create(f->temp, mode ? mode : 0666, f->path, e);
	if (f->fd < 0)
		return -1;
	/* open(2) has cleared the bits of the umask, but the new file must have all bits of MODE. */
	if (mode)
		(void)fchmod(f->fd, mode);
	return 0;
}

/* Opens a device, a pipe or a descriptor of this process without a temporary file, because rename(2) would replace the
 * device or the pipe itself. Returns 0, or -1 with E set. */
static int outfile_open_in_place(struct outfile *f, struct err *e)
{
	/* outfile_release() closes f->fd. So f->fd is a copy of the descriptor, with a number above the three standard
	 * ones. */
	int own = outpath_own(f->path);
	f->fd = own >= 0 ? fcntl(own, F_DUPFD_CLOEXEC, 3) : open(f->path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (f->fd < 0)
		return err_errno(e, err_status_write(errno), errno, "%s", f->path);
	return 0;
}

static int outfile_start(struct outfile *f, const struct compressor_type *type, struct err *e)
{
	if (compressor_init(&f->out, f->fd, f->path, type, e) < 0)
		return -1;
	f->open = true;
	return 0;
}

int outfile_create(struct outfile *f, const char *temp_dir, const char *path, const struct compressor_type *type,
	struct err *e)
{
	struct stat st;
	*f = outfile_closed;
	f->regular = !outpath_in_place(path);
	f->path = f->regular ? outpath_follow(path, e) : strdup(path);
	if (!f->path)
		return e->status ? -1 : err_oom(e, "an output file");
	/* A file that exists is replaced, and the new file gets the same permissions. */
	bool exists = stat(f->path, &st) == 0;
	if (strlen(f->path + outpath_folder(f->path)) > NAME_MAX)
		return err_errno(e, EX_CANTCREAT, ENAMETOOLONG, "%s", path);
	if (exists && S_ISDIR(st.st_mode))
		return err_set(e, EX_CANTCREAT, "%s is a folder; to write files in it, give dir:%s", path, path);
	if (!temp_dir && f->regular)
		outfile_clean_beside(f->path);
	int r = f->regular ? outfile_open_temp(f, temp_dir, exists ? st.st_mode & 0777 : 0, e) :
			     outfile_open_in_place(f, e);
	return r < 0 ? -1 : outfile_start(f, type, e);
}

int outfile_create_in(struct outfile *f, int folder, const char *path, const char *name,
	const struct compressor_type *type, struct err *e)
{
	*f = outfile_closed;
	f->regular = true;
	if (asprintf(&f->path, "%s/%s", path, name) < 0) {
		f->path = NULL;
		return err_oom(e, "an output file");
	}
	f->fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (f->fd < 0)
		return err_errno(e, err_status_write(errno), errno, "%s", f->path);
	return outfile_start(f, type, e);
}

/* Adds a newline if the last line of the file has none. Otherwise the next line would become a part of the last line.
 * Returns 0, or -1 with E set. */
static int outfile_end_last_line(struct outfile *f, struct err *e)
{
	char last = '\n';
	if (f->start > 0 && pread(f->fd, &last, 1, f->start - 1) != 1)
		return err_errno(e, EX_IOERR, errno, "%s", f->path);
	return last == '\n' ? 0 : outfile_add(f, SPAN("\n"), e);
}

int outfile_append(struct outfile *f, const char *path, const struct compressor_type *type, struct err *e)
{
	struct stat st;
	*f = outfile_closed;
	f->append = true;
	f->path = strdup(path);
	if (!f->path)
		return err_oom(e, "an output file");
	if (outpath_in_place(path))
		return outfile_open_in_place(f, e) < 0 ? -1 : outfile_start(f, type, e);
	f->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_NOCTTY | O_CLOEXEC, 0666);
	if (f->fd < 0 || fstat(f->fd, &st) < 0)
		return err_errno(e, errno == EISDIR ? EX_CANTCREAT : err_status_write(errno), errno, "%s", path);
	f->regular = true;
	f->start = st.st_size;
	/* The lock ends with the process, so a killed run leaves no lock. */
	if (flock(f->fd, LOCK_EX | LOCK_NB) < 0)
		return err_set(e, EX_TEMPFAIL, "%s: another sp-sink appends to this file; try again when it has ended",
			path);
	f->locked = true;
	if (type == &compressor_none)
		return outfile_start(f, type, e) < 0 || outfile_end_last_line(f, e) < 0 ? -1 : 0;
	outfile_clean_beside(path);
	/* The file itself stays open and locked as f->fd; f->out writes to the temporary file until the commit. */
	int target = f->fd;
	if (outfile_open_temp(f, NULL, 0600, e) < 0) {
		f->fd = target;
		return -1;
	}
	int temp = f->fd;
	f->fd = target;
	if (compressor_init(&f->out, temp, f->path, type, e) < 0) {
		close(temp);
		return -1;
	}
	f->open = true;
	return 0;
}

int outfile_add(struct outfile *f, struct span lines, struct err *e)
{
	if (compressor_add(&f->out, lines, e) < 0)
		return -1;
	/* The writer gives whole lines to write(2), so everything that it has written ends with a newline. */
	f->complete_bytes = f->out.out.bytes;
	return 0;
}

int outfile_flush(struct outfile *f, struct err *e)
{
	if (f->temp)
		return 0; /* readers do not look at a temporary file */
	if (compressor_flush(&f->out, e) < 0)
		return -1;
	f->complete_bytes = f->out.out.bytes;
	return 0;
}

/* Copies the temporary file to the end of the file f->path. If the copy fails, cuts the file f->path to its former
 * size. Returns 0, or -1 with E set. */
static int outfile_copy_member(struct outfile *f, struct err *e)
{
	/* f->out writes to the temporary file, so the copy needs a writer of its own. */
	struct writer w;
	char *chunk = malloc(64 << 10);
	off_t at = 0;
	ssize_t n = -1;
	if (!chunk || writer_init(&w, f->fd, f->path, e) < 0) {
		free(chunk);
		return err_oom(e, "an output file");
	}
	while ((n = pread(f->out.out.fd, chunk, 64 << 10, at)) > 0 && writer_add(&w, chunk, (size_t)n, e) == 0)
		at += n;
	int r = n > 0 ? -1 : n < 0 ? err_errno(e, EX_IOERR, errno, "%s", f->temp) : writer_flush(&w, e);
	if (r < 0 && ftruncate(f->fd, f->start) < 0)
		err_context(e, "the file now ends in an incomplete member: cut it to %lld bytes", (long long)f->start);
	writer_release(&w);
	free(chunk);
	return r;
}

/* Syncs the file to the disk. Devices and pipes cannot be synced. Returns 0, or -1 with E set. */
static int outfile_sync_file(const struct outfile *f, struct err *e)
{
	if (fault_mutant("no-file-fsync"))
		return 0;
	if (f->regular && fsync(f->fd) < 0)
		return err_errno(e, EX_IOERR, errno, "%s", f->path);
	return 0;
}

/* Frees the temporary name, after the temporary file was renamed or removed. */
static void outfile_forget_temp(struct outfile *f)
{
	tempfile_forget(f->temp);
	free(f->temp);
	f->temp = NULL;
}

/* Renames the temporary file to its final name in FOLDER, and syncs FOLDER. Returns 0, or -1 with E set. */
static int outfile_give_name(struct outfile *f, int folder, struct err *e)
{
	if (renameat(AT_FDCWD, f->temp, folder, f->path + outpath_folder(f->path)) < 0)
		return err_errno(e, err_status_write(errno), errno, "%s", f->path);
	outfile_forget_temp(f);
	return dirs_sync(folder, f->path, e);
}

/* Copies the member to the file with signals blocked, because a process that ends half-way would leave an incomplete
 * member. Returns 0, or -1 with E set. */
static int outfile_append_member(struct outfile *f, struct err *e)
{
	sigset_t all, old;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	int r = outfile_copy_member(f, e);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return r;
}

int outfile_commit_in(struct outfile *f, int folder, struct err *e)
{
	/* All bytes are on the disk before the file gets its name, so a file of that name is always complete. */
	if (compressor_finish(&f->out, e) < 0 || (f->append && f->temp && outfile_append_member(f, e) < 0) ||
		outfile_sync_file(f, e) < 0)
		return -1;
	f->complete_bytes = f->out.out.bytes;
	if (f->temp && !f->append && outfile_give_name(f, folder, e) < 0)
		return -1;
	f->open = false;
	outfile_release(f);
	return 0;
}

int outfile_commit(struct outfile *f, struct err *e)
{
	if (!f->temp || f->append)
		return outfile_commit_in(f, -1, e);
	int folder = outfile_open_folder(f->path, e);
	if (folder < 0)
		return -1;
	int r = outfile_commit_in(f, folder, e);
	close(folder);
	return r;
}

/* Cuts off an incomplete last line of this run. Does nothing if the size shows that another program has written to the
 * file meanwhile. */
static void outfile_cut_incomplete(const struct outfile *f)
{
	struct stat st;
	/* If the file has exactly the size that this run has written, the incomplete line is from this run. */
	off_t whole = f->start + (off_t)f->complete_bytes;
	if (f->locked && !f->temp && fstat(f->fd, &st) == 0 && st.st_size > whole &&
		st.st_size == f->start + (off_t)f->out.out.bytes)
		(void)!ftruncate(f->fd, whole);
}

void outfile_release(struct outfile *f)
{
	int temp = f->out.out.fd;
	if (f->open && f->append)
		outfile_cut_incomplete(f);
	/* After a rename f->temp is NULL, and there is nothing to remove. */
	if (f->temp) {
		unlink(f->temp);
		outfile_forget_temp(f);
	}
	/* When a compressed file is appended to, the temporary file has its own descriptor. */
	if (temp >= 0 && temp != f->fd)
		close(temp);
	if (f->fd >= 0)
		close(f->fd);
	compressor_release(&f->out);
	free(f->path);
	*f = outfile_closed;
}
