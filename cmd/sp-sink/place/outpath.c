/* outpath.c -- finds out what the path of an output file leads to.
 *
 * Before a file is replaced by rename(2), its symbolic links must be followed to the end. Otherwise rename(2) would
 * replace the link, and leave the file that the link led to as it was. */
#include "sp-sink/place/outpath.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS_MAX = 40 }; /* the kernel's limit (path_resolution(7)) */

size_t outpath_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? (size_t)(slash - path) + 1 : 0;
}

int outpath_own(const char *path)
{
	/* /dev/stdin is left out, because it is not open for writing. */
	static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/", NULL };
	if (strcmp(path, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(path, "/dev/stderr") == 0)
		return STDERR_FILENO;
	for (size_t i = 0; folders[i]; i++) {
		size_t n = strlen(folders[i]);
		if (strncmp(path, folders[i], n) != 0)
			continue;
		size_t digits = strspn(path + n, "0123456789");
		if (digits > 0 && digits < 6 && !path[n + digits])
			return (int)strtol(path + n, NULL, 10);
	}
	return -1;
}

bool outpath_in_place(const char *path)
{
	struct stat st;
	return outpath_own(path) >= 0 || (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
}

char *outpath_follow(const char *path, struct err *e)
{
	char *current = strdup(path), to[PATH_MAX];
	for (int links = 0; current && links < LINKS_MAX; links++) {
		ssize_t n = readlink(current, to, sizeof to - 1);
		/* The links end at a file (EINVAL) or at a name that does not exist yet (ENOENT). After any other error
		 * the caller cannot create the file either, and reports the error. */
		if (n < 0)
			return current;
		to[n] = '\0';
		/* A relative link starts at the folder that the link is in. */
		char *next = NULL;
		int r = asprintf(&next, "%.*s%s", to[0] == '/' ? 0 : (int)outpath_folder(current), current, to);
		free(current);
		current = r < 0 ? NULL : next;
	}
	/* If current is set, there were too many links; otherwise memory is exhausted. */
	err_errno(e, current ? EX_CANTCREAT : EX_OSERR, current ? ELOOP : ENOMEM, "%s", path);
	free(current);
	return NULL;
}
