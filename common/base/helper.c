/* helper.c -- finds and starts a driver, a separate program that uses a heavy library.
 *
 * The driver is searched relative to the running program, not in a folder that was fixed at build time. So an
 * installation may be moved as a whole, and a build folder works without being installed. The kernel's link
 * /proc/self/exe names the real file, even if the program was started through a symbolic link or through PATH. */
#include "base/helper.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Writes the folder of the drivers into DIR, which has SIZE bytes. Returns 0; -1 with E set (EX_UNAVAILABLE). */
static int helper_folder(char *dir, size_t size, struct err *e)
{
	const char *chosen = secure_getenv("SP_LIBEXEC");
	if (chosen && *chosen) {
		if ((size_t)snprintf(dir, size, "%s", chosen) >= size)
			return err_set(e, EX_UNAVAILABLE, "SP_LIBEXEC is too long for the name of a folder");
		return 0;
	}
	static const char beside[] = "/../libexec/sp";
	ssize_t n = readlink("/proc/self/exe", dir, size);
	if (n < 0)
		return err_errno(e, EX_UNAVAILABLE, errno, "/proc/self/exe");
	char *slash = memrchr(dir, '/', (size_t)n);
	if (!slash || (size_t)(slash - dir) + sizeof beside > size)
		return err_set(e, EX_UNAVAILABLE, "the path of this program is too long");
	memcpy(slash, beside, sizeof beside);
	return 0;
}

int helper_exec(const char *program, const char *driver, const char *wanted, char *const argv[], struct err *e)
{
	char dir[PATH_MAX], path[2 * PATH_MAX];
	if (helper_folder(dir, sizeof dir, e) < 0)
		return -1;
	snprintf(path, sizeof path, "%s/%s-%s", dir, program, driver);
	execv(path, argv);
	int number = errno;
	err_set(e, EX_UNAVAILABLE, "%s needs %s-%s (package sp-stream-%s)", wanted, program, driver, driver);
	if (number == ENOENT)
		return -1;
	/* If the driver exists but cannot be started, the message also has its path and the reason. */
	char known[sizeof e->msg];
	memcpy(known, e->msg, sizeof known);
	return err_errno(e, EX_UNAVAILABLE, number, "%.400s: %.500s", known, path);
}
