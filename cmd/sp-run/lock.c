/* lock.c -- flock(2) with a note of who holds the lock.
 *
 * Two things need care. Another sp-run may remove the file between open(2) and flock(2) (a cleaner of /tmp does), so a
 * lock counts only if PATH is still the same file afterwards. And lock_probe() of `sp-run --status` holds the lock for
 * an instant, so lock_take() tries more than once before it gives up. */
#include "sp-run/lock.h"
#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RETRY_MS = 10, PROBE_MS = 100 };

/* Reads the note in FD into *HOLDER. The note may be missing: the holder has not written it yet. */
static void read_note(int fd, struct lock_holder *holder)
{
	char text[256];
	ssize_t n = pread(fd, text, sizeof text - 1, 0);
	*holder = (struct lock_holder){ 0, "" };
	if (n <= 0)
		return;
	text[n] = '\0';
	const char *pid = strstr(text, "\"pid\":\""), *since = strstr(text, "\"since\":\"");
	if (pid)
		holder->pid = strtoll(pid + 7, NULL, 10);
	if (since)
		snprintf(holder->since, sizeof holder->since, "%.*s", (int)strcspn(since + 9, "\""), since + 9);
}

/* Writes the note. A failure is ignored: the lock works without the note. */
static void write_note(int fd)
{
	char text[256], since[LOCK_SINCE_MAX];
	time_t now = time(NULL);
	struct tm utc;
	gmtime_r(&now, &utc);
	strftime(since, sizeof since, "%Y-%m-%dT%H:%M:%SZ", &utc);
	int n = snprintf(text, sizeof text, "{\"pid\":\"%ld\",\"run\":\"\",\"since\":\"%s\"}\n", (long)getpid(), since);
	if (ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)n, 0) < 0)
		return;
}

/* Returns true if FD is still the file PATH. */
static bool is_same_file(int fd, const char *path)
{
	struct stat a, b;
	return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Tries once. Returns the descriptor; -1 with E set after an error; -2 if another process holds the lock. */
static int try_once(const char *path, struct lock_holder *holder, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
	if (fd < 0)
		return err_errno(e, err_status_write(errno), errno, "%s", path);
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		if (is_same_file(fd, path)) {
			write_note(fd);
			return fd;
		}
	} else if (errno != EWOULDBLOCK && errno != EINTR) {
		err_errno(e, EX_OSERR, errno, "%s: flock", path);
		close(fd);
		return -1;
	}
	read_note(fd, holder);
	close(fd);
	return -2;
}

int lock_take(const char *path, int64_t wait_ms, struct lock_holder *holder, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + (wait_ms > PROBE_MS ? wait_ms : PROBE_MS);
	int fd;
	while ((fd = try_once(path, holder, e)) == -2) {
		if (wait_ms >= 0 && clock_monotonic_ms() >= until_ms)
			return err_set(e, EX_TEMPFAIL, "%s is locked by another process", path);
		const struct timespec pause = { 0, RETRY_MS * 1000000 };
		nanosleep(&pause, NULL);
	}
	return fd;
}

int lock_probe(const char *path, struct lock_holder *holder)
{
	*holder = (struct lock_holder){ 0, "" };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	if (fd < 0)
		return 0;
	int held = flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
	if (held)
		read_note(fd, holder);
	close(fd);
	return held;
}
