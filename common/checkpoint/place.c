/* place.c -- the place of one program in the folder of checkpoints, and its lock (place.h).
 *
 * The lock is a flock(2), which ends with the process that holds it, however it ends. The content of the lock file says
 * which process holds it. It is still there after the process has died, so it counts only while the file is locked. */
#include "checkpoint/place.h"
#include "base/clock.h"
#include "json/json.h"
#include "stream/control.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	WAIT_MS = 5000, /* how long to wait for a program of another run */
	POLL_MS = 20,   /* flock(2) has no time limit, so the lock is tried again and again */
	HOLDER_MAX = 1024,
};

/* Returns the exit status for WHY, an errno value. What is of another kind than it should be, such as a link, stays so:
 * that must not be tried again and again. */
static int open_status(int why)
{
	switch (why) {
	case EACCES: return EX_NOPERM;
	case ENOTDIR:
	case EISDIR:
	case ELOOP: return EX_DATAERR;
	default: return EX_IOERR;
	}
}

struct holder {
	int64_t pid; /* 0: not known */
	char run[RUN_TEXT];
};

/* Reads from the lock file FD which process holds it. A member that is missing or wrong stays 0 or "". */
static void read_holder(int fd, struct holder *h)
{
	char text[HOLDER_MAX];
	struct buf run;
	ssize_t n = pread(fd, text, sizeof text, 0);
	struct span line = { text, n > 0 ? (size_t)n : 0 };
	*h = (struct holder){ .pid = 0 };
	if (control_i64(line, "pid", &h->pid) < 0)
		h->pid = 0;
	buf_init(&run, sizeof text);
	if (control_string(line, "run", &run) == 0 && run.n < sizeof h->run && run.n > 0)
		memcpy(h->run, run.p, run.n);
	buf_release(&run);
}

/* Writes to the lock file that this process holds it for RUN. Returns 0, or -1 with E set. */
static int write_holder(int fd, const char *run, const char *path, struct err *e)
{
	char text[HOLDER_MAX];
	int n = snprintf(text, sizeof text, "{\"pid\":\"%ld\",\"run\":\"%s\"}\n", (long)getpid(), run);
	if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t)n, 0) != n)
		return err_errno(e, EX_IOERR, errno, "%s/lock cannot be written", path);
	return 0;
}

/* Takes the lock of P for RUN, and waits for it if a program of another run has it. A holder of the same run
 * counts only if it is seen twice in a row: at first the file may still name an earlier holder. Returns 0, or -1 with E
 * set. */
static int take_lock(struct checkpoint_place *p, const char *run, const char *path, struct err *e)
{
	int64_t deadline = clock_monotonic_ms() + WAIT_MS;
	const struct timespec pause = { 0, POLL_MS * 1000000 };
	struct holder h;
	int same = 0;
	p->lock = openat(p->fd, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (p->lock < 0)
		return err_errno(e, open_status(errno), errno, "%s/lock cannot be opened", path);
	while (flock(p->lock, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return err_errno(e, EX_OSERR, errno, "%s/lock cannot be locked", path);
		read_holder(p->lock, &h);
		same = strcmp(h.run, run) == 0 ? same + 1 : 0;
		if (same >= 2)
			return err_set(e, EX_DATAERR,
				"%s: process %lld of the same run works here already: the line has two %s side by side, "
				"behind tee or inside <( ); start one of them with env -u SP_CHECKPOINT",
				path, (long long)h.pid, p->id);
		if (clock_monotonic_ms() >= deadline)
			return err_set(e, EX_TEMPFAIL,
				"%s: process %lld of another run works here: wait until it has ended, or end it", path,
				(long long)h.pid);
		nanosleep(&pause, NULL);
	}
	return write_holder(p->lock, run, path, e);
}

/* Removes the temporary files of programs that died. The lock of P is held, so no other program writes here. */
static void remove_temporary(const struct checkpoint_place *p)
{
	int fd = openat(p->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	if (!d) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (const struct dirent *entry; (entry = readdir(d));) {
		size_t n = strlen(entry->d_name);
		if (*entry->d_name == '.' && n > 4 && strcmp(entry->d_name + n - 4, ".tmp") == 0)
			(void)unlinkat(p->fd, entry->d_name, 0);
	}
	closedir(d);
}

/* Makes DIR/ID if needed, and opens it. PATH is its path, for messages. Returns 0, or -1 with E set. */
static int open_place(struct checkpoint_place *p, const char *path, struct err *e)
{
	struct stat st;
	bool made = mkdirat(p->folder->fd, p->id, 0700) == 0;
	if (!made && errno != EEXIST)
		return err_errno(e, open_status(errno), errno, "%s cannot be made", path);
	/* The name of a new folder is forced to the disk, or a power cut could take it with all its snapshots. */
	if (made && fsync(p->folder->fd) < 0)
		return err_errno(e, EX_IOERR, errno, "%s cannot be forced to the disk", path);
	p->fd = openat(p->folder->fd, p->id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (p->fd < 0 || fstat(p->fd, &st) < 0)
		return err_errno(e, open_status(errno), errno, "%s cannot be opened", path);
	if (st.st_uid != geteuid())
		return err_set(e, EX_NOPERM, "%s belongs to another user (%u): run as that user", path,
			(unsigned)st.st_uid);
	return 0;
}

int checkpoint_place_open(struct checkpoint_place *p, const struct checkpoint_folder *f, const char *id,
	const char *run, struct err *e)
{
	char path[4400];
	*p = (struct checkpoint_place){ .folder = f, .fd = -1, .lock = -1 };
	int n = snprintf(p->id, sizeof p->id, "%s", id);
	if (n <= 0 || n >= (int)sizeof p->id || *id == '.' || strchr(id, '/'))
		return err_set(e, EX_SOFTWARE, "'%s' cannot be the id of a program", id);
	snprintf(path, sizeof path, "%s/%s", f->path, id);
	if (open_place(p, path, e) < 0 || take_lock(p, run, path, e) < 0) {
		checkpoint_place_release(p);
		return -1;
	}
	remove_temporary(p);
	return 0;
}

void checkpoint_place_release(struct checkpoint_place *p)
{
	if (p->lock >= 0)
		close(p->lock);
	if (p->fd >= 0)
		close(p->fd);
	p->lock = p->fd = -1;
}

char *checkpoint_place_rejects(const struct checkpoint_place *p, struct err *e)
{
	char *path;
	if (asprintf(&path, "%s/%s/rejects.ndjson", p->folder->path, p->id) < 0) {
		err_oom(e, "the path of the dead letters");
		return NULL;
	}
	int fd = openat(p->fd, "rejects.ndjson", O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd < 0) {
		err_errno(e, err_status_write(errno), errno, "%s", path);
		free(path);
		return NULL;
	}
	close(fd);
	return path;
}

/* If the shared lock can be taken, no program holds the place. The lock is given up at once. A program that starts in
 * this moment tries again. */
int checkpoint_place_holder(const struct checkpoint_folder *f, const char *id, int64_t *pid, struct err *e)
{
	char name[128];
	struct holder h;
	*pid = 0;
	snprintf(name, sizeof name, "%s/lock", id);
	int fd = openat(f->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return err_errno(e, EX_IOERR, errno, "%s/%s cannot be read", f->path, name);
	if (flock(fd, LOCK_SH | LOCK_NB) < 0) {
		read_holder(fd, &h);
		*pid = h.pid;
	}
	close(fd);
	return 0;
}
