/* tempfile.c -- creates, locks and removes temporary files.
 *
 * The names are in a global array, because a signal handler gets no argument. The handler only reads pointers and calls
 * functions that POSIX allows in a handler, such as unlink(2) and raise(3). A slot of the array is set when its file
 * exists, and cleared when the file was renamed or removed. */
#include "sp-sink/place/tempfile.h"
#include "stream/stop.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *volatile temporary[TEMPFILE_MAX]; /* NULL: a free slot */
static struct sigaction interrupt;                   /* the action for SIGINT that stop_init() has installed */

static void tempfile_remove_all(void)
{
	for (int i = 0; i < TEMPFILE_MAX; i++)
		if (temporary[i])
			unlink(temporary[i]);
}

/* Removes the temporary files. Then the process dies of the same signal NUMBER, so that the parent process sees which
 * signal it was. */
static void on_end(int number)
{
	tempfile_remove_all();
	signal(number, SIG_DFL);
	raise(number);
}

/* The first SIGINT only ends the input. The second SIGINT ends the process, so the temporary files are removed before.
 * Both are passed on to the handler that stop_init() has installed. */
static void on_interrupt(int number)
{
	if (stop_interrupts > 0)
		tempfile_remove_all();
	interrupt.sa_handler(number);
}

void tempfile_catch_signals(void)
{
	/* on_interrupt() removes the files if necessary, then calls the handler that stop_init() has installed. */
	struct sigaction a = { .sa_handler = on_interrupt };
	sigemptyset(&a.sa_mask);
	sigaction(SIGINT, &a, &interrupt);
	a.sa_handler = on_end;
	sigaction(SIGTERM, &a, NULL);
	sigaction(SIGHUP, &a, NULL);
	signal(SIGXFSZ, SIG_IGN);
}

/* Returns the number of the slot that holds the pointer PATH, or of a free slot if PATH is NULL; -1 if there is
 * none. */
static int slot_of(const char *path)
{
	for (int i = 0; i < TEMPFILE_MAX; i++)
		if (temporary[i] == path)
			return i;
	return -1;
}

void tempfile_forget(const char *path)
{
	int i = path ? slot_of(path) : -1;
	if (i >= 0)
		temporary[i] = NULL;
}

/* Creates and locks PATH. Returns a descriptor, or -1 with errno. Between open(2) and flock(2), tempfile_clean() of
 * another run may lock and remove the file. The file then has 0 links, or cannot be locked, and is created again. */
static int create_locked(const char *path, unsigned mode)
{
	for (;;) {
		struct stat st;
		int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
		if (fd < 0)
			return -1;
		int locked = flock(fd, LOCK_EX | LOCK_NB);
		if (locked == 0 && fstat(fd, &st) == 0 && st.st_nlink > 0)
			return fd;
		/* Another try can succeed if another process has the lock, or if a signal came. After any other error
		 * of flock(2) another try would fail as well, for example on a file system without locks. */
		int why = locked < 0 && errno != EWOULDBLOCK && errno != EINTR ? errno : 0;
		unlink(path);
		close(fd);
		if (why) {
			errno = why;
			return -1;
		}
	}
}

int tempfile_create(const char *path, unsigned mode, const char *final, struct err *e)
{
	int slot = slot_of(NULL);
	if (slot < 0)
		return err_set(e, EX_SOFTWARE, "%s: more than %d temporary files are open", final, TEMPFILE_MAX);
	int fd = create_locked(path, mode);
	if (fd < 0)
		return err_errno(e, err_status_write(errno), errno, "%s: cannot be created", final);
	temporary[slot] = path;
	return fd;
}

static bool ends_in_suffix(const char *name)
{
	size_t n = strlen(name), suffix = sizeof TEMPFILE_SUFFIX - 1;
	return n > suffix && strcmp(name + n - suffix, TEMPFILE_SUFFIX) == 0;
}

/* Removes NAME in DIR if no process has locked it. Without O_NONBLOCK, open(2) would wait if NAME were a pipe. */
static void remove_dead(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlinkat(dir, name, 0);
	close(fd);
}

/* Errors are ignored, because the next run tries again. */
void tempfile_clean(const char *dir, const char *prefix)
{
	DIR *d = opendir(dir);
	if (!d)
		return;
	const struct dirent *entry;
	while ((entry = readdir(d)))
		if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0 && ends_in_suffix(entry->d_name))
			remove_dead(dirfd(d), entry->d_name);
	closedir(d);
}
