/* programs.c -- the programs of the toolkit: their names, their paths and their versions.
 *
 * The table below serves `sp --help`, `sp version`, and suggestions if a name is misspelt. A program need not be in the
 * table: sp runs any sp-NAME in its own folder or in PATH. */
#include "sp/programs.h"
#include "base/diag.h"
#include "base/opt.h"
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

const struct program_name program_names[] = {
	{ "capture", "turn files, logs and pipes into a stream of timestamped events" },
	{ "window", "assign events to event-time windows" },
	{ "agg", "fold the events of each key and window into one row" },
	{ "publish", "write events to a Kafka topic, every one acknowledged" },
	{ "sink", "write events to a store: files, folders, SQLite, a table for people" },
	{ "run", "run a line of sp programs exactly once, and again after a failure" },
	{ NULL, NULL },
};

/* /proc/self/exe names the real file of the program, even if sp was started through a symbolic link. */
int program_own_folder(char path[PROGRAM_PATH_MAX], struct err *e)
{
	ssize_t n = readlink("/proc/self/exe", path, PROGRAM_PATH_MAX - 1);
	char *slash = n > 0 ? memrchr(path, '/', (size_t)n) : NULL;
	if (!slash)
		return err_errno(e, EX_OSERR, errno, "/proc/self/exe");
	*slash = '\0';
	return 0;
}

/* Writes "FOLDER/sp-NAME" to PATH. Returns true if this file exists and may be executed. */
static bool try_folder(struct span folder, const char *name, char path[PROGRAM_PATH_MAX])
{
	int n = snprintf(path, PROGRAM_PATH_MAX, "%.*s/sp-%s", SPAN_ARG(folder), name);
	return n > 0 && n < PROGRAM_PATH_MAX && access(path, X_OK) == 0;
}

/* Sets E for NAME, which was not found: a misspelt name (EX_USAGE), or a program that is not installed
 * (EX_UNAVAILABLE). Always returns -1. */
static int unknown_program(const char *name, struct err *e)
{
	const char *names[sizeof program_names / sizeof *program_names + 2];
	size_t count = 0;
	for (const struct program_name *p = program_names; p->name; p++)
		names[count++] = p->name;
	/* The user may also misspell "help" and "version", which sp itself handles. */
	names[count++] = "help";
	names[count++] = "version";
	names[count] = NULL;
	return opt_choice("program", name, names, e) < 0 ?
		-1 :
		err_set(e, EX_UNAVAILABLE, "sp-%s is not installed: it is not beside sp, nor in PATH", name);
}

int program_find(const char *name, char path[PROGRAM_PATH_MAX], struct err *e)
{
	char folder[PROGRAM_PATH_MAX];
	/* A name with a slash, such as "x/../../y", could lead to a file outside the folders that are searched. */
	if (!*name || strchr(name, '/'))
		return unknown_program(name, e);
	if (program_own_folder(folder, e) == 0 && try_folder(span_of(folder), name, path))
		return 0;
	const char *p = getenv("PATH");
	while (p && *p) {
		size_t n = strcspn(p, ":");
		/* An empty part of PATH stands for the current folder. Programs there are not run. */
		if (n > 0 && try_folder((struct span){ p, n }, name, path))
			return 0;
		p += n + (p[n] == ':');
	}
	return unknown_program(name, e);
}

/* Runs `PATH --version`, whose output goes to standard output. Returns the exit status of the program, EX_SOFTWARE if a
 * signal killed it, or EX_OSERR after a message if it cannot be started. */
static int run_version(const char *path)
{
	/* posix_spawn(3) takes strings of type char *, not const char *. So these are writable copies. */
	char command[PROGRAM_PATH_MAX], option[] = "--version";
	snprintf(command, sizeof command, "%s", path);
	char *argv[] = { command, option, NULL };
	pid_t child;
	int status;
	int failed = posix_spawn(&child, path, NULL, NULL, argv, environ);
	if (failed != 0 || waitpid(child, &status, 0) < 0) {
		diag("%s: %s", path, strerror(failed ? failed : errno));
		return EX_OSERR;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;
}

/* Goes on after a program that fails, so that the versions of the others are still printed. */
int program_versions(void)
{
	int first_failure = 0;
	for (const struct program_name *p = program_names; p->name; p++) {
		char path[PROGRAM_PATH_MAX];
		struct err e = ERR_INIT;
		int status = program_find(p->name, path, &e) < 0 ? diag_err(&e) : run_version(path);
		if (first_failure == 0)
			first_failure = status;
	}
	return first_failure;
}
