/* outfile.c -- files that appear complete. */
#include "sp-sink/place/outfile.h"
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

static const struct outfile closed = { .fd = -1, .out = { .out.fd = -1 } };

static char *folder_of(const char *path)
{
	size_t n = outpath_folder(path);
	return n ? strndup(path, n) : strdup(".");
}

/* The folder of PATH for ...at() calls; -1: E. */
static int open_folder(const char *path, struct err *e)
{
	char *folder = folder_of(path);
	if (!folder)
		return err_set(e, EX_OSERR, "out of memory");
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		err_errno(e, err_status_write(errno), errno, "%s", folder);
	free(folder);
	return fd;
}

/* DIR/.NAME.PID-RANDOM.sp-tmp */
static char *temp_name(const char *dir, const char *path)
{
	uint64_t random = 0;
	char *name = NULL;
	size_t at = outpath_folder(path);
	if (getrandom(&random, sizeof random, 0) != sizeof random)
		return NULL;
	/* A name of 255 bytes is allowed, and ours is longer than the final one. */
	if (asprintf(&name, "%s%s.%.200s.%ld-%016" PRIx64 TEMPFILE_SUFFIX, dir ? dir : "", dir ? "/" : "", path + at,
		    (long)getpid(), random) < 0)
		return NULL;
	return name;
}

static char *temp_beside(const char *path)
{
	size_t n = outpath_folder(path);
	if (n == 0)
		return temp_name(NULL, path);
	char *dir = n == 1 ? strdup("/.") : strndup(path, n - 1);
	char *name = dir ? temp_name(dir, path) : NULL;
	free(dir);
	return name;
}

/* What another run left of this very file. */
static void clean_beside(const char *path)
{
	char *folder = folder_of(path), *prefix = NULL;
	if (folder && asprintf(&prefix, ".%.200s.", path + outpath_folder(path)) > 0)
		tempfile_clean(folder, prefix);
	free(prefix);
	free(folder);
}

static int open_temp(struct outfile *f, const char *temp_dir, mode_t mode, struct err *e)
{
	f->temp = temp_dir ? temp_name(temp_dir, f->path) : temp_beside(f->path);
	if (!f->temp)
		return err_set(e, EX_OSERR, "%s: no memory for a temporary name", f->path);
	f->fd = tempfile_create(f->temp, mode ? mode : 0666, f->path, e);
	if (f->fd < 0)
		return -1;
	if (mode)
		(void)fchmod(f->fd, mode); /* past the umask */
	return 0;
}

static int open_in_place(struct outfile *f, struct err *e)
{
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
	*f = closed;
	f->regular = !outpath_in_place(path);
	f->path = f->regular ? outpath_follow(path, e) : strdup(path);
	if (!f->path)
		return e->status ? -1 : err_set(e, EX_OSERR, "out of memory");
	bool there = stat(f->path, &st) == 0;
	if (strlen(f->path + outpath_folder(f->path)) > NAME_MAX)
		return err_errno(e, EX_CANTCREAT, ENAMETOOLONG, "%s", path);
	if (there && S_ISDIR(st.st_mode))
		return err_set(e, EX_CANTCREAT, "%s: is a folder; for files in it write dir:%s", path, path);
	if (!temp_dir && f->regular)
		clean_beside(f->path);
	int r = f->regular ? open_temp(f, temp_dir, there ? st.st_mode & 0777 : 0, e) : open_in_place(f, e);
	return r < 0 ? -1 : outfile_start(f, type, e);
}

/* A file whose last line has no newline gets it, so that ours is not glued to it. */
static int end_last_line(struct outfile *f, struct err *e)
{
	char last = '\n';
	if (f->start > 0 && pread(f->fd, &last, 1, f->start - 1) != 1)
		return err_errno(e, EX_IOERR, errno, "%s", f->path);
	return last == '\n' ? 0 : outfile_add(f, SPAN("\n"), e);
}

int outfile_append(struct outfile *f, const char *path, const struct compressor_type *type, struct err *e)
{
	struct stat st;
	*f = closed;
	f->append = true;
	f->path = strdup(path);
	if (!f->path)
		return err_set(e, EX_OSERR, "out of memory");
	if (outpath_in_place(path))
		return open_in_place(f, e) < 0 ? -1 : outfile_start(f, type, e);
	f->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_NOCTTY | O_CLOEXEC, 0666);
	if (f->fd < 0 || fstat(f->fd, &st) < 0)
		return err_errno(e, errno == EISDIR ? EX_CANTCREAT : err_status_write(errno), errno, "%s", path);
	f->regular = true;
	f->start = st.st_size;
	if (flock(f->fd, LOCK_EX | LOCK_NB) < 0)
		return err_set(e, EX_TEMPFAIL, "%s: another sp-sink appends to it; try again when that has ended",
			path);
	f->locked = true;
	if (type == &compressor_none)
		return outfile_start(f, type, e) < 0 || end_last_line(f, e) < 0 ? -1 : 0;
	clean_beside(path);
	int target = f->fd;
	if (open_temp(f, NULL, 0600, e) < 0) {
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
	f->good = f->out.out.bytes;
	return 0;
}

int outfile_flush(struct outfile *f, struct err *e)
{
	if (f->temp)
		return 0; /* nobody can see it yet */
	if (compressor_flush(&f->out, e) < 0)
		return -1;
	f->good = f->out.out.bytes;
	return 0;
}

/* The packed member goes behind what is there. */
static int copy_member(struct outfile *f, struct err *e)
{
	struct writer w;
	char *chunk = malloc(64 << 10);
	off_t at = 0;
	ssize_t n = -1;
	if (!chunk || writer_init(&w, f->fd, f->path, e) < 0) {
		free(chunk);
		return err_set(e, EX_OSERR, "out of memory");
	}
	while ((n = pread(f->out.out.fd, chunk, 64 << 10, at)) > 0 && writer_add(&w, chunk, (size_t)n, e) == 0)
		at += n;
	int r = n > 0 ? -1 : n < 0 ? err_errno(e, EX_IOERR, errno, "%s", f->temp) : writer_flush(&w, e);
	if (r < 0 && ftruncate(f->fd, f->start) < 0)
		err_context(e, "it now ends in a torn member, cut it to %lld bytes", (long long)f->start);
	writer_release(&w);
	free(chunk);
	return r;
}

static int sync_file(const struct outfile *f, struct err *e)
{
	if (f->regular && fsync(f->fd) < 0)
		return err_errno(e, EX_IOERR, errno, "%s", f->path);
	return 0;
}

static void forget_temp(struct outfile *f)
{
	tempfile_forget(f->temp);
	free(f->temp);
	f->temp = NULL;
}

/* The temporary file gets its name in FOLDER. */
static int give_name(struct outfile *f, int folder, struct err *e)
{
	if (renameat(AT_FDCWD, f->temp, folder, f->path + outpath_folder(f->path)) < 0)
		return err_errno(e, err_status_write(errno), errno, "%s", f->path);
	forget_temp(f);
	return dirs_sync(folder, f->path, e);
}

/* A signal must not end it half-way: what stands behind a torn member cannot be read. */
static int append_member(struct outfile *f, struct err *e)
{
	sigset_t all, old;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	int r = copy_member(f, e);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return r;
}

int outfile_commit_in(struct outfile *f, int folder, struct err *e)
{
	if (compressor_finish(&f->out, e) < 0 || (f->append && f->temp && append_member(f, e) < 0) ||
		sync_file(f, e) < 0)
		return -1;
	f->good = f->out.out.bytes;
	if (f->temp && !f->append && give_name(f, folder, e) < 0)
		return -1;
	f->open = false;
	outfile_release(f);
	return 0;
}

int outfile_commit(struct outfile *f, struct err *e)
{
	if (!f->temp || f->append)
		return outfile_commit_in(f, -1, e);
	int folder = open_folder(f->path, e);
	if (folder < 0)
		return -1;
	int r = outfile_commit_in(f, folder, e);
	close(folder);
	return r;
}

/* Takes back what would be a torn line, if nobody else has added to the file meanwhile. */
static void cut_torn(const struct outfile *f)
{
	struct stat st;
	off_t whole = f->start + (off_t)f->good;
	if (f->locked && !f->temp && fstat(f->fd, &st) == 0 && st.st_size > whole &&
		st.st_size == f->start + (off_t)f->out.out.bytes)
		(void)!ftruncate(f->fd, whole);
}

void outfile_release(struct outfile *f)
{
	int packed = f->out.out.fd;
	if (f->open && f->append)
		cut_torn(f);
	if (f->temp) {
		unlink(f->temp);
		forget_temp(f);
	}
	if (packed >= 0 && packed != f->fd)
		close(packed);
	if (f->fd >= 0)
		close(f->fd);
	compressor_release(&f->out);
	free(f->path);
	*f = closed;
}
